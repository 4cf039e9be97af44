//! A real group lives its whole life over the overlay, reloaded from the store after every step.
use super::keys::Label;
use crate::{
    peek::{ContentKind, public_parts},
    testing::Installation,
};
use openmls::prelude::{
    Ciphersuite, GroupId, KeyPackage, LeafNodeParameters, MlsGroup, MlsGroupCreateConfig, MlsGroupJoinConfig,
    MlsMessageBodyIn, MlsMessageIn, MlsMessageOut, ProcessedMessageContent, ProtocolMessage,
    SenderRatchetConfiguration, StagedWelcome, tls_codec::Deserialize as _,
};
use proptest::{prelude::*, sample::Index};
use xmtp_storage::Namespace;

const SUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519;

fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .max_past_epochs(3)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(SenderRatchetConfiguration::default())
        .build()
}

fn create(who: &mut Installation) -> GroupId {
    let credential = who.credential();
    let config =
        MlsGroupCreateConfig::builder().ciphersuite(SUITE).max_past_epochs(3).use_ratchet_tree_extension(true).build();
    who.transaction(|provider, key| MlsGroup::new(provider, key, &config, credential).unwrap().group_id().clone())
}

fn load(provider: &super::Provider<'_>, group: &GroupId) -> MlsGroup {
    MlsGroup::load(openmls_traits::OpenMlsProvider::storage(provider), group).unwrap().expect("group is stored")
}

fn key_package(who: &mut Installation) -> KeyPackage {
    let credential = who.credential();
    who.transaction(|provider, key| {
        KeyPackage::builder().build(SUITE, provider, key, credential).unwrap().key_package().clone()
    })
}

fn add(who: &mut Installation, group: &GroupId, new: &[KeyPackage]) -> (MlsMessageOut, MlsMessageOut) {
    who.transaction(|provider, key| {
        let (commit, welcome, _) = load(provider, group).add_members(provider, key, new).unwrap();
        (commit, welcome)
    })
}

fn merge_own(who: &mut Installation, group: &GroupId) {
    who.transaction(|provider, _| load(provider, group).merge_pending_commit(provider).unwrap());
}

fn join(who: &mut Installation, welcome: &MlsMessageOut) {
    let MlsMessageBodyIn::Welcome(welcome) = incoming(welcome).extract() else { panic!("not a welcome") };
    who.transaction(|provider, _| {
        StagedWelcome::new_from_welcome(provider, &join_config(), welcome, None).unwrap().into_group(provider).unwrap();
    });
}

fn incoming(message: &MlsMessageOut) -> MlsMessageIn {
    MlsMessageIn::tls_deserialize(&mut message.to_bytes().unwrap().as_slice()).unwrap()
}

fn protocol(message: &MlsMessageOut) -> ProtocolMessage {
    incoming(message).try_into_protocol_message().unwrap()
}

fn peeked(message: &MlsMessageOut) -> (ContentKind, u64) {
    let parts = public_parts(&message.to_bytes().unwrap()).unwrap();
    assert!(parts.is_private());
    assert_eq!(parts.group.as_bytes(), protocol(message).group_id().as_slice());
    (parts.content, parts.epoch.as_u64())
}

fn receive(who: &mut Installation, group: &GroupId, message: &MlsMessageOut) -> Option<Vec<u8>> {
    who.transaction(|provider, _| {
        let mut loaded = load(provider, group);
        match loaded.process_message(provider, protocol(message)).unwrap().into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => Some(message.into_bytes()),
            ProcessedMessageContent::StagedCommitMessage(commit) => {
                loaded.merge_staged_commit(provider, *commit).unwrap();
                None
            }
            _ => panic!("unexpected content"),
        }
    })
}

fn say(who: &mut Installation, group: &GroupId, text: &[u8]) -> MlsMessageOut {
    who.transaction(|provider, key| load(provider, group).create_message(provider, key, text).unwrap())
}

