//! Sending: all of a request is kept, in its order, or none of it.
use crate::{accept, error::Refusal, log::Append, v3::Context};
use xmtp_proto::xmtp::mls::api::v1::{SendGroupMessagesRequest, SendWelcomeMessagesRequest};

/// Keeps messages. One that is there already is left out, so that a client may repeat a call whose answer it lost.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty request or a message that is no MLS message; [`Refusal::Log`].
pub(super) async fn group_messages(context: &Context, request: SendGroupMessagesRequest) -> Result<(), Refusal> {
    if request.messages.is_empty() {
        return Err(Refusal::invalid("no group messages"));
    }
    let messages = request.messages.into_iter().map(accept::group_message).collect::<Result<_, _>>()?;
    context.log.append(Append::GroupMessages(messages)).await?;
    Ok(())
}

/// Keeps welcomes. One that is there already is left out.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty request or a welcome that lacks a part; [`Refusal::Log`].
pub(super) async fn welcomes(context: &Context, request: SendWelcomeMessagesRequest) -> Result<(), Refusal> {
    if request.messages.is_empty() {
        return Err(Refusal::invalid("no welcome messages"));
    }
    let welcomes = request.messages.into_iter().map(accept::welcome).collect::<Result<_, _>>()?;
    context.log.append(Append::Welcomes(welcomes)).await?;
    Ok(())
}
