//! The one ciphersuite of XMTP groups, and the refusal of every other.
//!
//! Source of fact: suite 0x0003 of RFC 9420 §17.1; that groups run on no other: observed on released clients.
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, HashType, HpkeAeadType, HpkeConfig, HpkeKdfType, HpkeKemType, SignatureScheme,
};

/// The ciphersuite of every group: X25519, ChaCha20-Poly1305, SHA-256 and Ed25519. Number 0x0003.
pub const CIPHERSUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519;

pub(crate) fn require_suite(suite: Ciphersuite) -> Result<(), CryptoError> {
    // CRYPTO.R1
    if suite == CIPHERSUITE { Ok(()) } else { Err(CryptoError::UnsupportedCiphersuite) }
}

pub(crate) fn require_hash(hash: HashType) -> Result<(), CryptoError> {
    if hash == HashType::Sha2_256 { Ok(()) } else { Err(CryptoError::UnsupportedHashAlgorithm) }
}

pub(crate) fn require_aead(aead: AeadType) -> Result<(), CryptoError> {
    if aead == AeadType::ChaCha20Poly1305 { Ok(()) } else { Err(CryptoError::UnsupportedAeadAlgorithm) }
}

pub(crate) fn require_signature(scheme: SignatureScheme) -> Result<(), CryptoError> {
    if scheme == SignatureScheme::ED25519 { Ok(()) } else { Err(CryptoError::UnsupportedSignatureScheme) }
}

pub(crate) fn require_hpke(config: &HpkeConfig) -> Result<(), CryptoError> {
    match config {
        HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305) => Ok(()),
        _ => Err(CryptoError::UnsupportedCiphersuite),
    }
}
