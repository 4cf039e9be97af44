//! Signatures of installations.
//!
//! Source of fact: RFC 8032 §5.1 (Ed25519ph); the context is in `xmtp-crypto`.
use crate::{IdentityError, SignatureKind, VerifiedSignature};
use xmtp_crypto::verify_identity_update;
use xmtp_types::InstallationId;

/// A signature by an installation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InstallationSignature {
    /// The Ed25519ph signature, 64 bytes when well formed.
    pub bytes: Vec<u8>,
    /// The public key of the installation, 32 bytes when well formed.
    pub public_key: Vec<u8>,
}

impl InstallationSignature {
    /// Checks that the named installation signed `text` as an identity update.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it did not.
    pub fn verify(&self, text: &str) -> Result<VerifiedSignature, IdentityError> {
        let kind = SignatureKind::Installation;
        let installation = InstallationId::try_from(self.public_key.as_slice())
            .map_err(|_| kind.invalid("the public key is not 32 bytes long"))?;
        // ID.R19
        verify_identity_update(&installation, text, &self.bytes)
            .map_err(|_| kind.invalid("the installation did not sign this text"))?;
        Ok(VerifiedSignature { signer: installation.into(), kind, replay_bytes: self.bytes.clone(), chain_id: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_crypto::InstallationKey;

    #[test] // ID.R19
    fn only_the_identity_signature_of_the_named_installation_holds() {
        let key = InstallationKey::from_seed(&[7; 32]);
        let good = InstallationSignature {
            bytes: key.sign_identity_update("text").to_vec(),
            public_key: key.id().as_bytes().to_vec(),
        };
        let verified = good.verify("text").unwrap();
        assert_eq!(verified.signer(), &key.id().into());
        assert_eq!(verified.replay_bytes(), good.bytes);

        assert!(good.verify("another text").is_err());
        assert!(
            InstallationSignature { bytes: key.sign_public("text").to_vec(), ..good.clone() }.verify("text").is_err()
        );
        assert!(
            InstallationSignature { bytes: key.sign_plain(b"text").to_vec(), ..good.clone() }.verify("text").is_err()
        );
        assert!(InstallationSignature { bytes: good.bytes[..63].to_vec(), ..good.clone() }.verify("text").is_err());
        assert!(
            InstallationSignature { public_key: good.public_key[..31].to_vec(), ..good.clone() }
                .verify("text")
                .is_err()
        );
        let other = InstallationKey::from_seed(&[8; 32]).id().as_bytes().to_vec();
        assert!(InstallationSignature { public_key: other, ..good }.verify("text").is_err());
    }
}
