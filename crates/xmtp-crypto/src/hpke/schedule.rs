//! From a KEM's shared secret to the keys of a context.
//!
//! Source of fact: RFC 9180 §4 (labeled KDF) and §5.1 (key schedule), mode 0x00. X-Wing's number: released clients put
//! 0x004D, of an early draft, where the current draft has 0x647A. The number changes the derived keys and nothing else;
//! it is never sent.
use crate::{
    CryptoError, aead,
    hash::{DIGEST_LENGTH, hkdf_expand, hkdf_extract},
};
use zeroize::Zeroizing;

/// What a KEM hands to the key schedule. All our KEMs give 32 bytes.
pub type SharedSecret = Zeroizing<[u8; 32]>;

/// The number by which HPKE knows a KEM.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct KemId(u16);

impl KemId {
    /// DHKEM(X25519, HKDF-SHA256): RFC 9180 §7.1.
    pub const DHKEM_X25519: Self = Self(0x0020);
    /// X-Wing as every released client numbers it.
    pub const XWING: Self = Self(0x004D); // CRYPTO.R3
    /// The KEM of another number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

const VERSION: &[u8] = b"HPKE-v1";
const MODE_BASE: &[u8] = &[0x00];

/// The suite id that separates the domains of labeled derivations.
#[derive(Clone, Copy)]
pub(super) struct SuiteId {
    bytes: [u8; 10],
    length: usize,
}

impl SuiteId {
    /// "HPKE" and the three numbers of a suite with our KDF and AEAD.
    pub(super) const fn hpke(kem: KemId) -> Self {
        let [high, low] = kem.0.to_be_bytes();
        Self { bytes: [b'H', b'P', b'K', b'E', high, low, 0x00, 0x01, 0x00, 0x03], length: 10 }
    }

    /// "KEM" and the number of a KEM.
    pub(super) const fn kem(kem: KemId) -> Self {
        let [high, low] = kem.0.to_be_bytes();
        Self { bytes: [b'K', b'E', b'M', high, low, 0, 0, 0, 0, 0], length: 5 }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// `LabeledExtract`.
    pub(super) fn extract(&self, salt: &[u8], label: &[u8], ikm: &[u8]) -> Zeroizing<[u8; DIGEST_LENGTH]> {
        hkdf_extract(salt, &[VERSION, self.as_bytes(), label, ikm])
    }

    /// `LabeledExpand` of as many bytes as `okm` has, with an info of two parts.
    pub(super) fn expand(
        &self,
        prk: &[u8; DIGEST_LENGTH],
        label: &[u8],
        info: [&[u8]; 2],
        okm: &mut [u8],
    ) -> Result<(), CryptoError> {
        let length = u16::try_from(okm.len()).map_err(|_| CryptoError::TooLong("HPKE output"))?;
        let [first, second] = info;
        hkdf_expand(prk, &[&length.to_be_bytes(), VERSION, self.as_bytes(), label, first, second], okm)
    }
}

/// The keys of a context.
pub(super) struct Keys {
    pub(super) key: Zeroizing<[u8; aead::KEY_LENGTH]>,
    pub(super) base_nonce: [u8; aead::NONCE_LENGTH],
    pub(super) exporter_secret: Zeroizing<[u8; DIGEST_LENGTH]>,
}

/// What binds the keys of a context to its mode, its suite and its info: `key_schedule_context`.
#[derive(Clone)]
pub(crate) struct KeyScheduleContext {
    suite: SuiteId,
    bytes: [u8; 1 + 2 * DIGEST_LENGTH],
}

impl KeyScheduleContext {
    /// That of base mode: no pre-shared key, no authentication of the sender.
    pub(crate) fn new(kem: KemId, info: &[u8]) -> Self {
        let suite = SuiteId::hpke(kem);
        let psk_id_hash = suite.extract(b"", b"psk_id_hash", b"");
        let info_hash = suite.extract(b"", b"info_hash", info);
        let mut bytes = [0; 1 + 2 * DIGEST_LENGTH];
        for (place, byte) in bytes.iter_mut().zip(MODE_BASE.iter().chain(psk_id_hash.iter()).chain(info_hash.iter())) {
            *place = *byte;
        }
        Self { suite, bytes }
    }

    pub(super) const fn suite(&self) -> SuiteId {
        self.suite
    }

    /// `KeySchedule` from here on, for one shared secret.
    pub(super) fn keys(&self, shared_secret: &SharedSecret) -> Result<Keys, CryptoError> {
        let Self { suite, bytes } = self;
        let secret = suite.extract(shared_secret.as_slice(), b"secret", b"");
        let mut keys = Keys {
            key: Zeroizing::new([0; aead::KEY_LENGTH]),
            base_nonce: [0; aead::NONCE_LENGTH],
            exporter_secret: Zeroizing::new([0; DIGEST_LENGTH]),
        };
        suite.expand(&secret, b"key", [bytes, b""], keys.key.as_mut_slice())?;
        suite.expand(&secret, b"base_nonce", [bytes, b""], &mut keys.base_nonce)?;
        suite.expand(&secret, b"exp", [bytes, b""], keys.exporter_secret.as_mut_slice())?;
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kem: KemId, shared_secret: &str, info: &[u8]) -> [String; 2] {
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(shared_secret, secret.as_mut_slice()).unwrap();
        let keys = KeyScheduleContext::new(kem, info).keys(&secret).unwrap();
        [hex::encode(*keys.key), hex::encode(keys.base_nonce)]
    }

    #[test] // CRYPTO.R3
    fn x25519_keys_are_those_of_rfc_9180() {
        let secret = "0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7";
        assert_eq!(
            keys(KemId::DHKEM_X25519, secret, b"Ode on a Grecian Urn"),
            ["ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91", "5c4d98150661b848853b547f"]
        );
    }

    #[test] // CRYPTO.R3
    fn x_wing_keys_are_those_of_released_clients_and_not_of_the_current_draft() {
        let secret = "a614b26153ae1e5f0f4626506e744c7b678e42b97b681dead99bc47ca2ac04f9";
        let info = b"\x13MLS 1.0 MLS_WELCOME\x00";
        assert_eq!(
            keys(KemId::XWING, secret, info),
            ["5653b86e3073745a4762e514c134a51cb50dd958cb0c96806219609d96748bf7", "16e0496f9ddaca22a90d76e0"]
        );
        let [key, base_nonce] = keys(KemId::new(0x647a), secret, info);
        assert!(key.starts_with("62aaf87d") && key.ends_with("3be6"));
        assert!(base_nonce.starts_with("a2a2e744") && base_nonce.ends_with("3550"));
    }
}
