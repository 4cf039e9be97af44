//! Making a key package of this installation, and finding the private key that a welcome needs.
//!
//! Source of fact: extensions, their order and capabilities: observed on released clients 1.9 and 1.10; lifetime:
//! RFC 9420 §7.2 and the MLS library's default.
use crate::{
    EngineError, credential,
    group::config::{self, WELCOME_POINTEE_AEADS, WELCOME_WRAPPER},
    provider::{Label, Provider, SharedKv, Single},
};
use openmls::{
    ciphersuite::hash_ref::KeyPackageRef,
    extensions::{ApplicationIdExtension, Extension, Extensions, LastResortExtension, UnknownExtension},
    key_packages::{KeyPackage, KeyPackageBundle, Lifetime},
    prelude::tls_codec::Serialize as _,
};
use openmls_traits::{OpenMlsProvider as _, storage::StorageProvider as _};
use prost::Message as _;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use xmtp_crypto::{CIPHERSUITE, InstallationKey, hash::sha256, welcome_wrap::WelcomeSecretKey, xwing::XWingSecretKey};
use xmtp_proto::xmtp::mls::message_contents::{
    WelcomePointeeEncryptionAeadType, WelcomePointeeEncryptionAeadTypesExtension, WelcomeWrapperAlgorithm,
    WelcomeWrapperEncryption,
};
use xmtp_storage::{Namespace, StorageError};
use xmtp_types::{InboxId, Timestamp, WrapperAlgorithm};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How long a key package is valid: 84 days.
const LIFETIME: Duration = Duration::from_secs(84 * 24 * 60 * 60);
/// How far into the past its validity reaches, for clocks that are behind.
const CLOCK_MARGIN: Duration = Duration::from_secs(60 * 60);

/// Keys of the namespace start with what they hold.
const BY_PUBLIC_KEY: u8 = 1;
pub(super) const RECORD: u8 = 2;

/// Which key package of this installation: its reference, a SHA-256 (RFC 9420 §5.2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyPackageId(pub(super) KeyPackageRef);

/// A key package to be uploaded.
#[derive(Clone, Debug)]
pub(crate) struct NewKeyPackage {
    /// Which one it is.
    pub(crate) id: KeyPackageId,
    /// Its TLS encoding.
    pub(crate) bytes: Vec<u8>,
}

/// What is kept about a key package beside the MLS library's own record of it.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Record {
    x_wing_seed: [u8; 32],
    /// Digests of the two public keys that welcomes may name.
    #[zeroize(skip)]
    public_keys: [[u8; 32]; 2],
    /// When another one took its place, in nanoseconds.
    #[zeroize(skip)]
    pub(super) superseded: Option<u64>,
}

/// Makes a key package for `inbox` and keeps its private keys. It is handed out once it was uploaded.
///
/// # Errors
/// [`EngineError::Mls`] or [`EngineError::Crypto`] if it cannot be made, [`EngineError::Storage`] if it cannot be kept.
pub(crate) fn build(
    provider: &Provider<'_>,
    key: &InstallationKey,
    inbox: &InboxId,
    now: Timestamp,
) -> Result<NewKeyPackage, EngineError> {
    let x_wing = XWingSecretKey::generate()?;
    let x_wing_public = x_wing.public_key().to_bytes();
    let seconds = now.as_secs();
    let lifetime =
        Lifetime::init(seconds.saturating_sub(CLOCK_MARGIN.as_secs()), seconds.saturating_add(LIFETIME.as_secs()));
    let application_id = Extension::ApplicationId(ApplicationIdExtension::new(inbox.to_string().as_bytes()));
    let failed = EngineError::mls("making a key package");
    let bundle = KeyPackage::builder()
        .key_package_lifetime(lifetime)
        .leaf_node_capabilities(config::key_package_capabilities())
        .leaf_node_extensions(Extensions::single(application_id).map_err(|error| failed(&error))?)
        .key_package_extensions(extensions(&x_wing_public).map_err(|error| failed(&error))?)
        .build(CIPHERSUITE, provider, key, credential::credential_with_key(inbox, key))
        .map_err(|error| failed(&error))?;
    let package = bundle.key_package();
    let id = KeyPackageId(package.hash_ref(provider.crypto()).map_err(|error| failed(&error))?);
    let record = Record {
        x_wing_seed: *x_wing.seed(),
        public_keys: [sha256(package.hpke_init_key().as_slice()), sha256(&x_wing_public)],
        superseded: None,
    };
    record.keep(provider.kv(), &id)?;
    Ok(NewKeyPackage { id, bytes: package.tls_serialize_detached().map_err(|error| failed(&error))? })
}

