//! Identity updates and the look-up of inboxes, with real signatures.
use crate::support::{self, node};
use prost::Message;
use tonic::{Code, Status};
use xmtp_crypto::InstallationKey;
use xmtp_identity::{LocalWallet, UpdateRequest, inbox_id_for};
use xmtp_node::Node;
use xmtp_proto::xmtp::identity::{
    api::v1::{
        GetIdentityUpdatesRequest, GetInboxIdsRequest, PublishIdentityUpdateRequest, get_identity_updates_request,
        get_identity_updates_response::IdentityUpdateLog, get_inbox_ids_request,
    },
    associations::{IdentifierKind, IdentityUpdate},
};
use xmtp_types::{InboxId, Timestamp};

pub(crate) fn wallet(number: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([number; 32])).unwrap()
}

pub(crate) fn installation(number: u8) -> InstallationKey {
    InstallationKey::from_seed(&[number; 32])
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + seconds)
}

pub(crate) fn inbox_of(owner: &LocalWallet) -> InboxId {
    inbox_id_for(&owner.address(), 0).unwrap()
}

fn signed(mut request: UpdateRequest, wallets: &[&LocalWallet], installations: &[&InstallationKey]) -> IdentityUpdate {
    for wallet in wallets {
        let signature = wallet.sign_text(request.signing_text());
        request.add_signature(signature.into()).unwrap();
    }
    for key in installations {
        request.sign_with_installation(key).unwrap();
    }
    IdentityUpdate::decode(request.build().unwrap().encode().as_slice()).unwrap()
}

fn creation(owner: &LocalWallet, device: &InstallationKey) -> IdentityUpdate {
    signed(UpdateRequest::create_inbox(&owner.address(), 0, Some(device.id()), at(0)).unwrap(), &[owner], &[device])
}

/// The device with this number adds the wallet with that number.
fn addition(inbox: InboxId, device: u8, new: u8, when: Timestamp) -> IdentityUpdate {
    let (device, new) = (installation(device), wallet(new));
    let request = UpdateRequest::add_identifier(inbox, device.id(), &new.address(), when).unwrap();
    signed(request, &[&new], &[&device])
}

pub(crate) async fn publish(identity: &mut support::Identity, update: IdentityUpdate) -> Result<(), Status> {
    let request = PublishIdentityUpdateRequest { identity_update: Some(update) };
    identity.publish_identity_update(request).await.map(drop)
}

pub(crate) async fn log(identity: &mut support::Identity, inbox: InboxId, sequence_id: u64) -> Vec<IdentityUpdateLog> {
    let request = get_identity_updates_request::Request { inbox_id: inbox.to_string(), sequence_id };
    let request = GetIdentityUpdatesRequest { requests: vec![request] };
    let mut answer = identity.get_identity_updates(request).await.unwrap().into_inner();
    assert_eq!(answer.responses[0].inbox_id, inbox.to_string());
    answer.responses.remove(0).updates
}

async fn look_up(identity: &mut support::Identity, identifiers: &[&str]) -> Vec<Option<String>> {
    let request = |identifier: &&str| get_inbox_ids_request::Request {
        identifier: (*identifier).to_owned(),
        identifier_kind: IdentifierKind::Ethereum.into(),
    };
    let request = GetInboxIdsRequest { requests: identifiers.iter().map(request).collect() };
    let answer = identity.get_inbox_ids(request).await.unwrap().into_inner();
    let told = answer.responses.into_iter().zip(identifiers).map(|(one, asked)| {
        assert_eq!((one.identifier.as_str(), one.identifier_kind()), (*asked, IdentifierKind::Ethereum));
        one.inbox_id
    });
    told.collect()
}

#[tokio::test]
async fn an_inbox_is_created_read_and_found_by_its_address() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let (owner, stranger) = (wallet(1), wallet(2));
    let inbox = inbox_of(&owner);
    let update = creation(&owner, &installation(1));
    publish(&mut identity, update.clone()).await.unwrap();

    let rows = log(&mut identity, inbox, 0).await;
    assert_eq!((rows.len(), rows[0].sequence_id, rows[0].update.as_ref()), (1, 1, Some(&update)));
    assert!(rows[0].server_timestamp_ns > 1_700_000_000_000_000_000);
    assert_eq!(log(&mut identity, inbox, 1).await, []);
    assert_eq!(log(&mut identity, inbox_of(&stranger), 0).await, []);
    let [address, other] = [&owner, &stranger].map(|wallet| wallet.address().to_string());
    let found = look_up(&mut identity, &[&other, &address, &address.to_uppercase()]).await;
    assert_eq!(found, [None, Some(inbox.to_string()), None]);
}

