//! Installation keys: Ed25519 for MLS, Ed25519ph for identity updates and for what users sign.
//!
//! The public key of an installation is its id, its MLS leaf signature key and the key behind its identity proofs. The
//! three uses cannot be confused: MLS signs with plain Ed25519, the other two with the prehashed variant under two
//! contexts, so a signature of one kind never verifies as another.
//!
//! Verification is that of RFC 8032 without the extra "strict" refusals of small-order keys and points. Clients in use
//! do not apply those, and a signature that one member accepts and another refuses splits a group.
//!
//! Source of fact: RFC 8032 §5.1; contexts and the choice of variant: observed on released clients.
use crate::{CryptoError, error::exactly, random};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use openmls_traits::{
    signatures::{Signer, SignerError},
    types::SignatureScheme,
};
use sha2::{Digest, Sha512};
use std::fmt;
use xmtp_types::InstallationId;
use zeroize::Zeroizing;

/// Bytes of a signature.
pub const SIGNATURE_LENGTH: usize = 64;

const IDENTITY_UPDATE_CONTEXT: &[u8] = b"IDENTITY UPDATE SIGNATURE"; // CRYPTO.R2
const PUBLIC_CONTEXT: &[u8] = b"PUBLIC SIGNATURE CONTEXT";

/// The secret key of an installation. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct InstallationKey(SigningKey);

impl InstallationKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        random::secret().map(|seed| Self::from_seed(&seed))
    }

    /// The key of a seed: the 32 bytes that RFC 8032 calls the private key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, to be kept where only the owner can read it.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    pub fn id(&self) -> InstallationId {
        InstallationId::from_bytes(self.0.verifying_key().to_bytes())
    }

    /// Signs with plain Ed25519, as MLS and the commit log do.
    pub fn sign_plain(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.0.sign(message).to_bytes()
    }

    /// Signs the text of an identity update.
    pub fn sign_identity_update(&self, text: &str) -> [u8; SIGNATURE_LENGTH] {
        self.sign_prehashed(text, IDENTITY_UPDATE_CONTEXT)
    }

    /// Signs a text on behalf of the user, outside any group.
    pub fn sign_public(&self, text: &str) -> [u8; SIGNATURE_LENGTH] {
        self.sign_prehashed(text, PUBLIC_CONTEXT)
    }

    fn sign_prehashed(&self, text: &str, context: &'static [u8]) -> [u8; SIGNATURE_LENGTH] {
        #[expect(clippy::expect_used, reason = "signing fails only for a context above 255 bytes; both are constants")]
        let signature = self
            .0
            .sign_prehashed(Sha512::new_with_prefix(text), Some(context))
            .expect("context is shorter than 256 bytes");
        signature.to_bytes()
    }
}

impl Signer for InstallationKey {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.sign_plain(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InstallationKey").field(&self.id()).finish_non_exhaustive()
    }
}

/// Checks a plain Ed25519 signature, as MLS and the commit log make it.
///
/// # Errors
/// [`CryptoError::WrongLength`] for a signature of another length than 64 bytes, [`CryptoError::InvalidKey`] if the id
/// is no point of the curve, [`CryptoError::InvalidSignature`] if `id` did not sign `message`.
pub fn verify_plain(id: &InstallationId, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
    public_key(id)?.verify(message, &parse(signature)?).map_err(|_| CryptoError::InvalidSignature)
}

/// Checks that `id` signed `text` as an identity update.
///
/// # Errors
/// [`CryptoError::WrongLength`] for a signature of another length than 64 bytes, [`CryptoError::InvalidKey`] if the id
/// is no point of the curve, [`CryptoError::InvalidSignature`] if `id` did not sign `text` in this role.
pub fn verify_identity_update(id: &InstallationId, text: &str, signature: &[u8]) -> Result<(), CryptoError> {
    verify_prehashed(id, text, IDENTITY_UPDATE_CONTEXT, signature)
}

/// Checks that `id` signed `text` on behalf of its user.
///
/// # Errors
/// [`CryptoError::WrongLength`] for a signature of another length than 64 bytes, [`CryptoError::InvalidKey`] if the id
/// is no point of the curve, [`CryptoError::InvalidSignature`] if `id` did not sign `text` in this role.
pub fn verify_public(id: &InstallationId, text: &str, signature: &[u8]) -> Result<(), CryptoError> {
    verify_prehashed(id, text, PUBLIC_CONTEXT, signature)
}

fn verify_prehashed(
    id: &InstallationId,
    text: &str,
    context: &'static [u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let signature = parse(signature)?;
    public_key(id)?
        .verify_prehashed(Sha512::new_with_prefix(text), Some(context), &signature)
        .map_err(|_| CryptoError::InvalidSignature)
}

fn public_key(id: &InstallationId) -> Result<VerifyingKey, CryptoError> {
    VerifyingKey::from_bytes(id.as_bytes()).map_err(|_| CryptoError::InvalidKey("installation id"))
}

fn parse(signature: &[u8]) -> Result<Signature, CryptoError> {
    exactly("signature", signature).map(Signature::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_prehashed_variant_is_that_of_rfc_8032() {
        let key =
            InstallationKey::from_seed(&unhex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42"));
        let signature: [u8; SIGNATURE_LENGTH] = unhex(
            "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aa\
             a10b8c61e636062aaad11c2a26083406",
        );
        assert_eq!(key.sign_prehashed("abc", b""), signature);
        assert_eq!(verify_prehashed(&key.id(), "abc", b"", &signature), Ok(()));
    }
}
