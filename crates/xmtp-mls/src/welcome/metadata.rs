//! What travels beside a welcome: where in the group's messages its receiver begins to read.
use prost::Message as _;
use xmtp_proto::xmtp::mls::api::v1::WelcomeMetadata;
use xmtp_types::SequenceId;

/// The metadata of a welcome that follows the commit with this number.
pub(super) fn encode(commit: SequenceId) -> Vec<u8> {
    WelcomeMetadata { message_cursor: commit.as_u64() }.encode_to_vec()
}

/// The number of the commit that a welcome follows; `None` if the bytes do not decode.
pub(crate) fn decode(bytes: &[u8]) -> Option<SequenceId> {
    WelcomeMetadata::decode(bytes).ok().map(|metadata| SequenceId::new(metadata.message_cursor))
}
