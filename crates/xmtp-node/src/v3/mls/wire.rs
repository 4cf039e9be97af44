//! Between records of the log and messages of the wire.
use crate::log::{
    CommitLogEntry, Direction, GroupMessage, Logged, MAX_PAGE_ROWS, Page, Range, Tail, Welcome, WelcomeKind,
};
use bytes::Bytes;
use xmtp_proto::xmtp::{
    identity::associations::RecoverableEd25519Signature,
    mls::{
        api::v1::{self as proto, PagingInfo, SortDirection, group_message, welcome_message},
        message_contents,
    },
};
use xmtp_types::SequenceId;

/// What a client asks of a page. Not saying a direction means newest first; a limit out of range means the most.
pub(super) fn range(paging: PagingInfo) -> Range {
    // NODE.R6
    Range {
        direction: match paging.direction() {
            SortDirection::Ascending => Direction::Ascending,
            SortDirection::Unspecified | SortDirection::Descending => Direction::Descending,
        },
        beyond: (paging.id_cursor > 0).then(|| SequenceId::new(paging.id_cursor)),
        rows: if (1..=MAX_PAGE_ROWS).contains(&paging.limit) { paging.limit } else { MAX_PAGE_ROWS },
    }
}

pub(super) fn is_descending(paging: &PagingInfo) -> bool {
    paging.direction() == SortDirection::Descending
}

/// What was done, and where to go on: the last row if there may be more, else 0.
pub(super) fn paging_answer<B>(range: Range, page: &Page<Logged<B>>) -> PagingInfo {
    let direction = match range.direction {
        Direction::Ascending => SortDirection::Ascending,
        Direction::Descending => SortDirection::Descending,
    };
    let last = page.rows.last().filter(|_| page.full).map_or(0, |row| row.id.as_u64());
    PagingInfo { direction: direction.into(), limit: range.rows, id_cursor: last }
}

pub(super) fn group_message(message: Logged<GroupMessage>) -> proto::GroupMessage {
    let Logged { id, created, body } = message;
    proto::GroupMessage {
        version: Some(group_message::Version::V1(group_message::V1 {
            id: id.as_u64(),
            created_ns: created.as_nanos(),
            group_id: body.group,
            data: body.data,
            sender_hmac: body.sender_hmac,
            should_push: body.should_push,
            is_commit: body.is_commit,
        })),
    }
}

/// A message without its content.
pub(super) fn tail(group_id: Bytes, tail: Tail) -> proto::GroupMessage {
    proto::GroupMessage {
        version: Some(group_message::Version::V1(group_message::V1 {
            id: tail.id.as_u64(),
            created_ns: tail.created.as_nanos(),
            group_id,
            is_commit: tail.is_commit,
            ..group_message::V1::default()
        })),
    }
}

pub(super) fn welcome(welcome: Logged<Welcome>) -> proto::WelcomeMessage {
    let Logged { id, created, body } = welcome;
    let version = match body.kind {
        WelcomeKind::Welcome => welcome_message::Version::V1(welcome_message::V1 {
            id: id.as_u64(),
            created_ns: created.as_nanos(),
            installation_key: body.destination,
            data: body.data,
            hpke_public_key: body.hpke_public_key,
            wrapper_algorithm: body.algorithm,
            welcome_metadata: body.metadata,
        }),
        WelcomeKind::Pointer => welcome_message::Version::WelcomePointer(welcome_message::WelcomePointer {
            id: id.as_u64(),
            created_ns: created.as_nanos(),
            installation_key: body.destination,
            welcome_pointer: body.data,
            hpke_public_key: body.hpke_public_key,
            wrapper_algorithm: body.algorithm,
        }),
    };
    proto::WelcomeMessage { version: Some(version) }
}

pub(super) fn commit_log_entry(entry: Logged<CommitLogEntry>) -> message_contents::CommitLogEntry {
    message_contents::CommitLogEntry {
        sequence_id: entry.id.as_u64(),
        serialized_commit_log_entry: entry.body.entry.to_vec(),
        signature: Some(RecoverableEd25519Signature { bytes: entry.body.signature, public_key: entry.body.public_key }),
    }
}
