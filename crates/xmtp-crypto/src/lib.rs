//! The XMTP ciphersuite on RustCrypto: signatures, HPKE, X-Wing and welcome wrapping.

mod aead;
mod error;
pub mod hash;
pub mod hpke;
mod provider;
mod random;
pub mod signature;
mod suite;

pub use error::CryptoError;
pub use provider::MlsCrypto;
pub use signature::{InstallationKey, verify_identity_update, verify_plain, verify_public};
pub use suite::CIPHERSUITE;
