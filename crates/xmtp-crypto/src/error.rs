//! What can go wrong in this crate.
//!
//! An error names the thing that was refused, never its value: no variant can carry a key, a plaintext or a tag.

/// Why a cryptographic operation was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The operating system gave no random bytes. Nothing was made; the same call may succeed later.
    #[error("the operating system gave no randomness: try again")]
    NoRandomness,
    /// A key, signature, nonce or ciphertext has a length its algorithm does not know.
    #[error("{what} must have {expected} bytes and has {found}: refuse it")]
    WrongLength {
        /// What was measured.
        what: &'static str,
        /// Bytes the algorithm asks for.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// A public key or encapsulated key has the right length and no valid value.
    #[error("{0} is not a valid key: refuse it")]
    InvalidKey(&'static str),
    /// The signature was not made over these bytes by the holder of this key.
    #[error("signature does not verify: refuse what it signs")]
    InvalidSignature,
    /// The authentication tag does not match: another key, or altered bytes. The two cannot be told apart.
    #[error("decryption failed: the bytes were altered or sealed for another key")]
    DecryptionFailed,
    /// The bytes do not have the structure they should.
    #[error("{0} is malformed: refuse it")]
    Malformed(&'static str),
    /// The bytes do not hash to the digest that announced them.
    #[error("digest does not match: fetch the bytes again or refuse them")]
    DigestMismatch,
    /// More bytes were asked for, or given, than the algorithm can take.
    #[error("{0} is too long for its algorithm: use less")]
    TooLong(&'static str),
    /// An HPKE context has sealed or opened as many messages as its nonces allow.
    #[error("message limit of this context is reached: set up a new one")]
    ContextExhausted,
}

impl CryptoError {
    /// Whether the same call with the same arguments can succeed later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::NoRandomness)
    }
}

/// Reads `bytes` as an array, or says which length `what` should have had.
pub(crate) fn exactly<'a, const N: usize>(what: &'static str, bytes: &'a [u8]) -> Result<&'a [u8; N], CryptoError> {
    bytes.try_into().map_err(|_| CryptoError::WrongLength { what, expected: N, found: bytes.len() })
}
