//! Between our types and what SQLite keeps: 64-bit signed integers, text and bytes.
use crate::StorageError;
use xmtp_types::{MessageId, SequenceId, Timestamp};

/// Nanoseconds; what does not fit becomes the last point that does.
pub(super) fn from_time(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

pub(super) fn to_time(nanos: i64) -> Result<Timestamp, StorageError> {
    u64::try_from(nanos).map(Timestamp::from_nanos).map_err(|_| StorageError::Damaged("time"))
}

/// A number that must come back as it is: one that does not fit is refused.
pub(super) fn from_sequence_id(id: SequenceId) -> Result<i64, StorageError> {
    i64::try_from(id.as_u64()).map_err(|_| StorageError::OutOfRange("sequence id"))
}

pub(super) fn to_sequence_id(id: i64) -> Result<SequenceId, StorageError> {
    u64::try_from(id).map(SequenceId::new).map_err(|_| StorageError::Damaged("sequence id"))
}

/// A bound of a range: nothing that is kept is beyond the last number that fits.
pub(super) fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An id of 32 bytes.
pub(super) fn to_id(bytes: &[u8], what: &'static str) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| StorageError::Damaged(what))
}

pub(super) fn to_message_id(bytes: &[u8]) -> Result<MessageId, StorageError> {
    to_id(bytes, "message id").map(MessageId::from_bytes)
}
