use super::{BYTES, WELCOMES, due};
use crate::{
    ports::Missing,
    world::{Actor, Shared, assert_agree},
};
use std::collections::BTreeSet;
use xmtp_storage::Namespace;
use xmtp_types::{
    Cursor, Delivered, GroupId, InstallationId, OriginatorId, Payload, SequenceId, Timestamp, Topic, WrapperAlgorithm,
};

/// A group that `maker` made with others in it.
fn group_with(maker: &mut Actor, others: &[&Actor]) -> GroupId {
    let group = maker.create_group();
    maker.add(&group, &others.iter().map(|other| other.inbox()).collect::<Vec<_>>());
    group
}

fn welcomes(network: &Shared, to: &Actor) -> Vec<Delivered> {
    network.after(&Topic::welcome(&to.id()), &Cursor::start())
}

fn waiting(actor: &mut Actor) -> usize {
    actor.step(|session| Ok(session.ahead.waiting.len())).unwrap()
}

#[test]
fn welcomes_that_come_together_are_dealt_with_like_those_that_come_alone() {
    let network = Shared::new();
    let [mut alice, mut bob, mut carol, dave] = std::array::from_fn(|_| Actor::register(&network));
    let mut groups: Vec<_> = (0..3).map(|_| group_with(&mut alice, &[&bob, &carol])).collect();
    groups.push(group_with(&mut alice, &[&bob, &carol, &dave]));
    let altered = [&bob, &carol].map(|who| welcomes(&network, who)[1].sequence_id);
    for welcome in network.lock().log.iter_mut().filter(|welcome| altered.contains(&welcome.sequence_id)) {
        let Payload::Welcome { data, .. } = &mut welcome.payload else { panic!("not a copy") };
        *data.last_mut().unwrap() ^= 1;
    }
    groups.remove(1);
    bob.ingest(&welcomes(&network, &bob)).unwrap();
    for welcome in welcomes(&network, &carol) {
        carol.ingest(&[welcome]).unwrap();
    }
    let joined = |actor: &Actor| actor.groups().into_iter().collect::<BTreeSet<_>>();
    assert_eq!((joined(&bob), joined(&carol)), (groups.iter().cloned().collect(), groups.iter().cloned().collect()));
    let refusals = bob.refusals();
    assert_eq!((refusals.len(), refusals), (1, carol.refusals()));
    groups.iter().for_each(|group| assert_agree([&mut alice, &mut bob, &mut carol], group));
}

#[test]
fn what_was_opened_waits_for_what_must_be_fetched_and_is_not_opened_again() {
    let network = Shared::new();
    let [mut alice, mut bob] = std::array::from_fn(|_| Actor::register(&network));
    (0..3).for_each(|_| drop(group_with(&mut alice, &[&bob])));
    let batch = welcomes(&network, &bob);
    let ingested = bob.step(|session| session.ingest(&batch, &[])).unwrap();
    assert_eq!((ingested.done, ingested.missing.is_empty(), waiting(&mut bob)), (0, false, 3));
    bob.step(|session| {
        let kept = session.tx().values(Namespace::KeyPackages, &[])?;
        kept.iter().try_for_each(|(key, _)| session.tx().delete_value(Namespace::KeyPackages, key))?;
        Ok(())
    })
    .unwrap();
    bob.sync();
    assert_eq!((bob.groups().len(), bob.refusals(), waiting(&mut bob)), (3, vec![], 0));
}

#[test]
fn what_was_tried_once_is_not_tried_again_also_if_a_pointer_leads() {
    let network = Shared::new();
    let [mut alice, bob, carol, mut dave] = std::array::from_fn(|_| Actor::register(&network));
    group_with(&mut alice, &[&bob, &carol, &dave]);
    (0..3).for_each(|_| drop(group_with(&mut alice, &[&dave])));
    let batch = welcomes(&network, &dave);
    let left = dave.step(|session| {
        session.open_ahead(&batch)?;
        let opened = session.ahead.waiting.len();
        session.ahead.take(&batch[1].payload);
        session.open_ahead(&batch)?;
        Ok((opened, session.ahead.waiting.len()))
    });
    assert_eq!(left.unwrap(), (3, 2));
}

#[test]
fn what_all_that_wait_will_need_is_named_with_what_the_first_one_needs() {
    let network = Shared::new();
    let mut bob = Actor::register(&network);
    let mut strangers: [Actor; 3] = std::array::from_fn(|_| Actor::register(&network));
    strangers.iter_mut().for_each(|stranger| drop(group_with(stranger, &[&bob])));
    let batch = welcomes(&network, &bob);
    let ingested = bob.step(|session| session.ingest(&batch, &[])).unwrap();
    let update = |who: &Actor| Missing::IdentityUpdates(who.inbox(), network.lock().newest_identity_of(&who.inbox()));
    assert_eq!(ingested.missing, [&bob, &strangers[0]].map(update).into());
    assert_eq!(ingested.soon, strangers.iter().chain([&bob]).map(update).collect());
}

#[test]
fn no_more_are_open_at_a_time_than_a_bounded_number() {
    let network = Shared::new();
    let [mut alice, mut bob] = std::array::from_fn(|_| Actor::register(&network));
    (0..WELCOMES + 2).for_each(|_| drop(group_with(&mut alice, &[&bob])));
    let batch = welcomes(&network, &bob);
    bob.step(|session| session.ingest(&batch, &[])).unwrap();
    assert_eq!(waiting(&mut bob), WELCOMES);
    bob.sync();
    assert_eq!((bob.groups().len(), waiting(&mut bob)), (WELCOMES + 2, 0));
}

#[test]
fn large_ones_are_opened_in_smaller_numbers_and_no_other_envelope_with_them() {
    let topic = Topic::welcome(&InstallationId::from_bytes([1; 32]));
    let welcome = |length: usize| Delivered {
        topic: topic.clone(),
        originator: OriginatorId::V3_WELCOMES,
        sequence_id: SequenceId::new(1),
        created: Timestamp::default(),
        payload: Payload::Welcome {
            data: vec![0; length],
            hpke_public_key: vec![],
            algorithm: WrapperAlgorithm::XWingMlKem768Draft6,
            metadata: vec![],
        },
    };
    let other = Delivered { topic: Topic::group(&GroupId::from([1].as_slice())), ..welcome(1) };
    assert_eq!(due(&[welcome(BYTES / 2), welcome(BYTES / 2), welcome(1)]).len(), 2);
    assert_eq!(due(&[welcome(1), welcome(1), other, welcome(1)]).len(), 2);
    assert_eq!(due(&[]).len(), 0);
}
