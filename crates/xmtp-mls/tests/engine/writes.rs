//! What reaches the store: each value once per transaction, however many messages were in it.
use crate::world::{Shared, group_of};
use xmtp_storage::MessageKind;
use xmtp_types::Topic;

/// The kind of stored value that holds a group's message secrets, the first byte of its key.
const MESSAGE_SECRETS: u8 = 9;
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
    assert_eq!(alice.store.probe.mls_writes(MESSAGE_SECRETS), [1]);
    staged.unwrap().envelopes.into_iter().for_each(|(_, envelope)| network.post(envelope));

    bob.store.probe.reset();
    let batch = network.after(&Topic::group(&group), &bob.cursor(&Topic::group(&group)));
    assert_eq!(bob.ingest(&batch).unwrap().done, MESSAGES);
    assert_eq!(bob.store.probe.commits(), 1);
    assert_eq!(bob.store.probe.mls_writes(MESSAGE_SECRETS), [1]);
    assert_eq!(bob.messages(&group, MessageKind::Application).len(), MESSAGES);
    assert_eq!(bob.texts(&group)[MESSAGES - 1], (MESSAGES - 1).to_string());
}
