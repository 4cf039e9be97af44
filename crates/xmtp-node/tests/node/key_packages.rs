//! Key packages: real ones are kept and handed out, others are refused.
use crate::support::{Mls, mls, node};
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tonic::{Code, Status};
use xmtp_crypto::InstallationKey;
use xmtp_mls::{Directory, Engine, Installation, Lookup, Missing, VerifiedKeyPackage};
use xmtp_node::Clock;
use xmtp_proto::xmtp::mls::api::v1::{
    FetchKeyPackagesRequest, KeyPackageUpload, RegisterInstallationRequest, UploadKeyPackageRequest,
};
use xmtp_storage::{Durability, MemoryStore, StoreRead};
use xmtp_types::{Delivered, InboxId, InstallationId, SequenceId, Timestamp, Topic};

/// Key packages are made without asking anybody.
#[derive(Debug)]
struct Nobody;

impl Directory for Nobody {
    fn inbox_state(
        &self,
        _: &mut dyn StoreRead,
        inbox: &InboxId,
        at: SequenceId,
    ) -> Result<Arc<xmtp_identity::InboxState>, Lookup> {
        Err(Lookup::Missing(Missing::IdentityUpdates(*inbox, at)))
    }

    fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
        Err(Lookup::Missing(Missing::NewestIdentity(*inbox)))
    }

    fn key_package(&self, id: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
        Err(Lookup::Missing(Missing::KeyPackage(*id)))
    }

    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> {
        Err(Lookup::Missing(Missing::Pointee(topic.clone())))
    }
}

/// A device that makes key packages.
struct Device(InstallationKey);

impl Device {
    fn new(number: u8) -> Self {
        Self(InstallationKey::from_seed(&[number; 32]))
    }

    fn id(&self) -> Bytes {
        Bytes::copy_from_slice(self.0.id().as_bytes())
    }

    fn key_package(&self, now: Timestamp) -> Bytes {
        let mut engine = Engine::new(Installation::new(InboxId::from_bytes([1; 32]), self.0.clone()));
        let store = MemoryStore::new();
        let made = engine.transaction(&store, Durability::Full, &Nobody, now, |session| session.new_key_package());
        let ((_, bytes), _) = made.unwrap();
        bytes.into()
    }
}

fn now() -> Timestamp {
    Clock::system().now()
}

fn some(key_package_tls_serialized: Bytes) -> Option<KeyPackageUpload> {
    Some(KeyPackageUpload { key_package_tls_serialized })
}

async fn upload(mls: &mut Mls, key_package: Bytes) -> Result<(), Status> {
    let request = UploadKeyPackageRequest { key_package: some(key_package), is_inbox_id_credential: true };
    mls.upload_key_package(request).await.map(drop)
}

async fn fetch(mls: &mut Mls, installation_keys: Vec<Bytes>) -> Vec<Bytes> {
    let answer = mls.fetch_key_packages(FetchKeyPackagesRequest { installation_keys }).await.unwrap().into_inner();
    answer.key_packages.into_iter().map(|package| package.key_package_tls_serialized).collect()
}

#[tokio::test] // NODE.R8
async fn the_newest_key_package_of_each_installation_is_handed_out_in_the_order_asked_and_never_used_up() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let (one, two, unknown) = (Device::new(1), Device::new(2), Device::new(3));
    let (first, second, other) = (one.key_package(now()), one.key_package(now()), two.key_package(now()));
    for package in [&first, &other, &second] {
        upload(&mut mls, package.clone()).await.unwrap();
    }
    for _ in 0..2 {
        let asked = vec![two.id(), unknown.id(), one.id(), two.id()];
        assert_eq!(fetch(&mut mls, asked).await, [other.clone(), Bytes::new(), second.clone(), other.clone()]);
    }
    for package in [&first, &first] {
        upload(&mut mls, package.clone()).await.unwrap();
        assert_eq!(fetch(&mut mls, vec![one.id()]).await[0], first);
    }
}

#[tokio::test]
async fn the_old_way_to_register_answers_the_installation_key() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let device = Device::new(1);
    let package = device.key_package(now());
    let request = RegisterInstallationRequest { key_package: some(package.clone()), is_inbox_id_credential: true };
    let answer = mls.register_installation(request).await.unwrap().into_inner();
    assert_eq!(answer.installation_key, device.id());
    assert_eq!(fetch(&mut mls, vec![device.id()]).await, [package]);
}

#[tokio::test] // NODE.R8
async fn what_no_group_could_add_is_refused_and_not_stored() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let node = node().await;
    let mut mls = mls(&node).await;
    let device = Device::new(1);
    let good = device.key_package(now());
    let expired = device.key_package(Timestamp::from_secs(1_577_836_800));
    let not_yet = device.key_package(now().plus(DAY));
    let mut longer = good.to_vec();
    longer.push(0);
    let mut bad = vec![Bytes::new(), Bytes::from_static(b"garbage"), expired, not_yet, longer.into()];
    bad.push(good.slice(..good.len() - 1));
    bad.extend((0..good.len()).step_by(97).map(|at| {
        let mut flipped = good.to_vec();
        flipped[at] ^= 1;
        Bytes::from(flipped)
    }));
    for package in bad {
        let error = upload(&mut mls, package).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "{error}");
        assert!(error.message().starts_with("invalid identity: "), "{error}");
    }
    let missing = UploadKeyPackageRequest { key_package: None, is_inbox_id_credential: true };
    assert_eq!(mls.upload_key_package(missing).await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(fetch(&mut mls, vec![device.id()]).await, [Bytes::new()]);
}
