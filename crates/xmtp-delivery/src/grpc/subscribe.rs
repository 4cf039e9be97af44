//! Follows topics: one server stream for groups, one for welcomes.
use super::{GrpcTransport, status};
use crate::{Deliveries, DeliveryError, HighWater, wire};
use futures::{Stream, StreamExt, future, stream};
use std::sync::Arc;
use tonic::Status;
use xmtp_types::{Cursor, Delivered, Topic, TopicKind};

pub(super) async fn subscribe(
    network: &GrpcTransport,
    topics: &[(Topic, Cursor)],
) -> Result<Deliveries, DeliveryError> {
    let of = |kind| topics.iter().filter(move |(topic, _)| topic.kind() == kind);
    if topics.iter().any(|(topic, _)| !matches!(topic.kind(), TopicKind::Group | TopicKind::Welcome)) {
        return Err(DeliveryError::Unsupported("only group and welcome topics can be followed".into()));
    }
    let failed = |status: Status| status::translate(&network.address, &status);
    let mut streams = Vec::new();
    // The v3 network keeps a subscription to no groups open, and refuses one to no welcomes.
    if of(TopicKind::Group).next().is_some() || topics.is_empty() {
        let request = wire::subscribe_groups(of(TopicKind::Group));
        let reply = network.mls.clone().subscribe_group_messages(request).await.map_err(failed)?;
        streams.push(deliveries(network, reply.into_inner(), wire::group_message));
    }
    if of(TopicKind::Welcome).next().is_some() {
        let request = wire::subscribe_welcomes(of(TopicKind::Welcome));
        let reply = network.mls.clone().subscribe_welcome_messages(request).await.map_err(failed)?;
        streams.push(deliveries(network, reply.into_inner(), wire::welcome));
    }
    // A network that repeats itself, or sends what was not asked for, must not be able to turn an order around.
    let mut marks: HighWater = topics.iter().cloned().collect();
    let new =
        move |item: &Result<Delivered, _>| future::ready(item.as_ref().map_or(true, |envelope| marks.admit(envelope)));
    Ok(until_error(stream::select_all(streams).filter(new)).boxed())
}

/// The items up to the first error, which is the last one.
fn until_error<T, E>(items: impl Stream<Item = Result<T, E>>) -> impl Stream<Item = Result<T, E>> {
    items.scan(false, |over, item| {
        let going_on = !std::mem::replace(over, item.is_err());
        future::ready(going_on.then_some(item))
    })
}

/// Reads a server stream. When it ends, for whatever reason, the subscription as a whole has ended: say so, for the
/// other stream may live on.
fn deliveries<M: Send + 'static>(
    network: &GrpcTransport,
    messages: impl Stream<Item = Result<M, Status>> + Send + 'static,
    read: fn(M) -> Result<Delivered, DeliveryError>,
) -> Deliveries {
    let address: Arc<str> = network.address.clone();
    let ended = stream::once(future::ready(Err(DeliveryError::Interrupted("the stream ended".into()))));
    messages
        .map(move |message| message.map_err(|status| status::translate(&address, &status)).and_then(read))
        .chain(ended)
        .boxed()
}
