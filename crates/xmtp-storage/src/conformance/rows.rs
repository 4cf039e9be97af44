//! Rows to test with.
use crate::{
    ConversationKind, DeliveryStatus, Durability, GroupRow, GroupStatus, MessageKind, MessageRow, NewIntent,
    StorageError, Store, StoreTx,
};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, Timestamp};

/// Runs `body` in a transaction and commits it.
pub(super) fn write<T>(
    store: &dyn Store,
    body: impl FnOnce(&mut dyn StoreTx) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let mut tx = store.begin(Durability::Full)?;
    let result = body(tx.as_mut())?;
    tx.commit()?;
    Ok(result)
}

pub(super) fn group_id(number: u8) -> GroupId {
    GroupId::from([number; 16])
}

pub(super) fn inbox(number: u8) -> InboxId {
    InboxId::from_bytes([number; 32])
}

pub(super) fn message_id(number: u8) -> MessageId {
    MessageId::from_bytes([number; 32])
}

pub(super) fn at(nanos: u64) -> Timestamp {
    Timestamp::from_nanos(nanos)
}

pub(super) fn group(number: u8, created_at: u64) -> GroupRow {
    GroupRow {
        id: group_id(number),
        kind: ConversationKind::Group,
        status: GroupStatus::Active,
        created_at: at(created_at),
        added_by: inbox(1),
        dm_peer: None,
        welcome: None,
        installations_checked_at: at(0),
        rotated_at: at(0),
        last_message_at: None,
        disappear_from_ns: None,
        disappear_in_ns: None,
    }
}

pub(super) fn message(number: u8, group: u8, sent_at: u64) -> MessageRow {
    MessageRow {
        id: message_id(number),
        group: group_id(group),
        kind: MessageKind::Application,
        status: DeliveryStatus::Published,
        sender_inbox: inbox(1),
        sender_installation: InstallationId::from_bytes([2; 32]),
        sent_at: at(sent_at),
        sequence_id: None,
        content_type: "xmtp.org/text:1.0".to_owned(),
        reference: None,
        content: vec![number; 5],
        idempotency_key: sent_at.to_string(),
        expires_at: None,
    }
}

pub(super) fn wish(group: u8) -> NewIntent {
    NewIntent { group: group_id(group), kind: 3, data: vec![1, 2, 3], message: None, should_push: false }
}
