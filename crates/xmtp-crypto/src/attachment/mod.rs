//! The seal of a remote attachment: a file that lies on a public server and whose key travels in a message.
//!
//! ```text
//! key     = HKDF-SHA256(salt, secret, info = "", 32 bytes)
//! payload = AES-256-GCM(key, nonce, file, no associated data) || tag
//! digest  = SHA-256(payload)
//! ```
//!
//! The message announces the digest. It is checked first, so that a server which swaps the file is found out before any
//! of its bytes reach the cipher.
//!
//! What fits in memory is sealed and opened in one call:
//!
//! ```
//! use xmtp_crypto::attachment::AttachmentKeys;
//!
//! let keys = AttachmentKeys::generate()?;
//! let sealed = keys.seal(b"a picture")?;
//! assert_eq!(keys.open(&sealed.digest, &sealed.payload)?, b"a picture");
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```
//!
//! A file of any size is sealed in one pass with a [`Sealer`], and opened in two: a [`Checker`] goes over the whole
//! payload, and only if digest and tag are right there is an [`Opener`]. So no byte of plaintext exists before all of
//! the payload is known to be what its sender sealed. Memory is constant in all three.
//!
//! Source of fact: XIP-17; lengths and the empty info: observed on released clients. AES-GCM: NIST SP 800-38D.

mod gcm;
mod keys;
mod stream;

pub use keys::{AttachmentKeys, SealedAttachment};
pub use stream::{Checker, Opener, SealEnd, Sealer, TAG_LENGTH};
