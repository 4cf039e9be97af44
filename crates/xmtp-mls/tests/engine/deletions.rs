//! Deleting messages whatever order the network has them in, and messages that wait.
use crate::world::{Actor, Shared, group_of};
use xmtp_mls::{Event, Intent, Release};
use xmtp_storage::{DeletionCause, DeliveryStatus, IntentState, MessageKind, Store};
use xmtp_types::{ClientEnvelope, GroupId, MessageId};

/// The text "Hello, world!" as the official codec writes it.
fn hello() -> Vec<u8> {
    hex::decode(
        "0a120a08786d74702e6f7267120474657874180112110a08656e636f64696e6712055554462d38220d48656c6c6f2c20776f726c6421",
    )
    .unwrap()
}

/// Makes the envelope of what is queued, as if it had been sent and never arrived.
fn made(actor: &mut Actor, group: &GroupId) -> ClientEnvelope {
    let mut staged = actor.step(|session| session.stage(group)).unwrap().envelopes;
    let (intent, envelope) = staged.remove(0);
    actor.step(|session| session.acknowledge(&[intent])).unwrap();
    envelope
}

fn deletion(actor: &Actor, message: &MessageId) -> Option<DeletionCause> {
    actor.store.read().unwrap().deletion(message).unwrap().map(|row| row.cause)
}

#[test] // MSG.R17
fn a_deletion_that_comes_before_its_message_counts_when_that_comes() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let said = alice.step(|session| session.queue_message(&group, hello(), false)).unwrap();
    let message = made(&mut alice, &group);
    alice.step(|session| session.queue_deletion(&said)).unwrap();
    let deleted = made(&mut alice, &group);

    network.post(deleted);
    bob.sync();
    assert_eq!(deletion(&bob, &said), None);
    network.post(message);
    bob.sync();
    assert_eq!(deletion(&bob, &said), Some(DeletionCause::Sender));
    assert_eq!(bob.messages(&group, MessageKind::Application).len(), 2);
    assert!(bob.events.contains(&Event::Deleted { group: group.clone(), id: said }));
    assert!(bob.store.read().unwrap().early_deletions(&said).unwrap().is_empty());
}

#[test] // MSG.R17
fn a_deletion_that_comes_first_from_somebody_without_a_right_to_it_counts_for_nothing() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let said = alice.step(|session| session.queue_message(&group, hello(), false)).unwrap();
    let message = made(&mut alice, &group);
    let ask = |actor: &mut Actor| {
        // Bob is no super admin, and makes a message of his own ask for what he may not.
        let id = said.to_string();
        let content =
            [b"\x0a\x1b\x0a\x08xmtp.org\x12\x0ddeleteMessage\x18\x01\x22\x42\x0a\x40".as_slice(), id.as_bytes()];
        actor.step(|session| session.queue_message(&group, content.concat(), false)).unwrap();
        actor.drive(&group).unwrap();
    };
    ask(&mut bob);
    carol.sync();
    assert_eq!(carol.store.read().unwrap().early_deletions(&said).unwrap().len(), 1);
    network.post(message);
    carol.sync();
    assert_eq!(carol.messages(&group, MessageKind::Application).len(), 2);
    assert_eq!(deletion(&carol, &said), None);
}

#[test] // MSG.R3
fn a_message_that_is_held_goes_after_commits_that_were_queued_later() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let held = alice.step(|session| session.hold_message(&group, b"held".to_vec(), false)).unwrap();
    alice.commit(&group, &Intent::RotateKeys);
    bob.sync();
    assert_eq!(bob.texts(&group), Vec::<String>::new());
    alice.reopen();
    let held_row = |actor: &Actor| actor.store.read().unwrap().message(&held).unwrap().unwrap().status;
    assert_eq!(held_row(&alice), DeliveryStatus::Unpublished);

    assert_eq!(alice.step(|session| session.release(&group, Release::WithMembers)).unwrap(), 1);
    alice.drive(&group).unwrap();
    bob.sync();
    assert_eq!(bob.texts(&group), ["held"]);
    assert_eq!(held_row(&alice), DeliveryStatus::Published);
    assert!(alice.store.read().unwrap().intents(&group, &[IntentState::Held]).unwrap().is_empty());
}

#[test] // MSG.R3
fn a_process_that_dies_at_any_write_loses_no_message_that_is_held_and_sends_it_once() {
    for point in 0.. {
        let network = Shared::new();
        let ([mut alice, mut bob], group) = group_of(&network);
        alice.store.probe.cut_after(point);
        let held = alice.step(|session| session.hold_message(&group, b"held".to_vec(), false));
        let released = held.and_then(|_| alice.step(|session| session.release(&group, Release::All)));
        let driven = released.and_then(|_| alice.drive(&group));
        let has_died = alice.store.probe.mend();
        assert_eq!(driven.is_err(), has_died, "only what was cut fails");
        alice.reopen();
        let is_kept = !alice.texts(&group).is_empty();
        alice.step(|session| session.release(&group, Release::All)).unwrap();
        alice.drive(&group).unwrap();
        bob.sync();
        assert_eq!(bob.texts(&group), if is_kept { vec!["held"] } else { Vec::new() }, "point {point}");
        if !has_died {
            break;
        }
    }
}