fn authenticator(who: &mut Installation, group: &GroupId) -> Vec<u8> {
    who.job(|provider, _| load(provider, group).epoch_authenticator().as_slice().to_vec())
}

/// Alice's group with Bob and Carol in it.
fn three() -> ([Installation; 3], GroupId) {
    let [mut alice, mut bob, mut carol] = [1, 2, 3].map(Installation::new);
    let group = create(&mut alice);
    let (_, welcome) = add(&mut alice, &group, &[key_package(&mut bob)]);
    merge_own(&mut alice, &group);
    join(&mut bob, &welcome);
    let (commit, welcome) = add(&mut alice, &group, &[key_package(&mut carol)]);
    merge_own(&mut alice, &group);
    join(&mut carol, &welcome);
    assert_eq!(receive(&mut bob, &group, &commit), None);
    ([alice, bob, carol], group)
}

#[test]
fn a_group_of_three_lives_its_whole_life_reloaded_after_every_step() {
    let ([mut alice, mut bob, mut carol], group) = three();

    let hello = say(&mut bob, &group, b"hello");
    assert_eq!(peeked(&hello), (ContentKind::Application, protocol(&hello).epoch().as_u64()));
    assert_eq!(receive(&mut alice, &group, &hello).as_deref(), Some(b"hello".as_slice()));

    // A message that is overtaken by two commits is still read, from the kept past epochs.
    let late = say(&mut carol, &group, b"late");
    for _ in 0..2 {
        let update = bob.transaction(|provider, key| {
            let bundle = load(provider, &group).self_update(provider, key, LeafNodeParameters::default()).unwrap();
            bundle.into_commit()
        });
        assert_eq!(peeked(&update), (ContentKind::Commit, protocol(&update).epoch().as_u64()));
        merge_own(&mut bob, &group);
        assert_eq!(receive(&mut alice, &group, &update), None);
        assert_eq!(receive(&mut carol, &group, &update), None);
    }
    assert_eq!(receive(&mut alice, &group, &late).as_deref(), Some(b"late".as_slice()));
    assert_eq!(receive(&mut bob, &group, &late).as_deref(), Some(b"late".as_slice()));

    // A proposal is queued by a member, survives reloading, and is committed by reference.
    let proposal = carol.transaction(|provider, key| {
        let mut loaded = load(provider, &group);
        let target = loaded.members().find(|member| member.signature_key == bob.key.id().as_bytes()).unwrap().index;
        loaded.propose_remove_member(provider, key, target).unwrap().0
    });
    for who in [&mut alice, &mut bob] {
        who.transaction(|provider, _| {
            let mut loaded = load(provider, &group);
            let processed = loaded.process_message(provider, protocol(&proposal)).unwrap().into_content();
            let ProcessedMessageContent::ProposalMessage(proposal) = processed else { panic!("not a proposal") };
            loaded.store_pending_proposal(openmls_traits::OpenMlsProvider::storage(provider), *proposal).unwrap();
        });
    }
    let removal =
        alice.transaction(|provider, key| load(provider, &group).commit_to_pending_proposals(provider, key).unwrap().0);
    merge_own(&mut alice, &group);
    assert_eq!(receive(&mut carol, &group, &removal), None);
    assert_eq!(receive(&mut bob, &group, &removal), None);
    assert_eq!(authenticator(&mut alice, &group), authenticator(&mut carol, &group));
    assert!(!bob.job(|provider, _| load(provider, &group).is_active()));
}

#[test]
fn a_pending_commit_survives_reloading_and_can_be_cleared() {
    let ([mut alice, mut bob, _], group) = three();
    let before = authenticator(&mut alice, &group);
    alice.transaction(|provider, key| {
        load(provider, &group).self_update(provider, key, LeafNodeParameters::default()).unwrap();
    });
    assert!(alice.job(|provider, _| load(provider, &group).pending_commit().is_some()));
    alice.transaction(|provider, _| {
        load(provider, &group).clear_pending_commit(openmls_traits::OpenMlsProvider::storage(provider)).unwrap();
    });
    assert_eq!(authenticator(&mut alice, &group), before);
    let hello = say(&mut alice, &group, b"still here");
    assert_eq!(receive(&mut bob, &group, &hello).as_deref(), Some(b"still here".as_slice()));
}

