//! Application messages as members read them: the plaintext envelope, its id, and what can be said of its content
//! without a codec.

mod describe;
mod encoded;
mod envelope;
mod transcript;

pub(crate) use describe::describe;
pub(crate) use encoded::{AUTHORITY, encoded};
pub(crate) use envelope::{PlaintextEnvelope, message_id, payload_hash};
pub(crate) use transcript::transcript;
