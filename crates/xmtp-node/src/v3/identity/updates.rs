//! Reading the log of inboxes: all of it after a position, without pages.
use crate::{
    accept,
    error::{LogError, Refusal},
    log::Logged,
    v3::Context,
};
use prost::Message;
use xmtp_proto::xmtp::identity::{
    api::v1::{
        GetIdentityUpdatesRequest, GetIdentityUpdatesResponse,
        get_identity_updates_response::{IdentityUpdateLog, Response},
    },
    associations::IdentityUpdate,
};
use xmtp_types::{InboxId, SequenceId};

/// One answer per request, in order; an empty one for an inbox without updates.
///
/// # Errors
/// [`Refusal::Unknown`] for what is no inbox id; [`Refusal::Invalid`] for too many; [`Refusal::Log`].
pub(super) async fn updates(
    context: &Context,
    request: GetIdentityUpdatesRequest,
) -> Result<GetIdentityUpdatesResponse, Refusal> {
    accept::asked(&request.requests)?;
    let mut positions = Vec::with_capacity(request.requests.len());
    for position in &request.requests {
        let inbox: InboxId = position.inbox_id.parse().map_err(|_| Refusal::Unknown("invalid inbox id"))?;
        positions.push((inbox, SequenceId::new(position.sequence_id)));
    }
    let logs = context.log.identity_updates(positions).await?;
    let mut responses = Vec::with_capacity(logs.len());
    for (position, log) in request.requests.into_iter().zip(logs) {
        let updates = log.into_iter().map(to_wire).collect::<Result<_, _>>()?;
        responses.push(Response { inbox_id: position.inbox_id, updates });
    }
    Ok(GetIdentityUpdatesResponse { responses })
}

fn to_wire(update: Logged<Vec<u8>>) -> Result<IdentityUpdateLog, LogError> {
    let decoded = IdentityUpdate::decode(update.body.as_slice()).map_err(|_| LogError::Damaged("identity update"))?;
    Ok(IdentityUpdateLog {
        sequence_id: update.id.as_u64(),
        server_timestamp_ns: update.created.as_nanos(),
        update: Some(decoded),
    })
}
