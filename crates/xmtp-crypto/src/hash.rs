//! SHA-256, HMAC-SHA256 and HKDF-SHA256, over parts so that nothing is joined just to be hashed.
//!
//! Source of fact: FIPS 180-4, RFC 2104, RFC 5869.
use crate::CryptoError;
use hkdf::{Hkdf, HkdfExtract, HmacImpl};
use hmac::Hmac;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes of a SHA-256 digest, of an HMAC-SHA256 tag and of an HKDF-SHA256 pseudorandom key.
pub const DIGEST_LENGTH: usize = 32;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; DIGEST_LENGTH] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of the concatenation of `parts`.
pub fn sha256_parts(parts: &[&[u8]]) -> [u8; DIGEST_LENGTH] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// HMAC-SHA256 of `message` under a key of any length.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; DIGEST_LENGTH] {
    let mut hmac = <Hmac<Sha256> as HmacImpl>::new_from_slice(key);
    HmacImpl::update(&mut hmac, message);
    HmacImpl::finalize(hmac).into()
}

/// Checks in constant time that `tag` is the whole HMAC-SHA256 of `message`.
///
/// # Errors
/// [`CryptoError::InvalidSignature`] if it is anything else, a shortened tag included.
pub fn verify_hmac_sha256(key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), CryptoError> {
    let expected = hmac_sha256(key, message);
    if bool::from(expected.as_slice().ct_eq(tag)) { Ok(()) } else { Err(CryptoError::InvalidSignature) }
}

/// HKDF-Extract; the input key material is the concatenation of `ikm`. An empty salt means 32 zero bytes.
pub fn hkdf_extract(salt: &[u8], ikm: &[&[u8]]) -> Zeroizing<[u8; DIGEST_LENGTH]> {
    let mut extract = HkdfExtract::<Sha256>::new(Some(salt));
    for part in ikm {
        extract.input_ikm(part);
    }
    let (prk, _) = extract.finalize();
    Zeroizing::new(prk.into())
}

/// HKDF-Expand into the whole of `okm`; the info is the concatenation of `info`.
///
/// # Errors
/// [`CryptoError::WrongLength`] if `prk` is shorter than a digest, [`CryptoError::TooLong`] if `okm` is longer than
/// 255 digests.
pub fn hkdf_expand(prk: &[u8], info: &[&[u8]], okm: &mut [u8]) -> Result<(), CryptoError> {
    Hkdf::<Sha256>::from_prk(prk)
        .map_err(|_| CryptoError::WrongLength {
            what: "HKDF pseudorandom key",
            expected: DIGEST_LENGTH,
            found: prk.len(),
        })?
        .expand_multi_info(info, okm)
        .map_err(|_| CryptoError::TooLong("HKDF output"))
}

/// HKDF, both steps: fills `okm` from `ikm`.
///
/// # Errors
/// [`CryptoError::TooLong`] if `okm` is longer than 255 digests.
pub fn hkdf(salt: &[u8], ikm: &[&[u8]], info: &[&[u8]], okm: &mut [u8]) -> Result<(), CryptoError> {
    hkdf_expand(hkdf_extract(salt, ikm).as_slice(), info, okm)
}
