//! HPKE in base mode: one key schedule for every KEM, contexts that seal several messages in sequence.
//!
//! KDF and AEAD are fixed to those of XMTP: HKDF-SHA256 (0x0001) and ChaCha20-Poly1305 (0x0003). A KEM's work ends with
//! its shared secret; its id is a parameter of [`SenderContext::new`] and [`ReceiverContext::new`], because released
//! clients name X-Wing by the number of an early draft.
//!
//! Source of fact: RFC 9180.
//!
//! ```
//! use xmtp_crypto::hpke::{KemId, ReceiverContext, SenderContext, dhkem};
//!
//! let recipient = dhkem::derive_key_pair(b"at least 32 bytes of input key material")?;
//! let (enc, secret) = dhkem::encapsulate(&recipient.public)?;
//! let mut sender = SenderContext::new(KemId::DHKEM_X25519, &secret, b"info")?;
//! let (first, second) = (sender.seal(b"", b"one")?, sender.seal(b"", b"two")?);
//!
//! let secret = dhkem::decapsulate(&enc, &recipient.secret)?;
//! let mut receiver = ReceiverContext::new(KemId::DHKEM_X25519, &secret, b"info")?;
//! assert_eq!(receiver.open(b"", &first)?, b"one");
//! assert_eq!(receiver.open(b"", &second)?, b"two");
//! # Ok::<(), xmtp_crypto::CryptoError>(())
//! ```

mod context;
pub mod dhkem;
mod schedule;

pub use context::{ReceiverContext, SenderContext};
pub(crate) use schedule::KeyScheduleContext;
pub use schedule::{KemId, SharedSecret};
