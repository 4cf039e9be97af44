//! What reaches the store: each value once per transaction, however many messages were in it.
use crate::world::{Actor, Shared, group_of};
use xmtp_storage::{MessageKind, Namespace, Store as _};
use xmtp_types::Topic;

/// The kinds of stored values that hold a group's message secrets, the first bytes of their keys: what stands as long as an
/// epoch does, and what a message changes.
const EPOCHS: u8 = 9;
const RATCHETS: u8 = 19;
const MESSAGES: usize = 256;

#[test]
fn many_messages_in_one_transaction_write_the_message_secrets_once() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);

    alice.store.probe.reset();
    let staged = alice.step(|session| {
        for number in 0..MESSAGES {
            session.queue_message(&group, number.to_string().into_bytes(), false)?;
        }
        session.stage(&group)
    });
    assert_eq!(alice.store.probe.commits(), 1);
    assert_eq!(alice.store.probe.mls_writes(RATCHETS), [1]);
    staged.unwrap().envelopes.into_iter().for_each(|(_, envelope)| network.post(envelope));

    bob.store.probe.reset();
    let batch = network.after(&Topic::group(&group), &bob.cursor(&Topic::group(&group)));
    assert_eq!(bob.ingest(&batch).unwrap().done, MESSAGES);
    assert_eq!(bob.store.probe.commits(), 1);
    assert_eq!(bob.store.probe.mls_writes(RATCHETS), [1]);
    assert_eq!(bob.store.probe.mls_writes(EPOCHS), [0; 0]);
    assert_eq!(bob.messages(&group, MessageKind::Application).len(), MESSAGES);
    assert_eq!(bob.texts(&group)[MESSAGES - 1], (MESSAGES - 1).to_string());
}

#[test]
fn a_message_writes_nothing_of_a_group_but_its_ratchets() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let written = |actor: &Actor| (0..=u8::MAX).map(|kind| actor.store.probe.mls_writes(kind).len()).sum::<usize>();
    for actor in [&alice, &bob] {
        actor.store.probe.reset();
    }
    alice.queue_message(&group, "first");
    alice.staged(&group).into_iter().for_each(|envelope| network.post(envelope));
    bob.sync();
    for actor in [&alice, &bob] {
        assert_eq!((actor.store.probe.mls_writes(RATCHETS), written(actor)), (vec![1], 1));
    }
}

#[test]
fn messages_of_one_group_move_its_cursor_once() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    for text in ["0", "1", "2", "3", "4"] {
        alice.send(&group, text);
    }
    bob.store.probe.reset();
    let topic = Topic::group(&group);
    let batch = network.after(&topic, &bob.cursor(&topic));
    assert_eq!(bob.ingest(&batch).unwrap().done, 5);
    assert_eq!(bob.store.probe.cursor_moves(), 1);
    assert_eq!(bob.store.probe.messages_inserted(), [5]);
    assert!(network.after(&topic, &bob.cursor(&topic)).is_empty());
}

#[test]
fn nothing_is_kept_of_the_epoch_in_which_a_group_had_one_member() {
    let network = Shared::new();
    let ([alice, bob], _) = group_of(&network);
    let kept = |actor: &Actor| -> Vec<usize> {
        let values = actor.store.read().unwrap().values(Namespace::Mls, &[EPOCHS]).unwrap();
        values.iter().map(|(_, value)| value.len()).collect()
    };
    // Who joined has the secrets of one epoch.
    assert_eq!(kept(&alice), kept(&bob));
}
