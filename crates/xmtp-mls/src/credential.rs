//! Who a leaf claims to be: a basic credential that names an inbox, next to the installation's signature key.
//!
//! A credential proves nothing by itself. Whether the installation speaks for the inbox is for the identity ledger to
//! say.
//!
//! Source of fact: RFC 9420 §5.3 for the credential; the identity bytes are a protobuf `xmtp.identity.MlsCredential`,
//! XIP-46 and observed on released clients.
use crate::EngineError;
use openmls::prelude::{BasicCredential, Credential, CredentialWithKey};
use prost::Message as _;
use thiserror::Error;
use xmtp_crypto::InstallationKey;
use xmtp_proto::xmtp::identity::MlsCredential;
use xmtp_types::InboxId;

/// A credential does not name an inbox. No retry can help.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CredentialError {
    /// A credential of another type than basic.
    #[error("the credential is not a basic one: other types are not used here")]
    NotBasic,
    /// The identity is no `MlsCredential`, or names no well-formed inbox id.
    #[error("the credential names no inbox")]
    NoInbox,
}

impl From<CredentialError> for EngineError {
    fn from(error: CredentialError) -> Self {
        Self::Invalid { what: "credential", why: error.to_string() }
    }
}

/// The credential of `inbox` for the installation that holds `key`.
pub(crate) fn credential_with_key(inbox: &InboxId, key: &InstallationKey) -> CredentialWithKey {
    let identity = MlsCredential { inbox_id: inbox.to_string() }.encode_to_vec();
    CredentialWithKey {
        credential: BasicCredential::new(identity).into(),
        signature_key: key.id().as_bytes().as_slice().into(),
    }
}

/// The inbox that `credential` names.
///
/// # Errors
/// [`CredentialError`] if it names none.
pub(crate) fn inbox_of(credential: &Credential) -> Result<InboxId, CredentialError> {
    let basic = BasicCredential::try_from(credential.clone()).map_err(|_| CredentialError::NotBasic)?;
    let named = MlsCredential::decode(basic.identity()).map_err(|_| CredentialError::NoInbox)?;
    named.inbox_id.parse().map_err(|_| CredentialError::NoInbox)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openmls::prelude::{CredentialType, tls_codec::Serialize as _};

    #[test]
    fn the_wire_form_is_the_one_of_released_clients() {
        let inbox = InboxId::from_bytes([0xab; 32]);
        let made = credential_with_key(&inbox, &InstallationKey::from_seed(&[1; 32]));
        let bytes = made.credential.tls_serialize_detached().unwrap();
        assert_eq!(bytes[..6], [0x00, 0x01, 0x40, 0x42, 0x0a, 0x40]);
        assert_eq!(bytes[6..], *"ab".repeat(32).as_bytes());
        assert_eq!(inbox_of(&made.credential), Ok(inbox));
        assert_eq!(made.signature_key.as_slice().len(), 32);
    }

    #[test]
    fn credentials_that_name_no_inbox_are_refused() {
        let basic = |identity: &[u8]| BasicCredential::new(identity.to_vec()).into();
        for identity in [b"".as_slice(), b"\x0a\x02ab", b"\xff", &"AB".repeat(32).into_bytes()] {
            assert_eq!(inbox_of(&basic(identity)), Err(CredentialError::NoInbox), "{identity:?}");
        }
        let other = Credential::new(CredentialType::X509, vec![1]);
        assert_eq!(inbox_of(&other), Err(CredentialError::NotBasic));
    }
}
