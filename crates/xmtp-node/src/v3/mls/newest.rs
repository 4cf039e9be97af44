//! The newest message of each group: how clients learn which groups have news.
use super::wire;
use crate::{
    accept,
    error::Refusal,
    log::{Direction, GroupMessage, Page, Range},
    v3::Context,
};
use bytes::Bytes;
use xmtp_proto::xmtp::mls::api::v1::{
    self as proto, GetNewestGroupMessageRequest, GetNewestGroupMessageResponse,
    get_newest_group_message_response::Response,
};

/// One answer per group, in the order asked; an empty one for a group without messages.
///
/// # Errors
/// [`Refusal::Invalid`] for no groups or too many; [`Refusal::Log`].
pub(super) async fn newest(
    context: &Context,
    request: GetNewestGroupMessageRequest,
) -> Result<GetNewestGroupMessageResponse, Refusal> {
    if request.group_ids.is_empty() {
        return Err(Refusal::invalid("no group ids"));
    }
    accept::asked(&request.group_ids)?;
    let messages = if request.include_content {
        with_content(context, request.group_ids).await?
    } else {
        without_content(context, request.group_ids).await?
    };
    let responses = messages.into_iter().map(|group_message| Response { group_message }).collect();
    Ok(GetNewestGroupMessageResponse { responses })
}

async fn without_content(context: &Context, groups: Vec<Bytes>) -> Result<Vec<Option<proto::GroupMessage>>, Refusal> {
    let tails = context.log.tails(groups.clone()).await?;
    let message = |(group, tail): (Bytes, Option<_>)| tail.map(|tail| wire::tail(group, tail));
    Ok(groups.into_iter().zip(tails).map(message).collect())
}

async fn with_content(context: &Context, groups: Vec<Bytes>) -> Result<Vec<Option<proto::GroupMessage>>, Refusal> {
    let last = Range { direction: Direction::Descending, beyond: None, rows: 1 };
    let mut messages = Vec::with_capacity(groups.len());
    for group in groups {
        let page: Page<_> = context.log.page::<GroupMessage>(group, last).await?;
        messages.push(page.rows.into_iter().next().map(wire::group_message));
    }
    Ok(messages)
}