#[tokio::test]
async fn updates_after_a_sequence_id_come_in_order_and_ids_rise_over_all_inboxes() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let (owner, other) = (wallet(1), wallet(2));
    publish(&mut identity, creation(&owner, &installation(1))).await.unwrap();
    publish(&mut identity, creation(&other, &installation(2))).await.unwrap();
    publish(&mut identity, addition(inbox_of(&owner), 1, 3, at(1))).await.unwrap();
    publish(&mut identity, addition(inbox_of(&owner), 1, 4, at(2))).await.unwrap();

    let ids = |rows: Vec<IdentityUpdateLog>| rows.iter().map(|row| row.sequence_id).collect::<Vec<_>>();
    assert_eq!(ids(log(&mut identity, inbox_of(&owner), 0).await), [1, 3, 4]);
    assert_eq!(ids(log(&mut identity, inbox_of(&owner), 1).await), [3, 4]);
    assert_eq!(ids(log(&mut identity, inbox_of(&other), 0).await), [2]);
}

#[tokio::test] // NODE.R11
async fn the_newest_association_wins_until_it_is_revoked() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let (first, second, wanderer) = (wallet(1), wallet(2), wallet(3));
    publish(&mut identity, creation(&first, &installation(1))).await.unwrap();
    publish(&mut identity, creation(&second, &installation(2))).await.unwrap();
    let address = wanderer.address().to_string();
    let [in_first, in_second] = [&first, &second].map(|owner| Some(inbox_of(owner).to_string()));

    publish(&mut identity, addition(inbox_of(&first), 1, 3, at(1))).await.unwrap();
    assert_eq!(look_up(&mut identity, &[&address]).await[0], in_first);
    publish(&mut identity, addition(inbox_of(&second), 2, 3, at(2))).await.unwrap();
    assert_eq!(look_up(&mut identity, &[&address]).await, [in_second]);

    let revocation = |owner: &LocalWallet, when| {
        let request = UpdateRequest::remove_identifier(inbox_of(owner), &owner.address(), &wanderer.address(), when);
        signed(request.unwrap(), &[owner], &[])
    };
    publish(&mut identity, revocation(&second, at(3))).await.unwrap();
    assert_eq!(look_up(&mut identity, &[&address]).await[0], in_first);
    publish(&mut identity, revocation(&first, at(4))).await.unwrap();
    assert_eq!(look_up(&mut identity, &[&address]).await, [None]);
    publish(&mut identity, addition(inbox_of(&first), 1, 3, at(5))).await.unwrap();
    assert_eq!(look_up(&mut identity, &[&address]).await[0], in_first);
}

#[tokio::test] // NODE.R9
async fn updates_that_break_a_rule_or_a_signature_are_refused_and_not_stored() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let owner = wallet(1);
    let inbox = inbox_of(&owner);
    let mut forged = creation(&owner, &installation(1));
    forged.client_timestamp_ns += 1_000_000_000;
    let orphan = addition(inbox, 1, 3, at(1));
    let misnamed = IdentityUpdate { inbox_id: "not hex".to_owned(), ..creation(&owner, &installation(1)) };
    for bad in [forged, orphan, misnamed, IdentityUpdate::default()] {
        let error = publish(&mut identity, bad).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "{error}");
    }
    assert_eq!(log(&mut identity, inbox, 0).await, []);

    publish(&mut identity, creation(&owner, &installation(1))).await.unwrap();
    let second_creation = creation(&owner, &installation(2));
    let by_a_thief = addition(inbox, 9, 3, at(1));
    for bad in [second_creation, by_a_thief] {
        let error = publish(&mut identity, bad).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "{error}");
    }
    assert_eq!(log(&mut identity, inbox, 0).await.len(), 1);
    assert_eq!(look_up(&mut identity, &[&wallet(3).address().to_string()]).await, [None]);
}

