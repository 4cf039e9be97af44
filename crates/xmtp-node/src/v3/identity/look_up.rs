//! Which inbox an identifier belongs to: the one it was last associated with and not revoked from since.
//!
//! Texts are compared exactly. Unlike the official node this one finds passkeys, and says of which kind an answer is.
use crate::{accept, error::Refusal, v3::Context};
use xmtp_proto::xmtp::identity::{
    api::v1::{GetInboxIdsRequest, GetInboxIdsResponse, get_inbox_ids_response::Response},
    associations::IdentifierKind as WireKind,
};
use xmtp_types::IdentifierKind;

/// One answer per identifier, in order; without an inbox id for those unknown.
///
/// # Errors
/// [`Refusal::Invalid`] for too many; [`Refusal::Log`].
pub(super) async fn inbox_ids(context: &Context, request: GetInboxIdsRequest) -> Result<GetInboxIdsResponse, Refusal> {
    accept::asked(&request.requests)?;
    let identifiers = request.requests.iter().map(|asked| {
        let kind = match asked.identifier_kind() {
            WireKind::Passkey => IdentifierKind::Passkey,
            WireKind::Unspecified | WireKind::Ethereum => IdentifierKind::Ethereum,
        };
        (asked.identifier.clone(), kind)
    });
    let inboxes = context.log.inboxes_of(identifiers.collect()).await?;
    let responses = request.requests.into_iter().zip(inboxes).map(|(asked, inbox)| Response {
        identifier: asked.identifier,
        inbox_id: inbox.map(|inbox| inbox.to_string()),
        identifier_kind: asked.identifier_kind,
    });
    Ok(GetInboxIdsResponse { responses: responses.collect() })
}
