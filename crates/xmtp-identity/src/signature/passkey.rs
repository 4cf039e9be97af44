//! Signatures of passkeys.
//!
//! A browser does not sign the text: it signs client data whose challenge is the text. Released clients check the
//! challenge and the signature and nothing else of WebAuthn: not the origin, the relying party, user presence or the
//! counter. Ours must agree, or one log would fold in two ways. What an application may demand beyond that is in
//! [`crate::PasskeyPolicy`].
//!
//! They must also agree on what is JSON, a signature and a key. Released clients skip members they do not know by their
//! syntax alone, and read an array of two texts as the object; both are observed, and each case is in the tests.
//!
//! Source of fact: XIP-55, WebAuthn Level 2 §6.5.5, and observed on released clients.
use crate::{IdentityError, SignatureKind, VerifiedSignature};
use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::{DerSignature, Signature, VerifyingKey, signature::Verifier};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use xmtp_types::Identifier;

const KIND: SignatureKind = SignatureKind::Passkey;

/// A signature by a passkey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PasskeySignature {
    /// The P-256 public key, SEC1: 33 or 65 bytes when well formed.
    pub public_key: Vec<u8>,
    /// The ECDSA signature, ASN.1 DER.
    pub bytes: Vec<u8>,
    /// What the authenticator says about itself.
    pub authenticator_data: Vec<u8>,
    /// The client data, JSON in the bytes that were signed.
    pub client_data_json: Vec<u8>,
}

/// What the ledger reads of the client data.
///
/// Each name once, in any order; members of other names are skipped unread, so numbers out of range, half surrogates,
/// bytes that are no UTF-8 and any depth pass in them. An array counts as the values in the order of the fields, which
/// is why the order matters.
#[derive(Deserialize)]
struct ClientData {
    origin: String,
    challenge: String,
}

impl PasskeySignature {
    /// Checks that the named passkey signed `text`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it did not.
    pub fn verify(&self, text: &str) -> Result<VerifiedSignature, IdentityError> {
        // ID.R21
        let origin = self.origin(text)?;
        let signed = [self.authenticator_data.as_slice(), &Sha256::digest(&self.client_data_json)].concat();
        let signature = self.signs(&signed)?;
        Ok(VerifiedSignature {
            signer: Identifier::Passkey { key: self.public_key.clone(), relying_party: Some(origin) }.into(),
            kind: KIND,
            replay_bytes: signature.to_bytes().to_vec(),
            chain_id: None,
        })
    }

    /// How often the authenticator says that it has signed, or zero if it does not count; nothing if its data is too
    /// short to say.
    pub fn counter(&self) -> Option<u32> {
        // WebAuthn Level 2 §6.1: a hash of 32 bytes, one byte of flags, the counter.
        self.authenticator_data.get(33..37).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes)
    }

    /// Checks that the passkey signed these bytes.
    fn signs(&self, signed: &[u8]) -> Result<Signature, IdentityError> {
        let signature = self.scalars()?;
        let key = VerifyingKey::from_sec1_bytes(&self.public_key)
            .map_err(|_| KIND.invalid("the public key is no point of P-256"))?;
        key.verify(signed, &signature).map_err(|_| KIND.invalid("the passkey did not sign this text"))?;
        Ok(signature)
    }

    pub(super) fn scalars(&self) -> Result<Signature, IdentityError> {
        DerSignature::from_bytes(&self.bytes)
            .and_then(Signature::try_from)
            .map_err(|_| KIND.invalid("it is not ASN.1 DER"))
    }

    /// The origin in the client data, if the challenge in it is `text`.
    fn origin(&self, text: &str) -> Result<String, IdentityError> {
        let ClientData { origin, challenge } = serde_json::from_slice(&self.client_data_json)
            .map_err(|_| KIND.invalid("the client data is no JSON with one origin and one challenge"))?;
        if challenge == Base64UrlUnpadded::encode_string(text.as_bytes()) {
            Ok(origin)
        } else {
            Err(KIND.invalid("the challenge is not this text"))
        }
    }
}

#[cfg(test)]
mod tests;