#[tokio::test] // NODE.R10
async fn an_update_whose_answer_was_lost_may_be_repeated() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let owner = wallet(1);
    for _ in 0..3 {
        publish(&mut identity, creation(&owner, &installation(1))).await.unwrap();
    }
    assert_eq!(log(&mut identity, inbox_of(&owner), 0).await.len(), 1);
}

#[tokio::test]
async fn an_update_that_is_missing_is_asked_for() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let nothing = PublishIdentityUpdateRequest { identity_update: None };
    let error = identity.publish_identity_update(nothing).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unknown, "IdentityUpdate is required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_updates_that_exclude_each_other_one_is_kept() {
    let node = node().await;
    let owner = wallet(1);
    let attempts: Vec<_> = (0..8)
        .map(|device| {
            let (address, update) = (node.addresses().native, creation(&owner, &installation(10 + device)));
            tokio::spawn(async move {
                let channel = support::channel(address).await;
                let mut identity =
                    xmtp_proto::xmtp::identity::api::v1::identity_api_client::IdentityApiClient::new(channel);
                publish(&mut identity, update).await.is_ok()
            })
        })
        .collect();
    let mut kept = 0;
    for attempt in attempts {
        kept += usize::from(attempt.await.unwrap());
    }
    assert_eq!(kept, 1);
    let mut identity = support::identity(&node).await;
    assert_eq!(log(&mut identity, inbox_of(&owner), 0).await.len(), 1);
}

#[tokio::test]
async fn an_inbox_takes_256_updates_and_no_more() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let owner = wallet(1);
    let inbox = inbox_of(&owner);
    publish(&mut identity, creation(&owner, &installation(1))).await.unwrap();
    let recovery = |number: u64| {
        let request = UpdateRequest::change_recovery(inbox, &owner.address(), &owner.address(), at(number));
        signed(request.unwrap(), &[&owner], &[])
    };
    for number in 1..256 {
        publish(&mut identity, recovery(number)).await.unwrap();
    }
    let error = publish(&mut identity, recovery(256)).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unknown, "inbox log is full"));
    assert_eq!(log(&mut identity, inbox, 0).await.len(), 256);
}

#[tokio::test]
async fn a_restart_keeps_states_and_associations() {
    let folder = tempfile::tempdir().unwrap();
    let owner = wallet(1);
    let first = Node::start(support::config_in(folder.path())).await.unwrap();
    publish(&mut support::identity(&first).await, creation(&owner, &installation(1))).await.unwrap();
    first.shutdown().await.unwrap();

    let second = Node::start(support::config_in(folder.path())).await.unwrap();
    let mut identity = support::identity(&second).await;
    let inbox = inbox_of(&owner);
    assert_eq!(look_up(&mut identity, &[&owner.address().to_string()]).await, [Some(inbox.to_string())]);
    publish(&mut identity, addition(inbox, 1, 3, at(1))).await.unwrap();
    assert_eq!(
        publish(&mut identity, creation(&owner, &installation(2))).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    let ids: Vec<_> = log(&mut identity, inbox, 0).await.iter().map(|row| row.sequence_id).collect();
    assert_eq!(ids, [1, 2]);
}

#[tokio::test]
async fn look_ups_echo_the_kind_asked_for() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let request = |kind: IdentifierKind| get_inbox_ids_request::Request {
        identifier: "04aa".to_owned(),
        identifier_kind: kind.into(),
    };
    let kinds = [IdentifierKind::Passkey, IdentifierKind::Ethereum, IdentifierKind::Unspecified];
    let request = GetInboxIdsRequest { requests: kinds.map(request).to_vec() };
    let answer = identity.get_inbox_ids(request).await.unwrap().into_inner();
    assert_eq!(answer.responses.iter().map(|one| one.identifier_kind()).collect::<Vec<_>>(), kinds);
}

#[tokio::test]
async fn what_is_no_inbox_id_is_refused() {
    let node = node().await;
    let mut identity = support::identity(&node).await;
    let request = get_identity_updates_request::Request { inbox_id: "not hex".to_owned(), sequence_id: 0 };
    let request = GetIdentityUpdatesRequest { requests: vec![request] };
    assert_eq!(identity.get_identity_updates(request).await.unwrap_err().code(), Code::Unknown);
}
