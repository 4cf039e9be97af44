//! Reading a topic by pages. An unknown topic is an empty one.
use super::wire::{self, paging_answer, range};
use crate::{error::Refusal, v3::Context};
use xmtp_proto::xmtp::mls::api::v1::{
    QueryGroupMessagesRequest, QueryGroupMessagesResponse, QueryWelcomeMessagesRequest, QueryWelcomeMessagesResponse,
};

/// A page of a group.
///
/// # Errors
/// [`Refusal::Unknown`] without a group; [`Refusal::Log`].
pub(super) async fn group_messages(
    context: &Context,
    request: QueryGroupMessagesRequest,
) -> Result<QueryGroupMessagesResponse, Refusal> {
    if request.group_id.is_empty() {
        return Err(Refusal::Unknown("group is required"));
    }
    let range = range(request.paging_info.unwrap_or_default());
    let page = context.log.page(request.group_id, range).await?;
    let paging_info = Some(paging_answer(range, &page));
    Ok(QueryGroupMessagesResponse { messages: page.rows.into_iter().map(wire::group_message).collect(), paging_info })
}

/// A page of the welcomes for a destination.
///
/// # Errors
/// [`Refusal::Unknown`] without a destination; [`Refusal::Log`].
pub(super) async fn welcomes(
    context: &Context,
    request: QueryWelcomeMessagesRequest,
) -> Result<QueryWelcomeMessagesResponse, Refusal> {
    if request.installation_key.is_empty() {
        return Err(Refusal::Unknown("installation is required"));
    }
    let range = range(request.paging_info.unwrap_or_default());
    let page = context.log.page(request.installation_key, range).await?;
    let paging_info = Some(paging_answer(range, &page));
    Ok(QueryWelcomeMessagesResponse { messages: page.rows.into_iter().map(wire::welcome).collect(), paging_info })
}
