//! Signatures: one proof per file, each from wire form to [`VerifiedSignature`].

mod erc1271;
mod erc191;
mod installation;
mod legacy;
mod passkey;
mod passkey_policy;
mod raw;
mod verified;

pub use erc191::Erc191Signature;
pub(crate) use erc191::{address_of, personal_message_hash};
pub use erc1271::Erc1271Signature;
pub use installation::InstallationSignature;
pub use legacy::{LegacyDelegatedSignature, WalletSignature, WalletSignatureForm};
pub use passkey::PasskeySignature;
pub use passkey_policy::{PasskeyPolicy, PasskeyViolation, UserVerification};
pub use raw::RawSignature;
pub use verified::{SignatureKind, VerifiedSignature};
