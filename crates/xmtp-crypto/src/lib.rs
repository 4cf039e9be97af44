//! The XMTP ciphersuite on RustCrypto and dalek: signatures, HPKE, X-Wing and welcome wrapping.
//!
//! This crate knows keys, bytes and standards, and nothing of inboxes or groups, so that it can be read and audited on
//! its own. It has no I/O, no clock and no state but what is drawn, or
//! checked, ahead for groups of many; randomness comes from the operating system, and every operation that
//! draws some has a deterministic twin (`.._with`) that known-answer tests use.
//!
//! | what | where | fixed by |
//! |---|---|---|
//! | cryptography of the MLS library, suite 0x0003 only | [`MlsCrypto`] | RFC 9420, RFC 9180 |
//! | installation keys | [`InstallationKey`], [`signature`] | RFC 8032 |
//! | SHA-256, HMAC, HKDF | [`hash`] | FIPS 180-4, RFC 2104, RFC 5869 |
//! | HPKE, base mode | [`hpke`] | RFC 9180 |
//! | X-Wing | [`xwing`] | draft-connolly-cfrg-xwing-kem-06 |
//! | outer layer of welcomes | [`welcome_wrap`], [`welcome_pointer`] | released clients, XIP-74 |
//! | push tags | [`push_hmac`] | released clients |
//! | remote attachments | [`attachment`] | XIP-17 |
//!
//! Secrets are wiped when dropped and do not show in `Debug`. Input of any kind gives an error, never a panic; one
//! error type, [`CryptoError`], says whether the same call can succeed later.
//!
//! An installation proves that it belongs to an inbox by signing the text of an identity update:
//!
//! ```
//! use xmtp_crypto::{InstallationKey, verify_identity_update, verify_public};
//!
//! let key = InstallationKey::generate()?;
//! let signature = key.sign_identity_update("XMTP : Authenticate to inbox");
//!
//! verify_identity_update(&key.id(), "XMTP : Authenticate to inbox", &signature)?;
//! assert!(verify_public(&key.id(), "XMTP : Authenticate to inbox", &signature).is_err());
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```

mod aead;
pub mod attachment;
mod error;
pub mod hash;
pub mod hpke;
mod provider;
pub mod push_hmac;
mod random;
mod sealing;
pub mod signature;
mod suite;
mod verified;
pub mod welcome_pointer;
pub mod welcome_wrap;
pub mod xwing;

pub use error::CryptoError;
pub use provider::MlsCrypto;
pub use sealing::Ahead;
pub use signature::{InstallationKey, SIGNATURE_LENGTH, verify_identity_update, verify_plain, verify_public};
pub use suite::CIPHERSUITE;