#[test]
fn many_messages_in_one_transaction_reach_the_store_as_one_write() {
    let ([mut alice, mut bob, _], group) = three();
    let messages: Vec<_> = (0..50).map(|number| say(&mut alice, &group, &[number])).collect();
    bob.kv.writes.clear();
    bob.transaction(|provider, _| {
        let mut loaded = load(provider, &group);
        for message in &messages {
            loaded.process_message(provider, protocol(message)).unwrap();
        }
    });
    let ratchets = bob.kv.writes.iter().filter(|((_, key), _)| key[0] == Label::Ratchets as u8);
    assert_eq!(ratchets.map(|(_, count)| *count).collect::<Vec<_>>(), [1]);
    assert!(bob.kv.writes.values().all(|count| *count == 1));
}

#[test]
fn secrets_that_were_written_in_one_piece_are_read_and_cut_in_two() {
    let ([mut alice, mut bob, _], group) = three();
    let key = |label: Label| (Namespace::Mls, label.key(&group).unwrap());
    let ratchets = bob.kv.values.remove(&key(Label::Ratchets)).unwrap();
    bob.kv.values.get_mut(&key(Label::MessageSecrets)).unwrap().extend_from_slice(&ratchets);
    let hello = say(&mut alice, &group, b"hello");
    assert_eq!(receive(&mut bob, &group, &hello).as_deref(), Some(b"hello".as_slice()));
    let hello = say(&mut alice, &group, b"again");
    assert_eq!(receive(&mut bob, &group, &hello).as_deref(), Some(b"again".as_slice()));
    assert!(bob.kv.values.contains_key(&key(Label::Ratchets)));
}

#[test]
fn an_undone_job_leaves_the_ratchet_where_it_was() {
    let ([mut alice, mut bob, _], group) = three();
    let [first, second] = [b"first".as_slice(), b"second"].map(|text| say(&mut alice, &group, text));
    let text = bob.transaction(|provider, _| {
        load(provider, &group).process_message(provider, protocol(&first)).unwrap();
        provider.storage.overlay.borrow_mut().begin_job();
        load(provider, &group).process_message(provider, protocol(&second)).unwrap();
        provider.storage.overlay.borrow_mut().undo_job();
        let again = load(provider, &group).process_message(provider, protocol(&second)).unwrap().into_content();
        match again {
            ProcessedMessageContent::ApplicationMessage(message) => message.into_bytes(),
            _ => panic!("unexpected content"),
        }
    });
    assert_eq!(text, b"second");
}

#[test]
fn a_damaged_value_is_an_error_and_names_what_is_damaged() {
    let ([mut alice, ..], group) = three();
    for ((namespace, key), value) in &mut alice.kv.values {
        if *namespace == Namespace::Mls && key[0] == Label::Tree as u8 {
            value.truncate(value.len() / 2);
        }
    }
    let error = alice.job(|provider, _| MlsGroup::load(openmls_traits::OpenMlsProvider::storage(provider), &group));
    assert!(error.unwrap_err().to_string().contains("Tree"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_group_with_any_damaged_value_is_read_or_refused(
        (which, at) in any::<(Index, Index)>(),
        damage in prop_oneof![(1..=u8::MAX).prop_map(Some), Just(None)],
    ) {
        let mut alix = Installation::new(1);
        let group = create(&mut alix);
        let keys: Vec<_> = alix.kv.values.keys().cloned().collect();
        let value = alix.kv.values.get_mut(which.get(&keys)).unwrap();
        let at = at.index(value.len());
        match damage {
            Some(mask) => value[at] ^= mask,
            None => value.truncate(at),
        }
        alix.job(|provider, _| {
            let _ = MlsGroup::load(openmls_traits::OpenMlsProvider::storage(provider), &group);
        });
    }
}