fn extensions(x_wing: &[u8]) -> Result<Extensions<KeyPackage>, openmls::extensions::errors::InvalidExtensionError> {
    let pointee_aeads = WelcomePointeeEncryptionAeadTypesExtension {
        supported_aead_types: vec![WelcomePointeeEncryptionAeadType::Chacha20Poly1305.into()],
    };
    let wrapper = WelcomeWrapperEncryption {
        pub_key: x_wing.to_vec(),
        algorithm: WelcomeWrapperAlgorithm::XwingMlkem768Draft6.into(),
    };
    Extensions::from_vec(vec![
        Extension::LastResort(LastResortExtension::default()),
        Extension::Unknown(WELCOME_POINTEE_AEADS, UnknownExtension(pointee_aeads.encode_to_vec())),
        Extension::Unknown(WELCOME_WRAPPER, UnknownExtension(wrapper.encode_to_vec())),
    ])
}

/// The private key behind a public key that a welcome names; `None` if there is none, or no longer.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or what it holds is damaged.
pub(crate) fn private_key_for(
    provider: &Provider<'_>,
    algorithm: WrapperAlgorithm,
    hpke_public_key: &[u8],
) -> Result<Option<WelcomeSecretKey>, EngineError> {
    let Some(id) = KeyPackageId::of_public_key(provider.kv(), hpke_public_key)? else {
        return Ok(None);
    };
    let secret = match algorithm {
        WrapperAlgorithm::XWingMlKem768Draft6 => {
            Record::load(provider.kv(), &id)?.map(|record| Zeroizing::new(record.x_wing_seed.to_vec()))
        }
        _ => {
            let bundle: Option<KeyPackageBundle> = provider
                .storage()
                .key_package(&id.0)
                .map_err(|error| EngineError::mls("reading a key package")(&error))?;
            bundle.map(|bundle| Zeroizing::new(bundle.init_private_key().to_vec()))
        }
    };
    Ok(secret.map(|secret| WelcomeSecretKey::from_bytes(algorithm, &secret)).transpose()?)
}

/// What the MLS library keeps of the key package with this public key; `None` if there is none, or no longer.
///
/// # Errors
/// As [`private_key_for`].
pub(crate) fn kept_for(provider: &Provider<'_>, hpke_public_key: &[u8]) -> Result<Option<Single>, EngineError> {
    let Some(id) = KeyPackageId::of_public_key(provider.kv(), hpke_public_key)? else {
        return Ok(None);
    };
    let kept = provider.storage().single(Label::KeyPackage, &id.0);
    kept.map_err(|error| EngineError::mls("reading a key package")(&error))
}

impl KeyPackageId {
    fn of_public_key(kv: &dyn SharedKv, public_key: &[u8]) -> Result<Option<Self>, StorageError> {
        let found = kv.value(Namespace::KeyPackages, &by_public_key(&sha256(public_key)))?;
        found.map(|bytes| postcard::from_bytes(&bytes).map_err(|_| DAMAGED)).transpose()
    }
}

pub(super) const DAMAGED: StorageError = StorageError::Damaged("record of a key package");

fn by_public_key(digest: &[u8; 32]) -> Vec<u8> {
    [&[BY_PUBLIC_KEY], digest.as_slice()].concat()
}

impl Record {
    fn load(kv: &dyn SharedKv, id: &KeyPackageId) -> Result<Option<Self>, StorageError> {
        let found = kv.value(Namespace::KeyPackages, &Self::key(id))?;
        found.map(|bytes| Self::decode(&bytes)).transpose()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StorageError> {
        postcard::from_bytes(bytes).map_err(|_| DAMAGED)
    }

    fn keep(&self, kv: &dyn SharedKv, id: &KeyPackageId) -> Result<(), EngineError> {
        let reference = postcard::to_stdvec(id).map_err(EngineError::encoding)?;
        for digest in &self.public_keys {
            kv.put_value(Namespace::KeyPackages, &by_public_key(digest), &reference)?;
        }
        self.replace(kv, &Self::key(id))
    }

    pub(super) fn replace(&self, kv: &dyn SharedKv, key: &[u8]) -> Result<(), EngineError> {
        let bytes = Zeroizing::new(postcard::to_stdvec(self).map_err(EngineError::encoding)?);
        Ok(kv.put_value(Namespace::KeyPackages, key, &bytes)?)
    }

    pub(super) fn key(id: &KeyPackageId) -> Vec<u8> {
        [&[RECORD], id.0.as_slice()].concat()
    }

    /// Deletes everything about the key package: its record, the way to it, and the MLS library's own record.
    pub(super) fn delete(&self, provider: &Provider<'_>, key: &[u8]) -> Result<(), EngineError> {
        for digest in &self.public_keys {
            let way = by_public_key(digest);
            if let Some(bytes) = provider.kv().value(Namespace::KeyPackages, &way)? {
                let id: KeyPackageId = postcard::from_bytes(&bytes).map_err(|_| DAMAGED)?;
                let deleted = provider.storage().delete_key_package(&id.0);
                deleted.map_err(|error| EngineError::mls("deleting a key package")(&error))?;
            }
            provider.kv().delete_value(Namespace::KeyPackages, &way)?;
        }
        Ok(provider.kv().delete_value(Namespace::KeyPackages, key)?)
    }
}
