//! Signatures of passkeys.
//!
//! A browser does not sign the text: it signs client data whose challenge is the text. Released clients check the
//! challenge and the signature and nothing else of WebAuthn: not the origin, the relying party, user presence or the
//! counter. Ours must agree, or one log would fold in two ways. What an application may demand beyond that is in
//! [`crate::PasskeyPolicy`].
//!
//! Source of fact: XIP-55, WebAuthn Level 2 §6.5.5, and observed on released clients.
use crate::{IdentityError, SignatureKind, VerifiedSignature};
use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::{DerSignature, Signature, VerifyingKey, signature::Verifier};
use serde_json::{Map, Value};
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

impl PasskeySignature {
    /// Checks that the named passkey signed `text`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it did not.
    pub fn verify(&self, text: &str) -> Result<VerifiedSignature, IdentityError> {
        // ID.R21
        let origin = self.origin(text)?;
        let signature = self.scalars()?;
        let key = VerifyingKey::from_sec1_bytes(&self.public_key)
            .map_err(|_| KIND.invalid("the public key is no point of P-256"))?;
        let signed = [self.authenticator_data.as_slice(), &Sha256::digest(&self.client_data_json)].concat();
        key.verify(&signed, &signature).map_err(|_| KIND.invalid("the passkey did not sign this text"))?;
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

    pub(super) fn scalars(&self) -> Result<Signature, IdentityError> {
        DerSignature::from_bytes(&self.bytes)
            .and_then(Signature::try_from)
            .map_err(|_| KIND.invalid("it is not ASN.1 DER"))
    }

    pub(super) fn client_data(&self) -> Result<Map<String, Value>, IdentityError> {
        serde_json::from_slice(&self.client_data_json).map_err(|_| KIND.invalid("the client data is no JSON"))
    }

    /// The origin in the client data, if the challenge in it is `text`.
    fn origin(&self, text: &str) -> Result<String, IdentityError> {
        let mut client_data = self.client_data()?;
        if client_data.get("challenge").and_then(Value::as_str)
            != Some(&Base64UrlUnpadded::encode_string(text.as_bytes()))
        {
            return Err(KIND.invalid("the challenge is not this text"));
        }
        match client_data.remove("origin") {
            Some(Value::String(origin)) => Ok(origin),
            _ => Err(KIND.invalid("the client data has no origin")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::{SigningKey, signature::Signer};

    const TEXT: &str = "text";
    const CLIENT_DATA: &str = r#"{"type":"webauthn.get","challenge":"dGV4dA","origin":"https://example.org","more":1}"#;

    fn key() -> SigningKey {
        SigningKey::from_slice(&[5; 32]).unwrap()
    }

    fn signed(client_data: &str, authenticator_data: &[u8]) -> PasskeySignature {
        let signed = [authenticator_data, &Sha256::digest(client_data)].concat();
        let signature: Signature = key().sign(&signed);
        PasskeySignature {
            public_key: key().verifying_key().to_sec1_point(true).as_bytes().to_vec(),
            bytes: signature.to_der().as_bytes().to_vec(),
            authenticator_data: authenticator_data.to_vec(),
            client_data_json: client_data.as_bytes().to_vec(),
        }
    }

    #[test] // ID.R21
    fn a_passkey_signature_proves_its_key_and_takes_the_origin_as_label() {
        for authenticator_data in [&[][..], &[1; 37]] {
            let raw = signed(CLIENT_DATA, authenticator_data);
            let verified = raw.verify(TEXT).unwrap();
            let Some(Identifier::Passkey { key, relying_party }) = verified.signer().as_identifier() else {
                panic!("not a passkey");
            };
            assert_eq!((key, relying_party.as_deref()), (&raw.public_key, Some("https://example.org")));
            assert_eq!(verified.replay_bytes().len(), 64);
        }
    }

    #[test] // ID.R21
    fn both_halves_of_s_are_accepted() {
        let mut raw = signed(CLIENT_DATA, &[]);
        let signature: Signature = DerSignature::from_bytes(&raw.bytes).and_then(Signature::try_from).unwrap();
        let (r, s) = signature.split_scalars();
        raw.bytes = Signature::from_scalars(r, -s).unwrap().to_der().as_bytes().to_vec();
        assert!(raw.verify(TEXT).is_ok());
    }

    #[test] // ID.R21
    fn the_challenge_must_be_the_text_in_unpadded_base64url_and_the_origin_present() {
        for (client_data, cause) in [
            ("no json", "the client data is no JSON"),
            (r#"["dGV4dA","https://example.org"]"#, "the client data is no JSON"),
            (r#"{"origin":"https://example.org"}"#, "the challenge is not this text"),
            (r#"{"challenge":"dGV4dA==","origin":"https://example.org"}"#, "the challenge is not this text"),
            (r#"{"challenge":"dGV4dA"}"#, "the client data has no origin"),
            (r#"{"challenge":"dGV4dA","origin":1}"#, "the client data has no origin"),
        ] {
            assert_eq!(signed(client_data, &[]).verify(TEXT), Err(KIND.invalid(cause)), "{client_data}");
        }
    }

    #[test] // ID.R21
    fn raw_scalars_a_foreign_key_and_altered_data_are_refused() {
        let good = signed(CLIENT_DATA, &[1; 37]);
        let scalars = good.verify(TEXT).unwrap().replay_bytes;
        let not_der = PasskeySignature { bytes: scalars, ..good.clone() };
        assert_eq!(not_der.verify(TEXT), Err(KIND.invalid("it is not ASN.1 DER")));
        let no_key = PasskeySignature { public_key: vec![4; 12], ..good.clone() };
        assert_eq!(no_key.verify(TEXT), Err(KIND.invalid("the public key is no point of P-256")));
        let altered = PasskeySignature { authenticator_data: vec![2; 37], ..good };
        assert_eq!(altered.verify(TEXT), Err(KIND.invalid("the passkey did not sign this text")));
    }
}
