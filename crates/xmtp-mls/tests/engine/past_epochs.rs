//! Messages that arrive late: read for three epochs, made anew by their sender after that, and always its sender's.
use crate::world::{Actor, Shared, assert_agree, group_of};
use xmtp_storage::{IntentId, MessageKind};
use xmtp_types::{GroupId, Topic};

/// Bob's message is on its way while alice moves the group on by `epochs`.
fn late_by(epochs: usize) -> ([Actor; 3], GroupId) {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    bob.queue_message(&group, "late");
    let envelope = bob.staged(&group).remove(0);
    alice.rotate(&group, epochs);
    network.post(envelope);
    alice.sync();
    carol.sync();
    ([alice, bob, carol], group)
}

#[test]
fn a_message_is_read_up_to_three_epochs_late() {
    for epochs in 0..=3 {
        let ([alice, _, mut carol], group) = late_by(epochs);
        assert_eq!((alice.texts(&group), carol.texts(&group)), (vec!["late".into()], vec!["late".into()]), "{epochs}");
        assert_eq!(carol.refusals(), [""; 0]);
    }
}

#[test]
fn a_message_four_epochs_late_is_refused_with_an_event() {
    let ([alice, _, mut carol], group) = late_by(4);
    assert_eq!((alice.texts(&group).len(), carol.texts(&group).len()), (0, 0));
    assert_eq!(carol.refusals().len(), 1);
}

#[test]
fn a_message_that_came_too_late_is_made_anew_by_its_sender_and_arrives_once() {
    for epochs in 2..=5 {
        let ([mut alice, mut bob, mut carol], group) = late_by(epochs);
        bob.drive(&group).unwrap();
        for actor in [&mut alice, &mut bob, &mut carol] {
            actor.sync();
            assert_eq!(actor.texts(&group), ["late"], "{epochs} epochs");
        }
        assert!(bob.open_intents(&group).is_empty());
        assert_agree([&mut alice, &mut bob, &mut carol], &group);
    }
}

#[test]
fn a_late_message_has_the_same_place_for_its_sender_as_for_everybody_else() {
    for epochs in 0..=5 {
        let ([mut alice, mut bob, mut carol], group) = late_by(epochs);
        bob.drive(&group).unwrap();
        let places = [&mut alice, &mut bob, &mut carol].map(|actor| {
            actor.sync();
            actor.messages(&group, MessageKind::Application).remove(0).sequence_id
        });
        assert!(places[0].is_some() && places.iter().all(|place| *place == places[0]), "{epochs} epochs: {places:?}");
    }
}

#[test]
fn a_late_message_is_its_senders_even_if_somebody_else_has_the_leaf_by_then() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let mut dave = Actor::register(&network);
    bob.queue_message(&group, "goodbye");
    let envelope = bob.staged(&group).remove(0);
    alice.remove(&group, &[bob.inbox()]);
    alice.add(&group, &[dave.inbox()]);
    network.post(envelope);
    dave.sync();
    for actor in [&mut alice, &mut carol] {
        actor.sync();
        let row = actor.messages(&group, MessageKind::Application).remove(0);
        assert_eq!((row.sender_inbox, row.sender_installation), (bob.inbox(), bob.id()));
    }
    assert_eq!(dave.texts(&group), [""; 0]);
}

#[test]
fn a_late_message_is_its_senders_even_if_its_leaf_is_empty_by_then() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    carol.queue_message(&group, "goodbye");
    let envelope = carol.staged(&group).remove(0);
    alice.remove(&group, &[carol.inbox()]);
    alice.rotate(&group, 2);
    network.post(envelope);
    bob.sync();
    let row = bob.messages(&group, MessageKind::Application).remove(0);
    assert_eq!((row.sender_inbox, row.sender_installation), (carol.inbox(), carol.id()));
}

/// Bob's first message is on its way, and alice has moved the group on by four epochs before the network takes it. Bob
/// knows of the commits, and the message is not back. What is on its way, and the envelopes of alice's commits that bob has.
fn said_before_it_was_known_to_be_late(
    network: &Shared,
    alice: &mut Actor,
    bob: &mut Actor,
    group: &GroupId,
) -> IntentId {
    bob.queue_message(group, "first");
    let (first, envelope) = bob.step(|session| session.stage(group)).unwrap().envelopes.remove(0);
    alice.rotate(group, 4);
    let commits = network.after(&Topic::group(group), &bob.cursor(&Topic::group(group)));
    network.post(envelope);
    bob.ingest(&commits).unwrap();
    first
}

#[test]
fn what_was_said_after_a_message_that_came_too_late_stands_after_it() {
    for is_acknowledged in [true, false] {
        let network = Shared::new();
        let ([mut alice, mut bob, mut carol], group) = group_of(&network);
        let first = said_before_it_was_known_to_be_late(&network, &mut alice, &mut bob, &group);
        let on_the_way: &[_] = if is_acknowledged { &[] } else { &[first] };
        if is_acknowledged {
            bob.step(|session| session.acknowledge(&[first])).unwrap();
        }
        let second = vec![(b"second".to_vec(), false)];
        let sending = bob.step(|session| session.send(&group, second.clone(), on_the_way)).unwrap();
        assert!(sending.envelopes.is_none(), "acknowledged: {is_acknowledged}");
        let staged = bob.step(|session| session.stage_behind(&group, on_the_way, u32::MAX)).unwrap();
        assert!(staged.must_wait && staged.envelopes.is_empty(), "acknowledged: {is_acknowledged}");
        bob.drive(&group).unwrap();
        for actor in [&mut alice, &mut bob, &mut carol] {
            actor.sync();
            assert_eq!(actor.texts(&group), ["first", "second"], "acknowledged: {is_acknowledged}");
        }
    }
}

#[test]
fn what_is_said_in_the_epoch_of_what_is_not_back_yet_need_not_wait() {
    let network = Shared::new();
    let ([_, mut bob], group) = group_of(&network);
    for text in ["first", "second"] {
        let message = vec![(text.as_bytes().to_vec(), false)];
        let sending = bob.step(|session| session.send(&group, message.clone(), &[])).unwrap();
        let (id, envelope) = sending.envelopes.expect("nothing goes before it").remove(0);
        network.post(envelope);
        bob.step(|session| session.acknowledge(&[id])).unwrap();
    }
}
