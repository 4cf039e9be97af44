//! The commit log, in batches. Source of fact for the sizes: observed on the official node.
use super::wire::{self, paging_answer, range};
use crate::{
    accept,
    error::Refusal,
    log::{Append, Direction},
    v3::Context,
};
use xmtp_proto::xmtp::mls::api::v1::{
    BatchPublishCommitLogRequest, BatchQueryCommitLogRequest, BatchQueryCommitLogResponse, QueryCommitLogResponse,
};

/// Entries published at once.
const MAX_PUBLISHED: usize = 10;
/// Groups queried at once.
const MAX_QUERIED: usize = 20;

/// Keeps entries in order.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty or too long batch, or an entry that lacks a part; [`Refusal::Log`].
pub(super) async fn publish(context: &Context, request: BatchPublishCommitLogRequest) -> Result<(), Refusal> {
    if !(1..=MAX_PUBLISHED).contains(&request.requests.len()) {
        return Err(Refusal::invalid("a batch holds 1 to 10 commit log entries"));
    }
    let entries = request.requests.into_iter().map(accept::commit_log_entry).collect::<Result<_, _>>()?;
    context.log.append(Append::CommitLog(entries)).await?;
    Ok(())
}

/// A page per group, oldest first.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty or too long batch; [`Refusal::Internal`] for descending order; [`Refusal::Log`].
pub(super) async fn query(
    context: &Context,
    request: BatchQueryCommitLogRequest,
) -> Result<BatchQueryCommitLogResponse, Refusal> {
    if !(1..=MAX_QUERIED).contains(&request.requests.len()) {
        return Err(Refusal::invalid("a batch holds 1 to 20 commit log queries"));
    }
    let mut queries = Vec::with_capacity(request.requests.len());
    for query in request.requests {
        let paging = query.paging_info.unwrap_or_default();
        if wire::is_descending(&paging) {
            return Err(Refusal::Internal("descending direction is not supported"));
        }
        queries.push((query.group_id, crate::log::Range { direction: Direction::Ascending, ..range(paging) }));
    }
    let pages = context.log.commit_log(queries.clone()).await?;
    let answer = |((group_id, range), page): ((_, _), crate::log::Page<_>)| QueryCommitLogResponse {
        group_id,
        paging_info: Some(paging_answer(range, &page)),
        commit_log_entries: page.rows.into_iter().map(wire::commit_log_entry).collect(),
    };
    Ok(BatchQueryCommitLogResponse { responses: queries.into_iter().zip(pages).map(answer).collect() })
}
