//! Streams. They open at once, and end only when the node does.
use super::wire;
use crate::{
    error::Refusal,
    fanout::{Fanout, Subscription},
    log::{Logged, Streamed},
    v3::Context,
};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use std::sync::Arc;
use tonic::Status;
use xmtp_proto::xmtp::mls::api::v1::{
    GroupMessage, SubscribeGroupMessagesRequest, SubscribeWelcomeMessagesRequest, WelcomeMessage,
};
use xmtp_types::SequenceId;

/// Follows groups. No groups at all is normal: clients without a conversation ask so, and the stream stays silent.
///
/// # Errors
/// [`Refusal::Unknown`] for an empty group id.
pub(super) fn group_messages(
    context: &Context,
    request: SubscribeGroupMessagesRequest,
) -> Result<BoxStream<'static, Result<GroupMessage, Status>>, Refusal> {
    let filters = request.filters;
    if filters.iter().any(|filter| filter.group_id.is_empty()) {
        return Err(Refusal::Unknown("group is required"));
    }
    let topics = filters.into_iter().map(|filter| (filter.group_id, SequenceId::new(filter.id_cursor)));
    Ok(open(context, &context.live.group_messages, topics, wire::group_message))
}

/// Follows the welcomes for destinations.
///
/// # Errors
/// [`Refusal::Invalid`] for no destination, or an empty one.
pub(super) fn welcomes(
    context: &Context,
    request: SubscribeWelcomeMessagesRequest,
) -> Result<BoxStream<'static, Result<WelcomeMessage, Status>>, Refusal> {
    let filters = request.filters;
    if filters.is_empty() || filters.iter().any(|filter| filter.installation_key.is_empty()) {
        return Err(Refusal::invalid("a welcome stream needs installation keys"));
    }
    let topics = filters.into_iter().map(|filter| (filter.installation_key, SequenceId::new(filter.id_cursor)));
    Ok(open(context, &context.live.welcomes, topics, wire::welcome))
}

fn open<R: Streamed, M: Send + 'static>(
    context: &Context,
    fanout: &Arc<Fanout<R>>,
    topics: impl Iterator<Item = (Bytes, SequenceId)>,
    to_wire: fn(Logged<R>) -> M,
) -> BoxStream<'static, Result<M, Status>> {
    Subscription::open(context.log.clone(), Arc::clone(fanout), topics, context.stop.clone())
        .into_stream()
        .map(move |record| record.map(to_wire).map_err(Status::from))
        .boxed()
}
