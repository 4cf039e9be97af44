//! Commit logs of groups.
//!
//! Source of fact: sizes of one request are the most that nodes take.
use super::GrpcTransport;
use crate::{DeliveryError, wire::commit_log as wire};
use xmtp_types::{GroupId, LoggedCommit, SequenceId, SignedCommit};

/// Entries in one request.
const ENTRIES: usize = 10;
/// Groups in one request.
const GROUPS: usize = 20;

/// An entry that is taken twice is passed over by whoever reads the log, but stands there for ever: so a call is made
/// again only if it certainly did not arrive.
pub(super) async fn publish(network: &GrpcTransport, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
    for entries in entries.chunks(ENTRIES) {
        let request = wire::publish_request(entries);
        let send = || {
            let (mut mls, request) = (network.mls.clone(), request.clone());
            async move { mls.batch_publish_commit_log(request).await }
        };
        network.call_once(send).await?;
    }
    Ok(())
}

pub(super) async fn query(
    network: &GrpcTransport,
    groups: &[(GroupId, SequenceId)],
) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
    let mut found = Vec::with_capacity(groups.len());
    for groups in groups.chunks(GROUPS) {
        let request = wire::query_request(groups);
        let reply = network.call(|| {
            let (mut mls, request) = (network.mls.clone(), request.clone());
            async move { mls.batch_query_commit_log(request).await }
        });
        found.extend(wire::logs(groups, reply.await?)?);
    }
    Ok(found)
}
