//! A passkey that is only a key in memory: for agents and tests.
use crate::{IdentityError, PasskeySignature};
use base64ct::{Base64UrlUnpadded, Encoding};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;
use xmtp_types::Identifier;
use zeroize::Zeroizing;

/// What the authenticator says of its user: present and verified (WebAuthn Level 2 §6.1).
const PRESENT_AND_VERIFIED: u8 = 0x05;

/// The secret key of a passkey and the site it belongs to, kept in memory. Wiped when dropped, never shown.
///
/// It signs as a browser and an authenticator together do (WebAuthn Level 2 §6.3.3). Its user counts as present and
/// verified: whoever holds the key is the user.
#[derive(Clone)]
pub struct LocalPasskey {
    key: SigningKey,
    relying_party: String,
    origin: String,
}

impl LocalPasskey {
    /// A fresh passkey from the randomness of the operating system, for the site at `origin` (`https://example.org`)
    /// of `relying_party` (`example.org`).
    ///
    /// # Errors
    /// [`IdentityError::NoRandomness`].
    pub fn generate(relying_party: impl Into<String>, origin: impl Into<String>) -> Result<Self, IdentityError> {
        let mut secret = Zeroizing::new([0; 32]);
        loop {
            getrandom::fill(secret.as_mut_slice()).map_err(|_| IdentityError::NoRandomness)?;
            // All but one in 2^32 of all texts of 32 bytes are keys.
            if let Ok(key) = SigningKey::from_slice(secret.as_slice()) {
                return Ok(Self { key, relying_party: relying_party.into(), origin: origin.into() });
            }
        }
    }

    /// The passkey of a secret key in hexadecimal characters of either case, with or without `0x` in front.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSecretKey`].
    pub fn from_hex(
        secret: &str,
        relying_party: impl Into<String>,
        origin: impl Into<String>,
    ) -> Result<Self, IdentityError> {
        let digits = secret.strip_prefix("0x").unwrap_or(secret);
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| IdentityError::InvalidSecretKey)?;
        let key = SigningKey::from_slice(bytes.as_slice()).map_err(|_| IdentityError::InvalidSecretKey)?;
        Ok(Self { key, relying_party: relying_party.into(), origin: origin.into() })
    }

    /// The secret key in lowercase hexadecimal characters, to be kept where only the owner can read it.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(<[u8; 32]>::from(self.key.to_bytes()));
        Zeroizing::new(hex::encode(secret.as_slice()))
    }

    /// The passkey as a member of an inbox.
    ///
    /// Its key is the uncompressed point of 65 bytes, because that is what a browser has: it tells both coordinates, in
    /// its COSE key and in its `SubjectPublicKeyInfo`. The form matters: the compressed one would be another member and
    /// own another inbox.
    pub fn identifier(&self) -> Identifier {
        Identifier::Passkey { key: self.public_key(), relying_party: Some(self.relying_party.clone()) }
    }

    /// Signs a text as its challenge, with a low S. The counter is zero, as it is for passkeys that are synced between
    /// devices. Equal texts give equal signatures (RFC 6979).
    pub fn sign_text(&self, text: &str) -> PasskeySignature {
        self.sign_counted(text, 0)
    }

    /// Signs a text as [`LocalPasskey::sign_text`] does, as an authenticator that counts its signatures.
    pub fn sign_counted(&self, text: &str, counter: u32) -> PasskeySignature {
        let challenge = Base64UrlUnpadded::encode_string(text.as_bytes());
        let origin = Value::from(self.origin.as_str());
        let client_data_json =
            format!(r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":{origin},"crossOrigin":false}}"#)
                .into_bytes();
        let relying_party = Sha256::digest(&self.relying_party);
        let authenticator_data = [relying_party.as_slice(), &[PRESENT_AND_VERIFIED], &counter.to_be_bytes()].concat();
        let signed = [authenticator_data.as_slice(), &Sha256::digest(&client_data_json)].concat();
        let signature: Signature = self.key.sign(&signed);
        PasskeySignature {
            public_key: self.public_key(),
            bytes: signature.normalize_s().to_der().as_bytes().to_vec(),
            authenticator_data,
            client_data_json,
        }
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }
}

impl fmt::Debug for LocalPasskey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPasskey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb";

    fn passkey() -> LocalPasskey {
        LocalPasskey::from_hex(SECRET, "example.org", "https://app.example.org").unwrap()
    }

    #[test]
    fn a_key_survives_its_text_and_a_text_that_is_no_key_is_refused() {
        assert_eq!(*passkey().to_hex(), SECRET);
        for text in ["", "0x", "zz", &SECRET[1..], &"0".repeat(64), &"f".repeat(64)] {
            let error = LocalPasskey::from_hex(text, "example.org", "https://example.org").unwrap_err();
            assert_eq!(error, IdentityError::InvalidSecretKey, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(format!("{:?}", passkey()), "LocalPasskey { .. }");
    }

    #[test]
    fn generated_passkeys_differ_and_have_keys_of_65_bytes() {
        let passkeys = [(); 2].map(|()| LocalPasskey::generate("example.org", "https://example.org").unwrap());
        assert_ne!(passkeys[0].identifier(), passkeys[1].identifier());
        let Identifier::Passkey { key, relying_party } = passkeys[0].identifier() else { panic!("not a passkey") };
        assert_eq!((key.len(), key[0], relying_party.as_deref()), (65, 4, Some("example.org")));
    }

    #[test] // ID.R21
    fn client_data_is_what_a_browser_writes() {
        let signature = passkey().sign_text("text");
        let client_data = String::from_utf8(signature.client_data_json).unwrap();
        assert_eq!(
            client_data,
            r#"{"type":"webauthn.get","challenge":"dGV4dA","origin":"https://app.example.org","crossOrigin":false}"#
        );
        assert_eq!(signature.authenticator_data[..32], Sha256::digest("example.org")[..]);
        assert_eq!(signature.authenticator_data[32..], [5, 0, 0, 0, 0]);
        assert_eq!(passkey().sign_counted("text", 258).authenticator_data[32..], [5, 0, 0, 1, 2]);
        assert_eq!(passkey().sign_counted("text", 258).counter(), Some(258));
    }

    proptest! {
        #[test] // ID.R21
        fn every_text_at_every_origin_is_signed_so_that_it_verifies(text in ".*", origin in ".*", counter: u32) {
            let passkey = LocalPasskey::from_hex(SECRET, "example.org", origin.clone()).unwrap();
            let signature = passkey.sign_counted(&text, counter);
            let verified = signature.verify(&text).unwrap();
            prop_assert_eq!(verified.signer(), &passkey.identifier().into());
            let Some(Identifier::Passkey { relying_party, .. }) = verified.signer().as_identifier() else {
                panic!("not a passkey")
            };
            prop_assert_eq!(relying_party.as_deref(), Some(origin.as_str()));
            let longer = format!("{text} ");
            prop_assert!(signature.verify(&longer).is_err());
        }
    }
}
