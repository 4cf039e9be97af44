//! Compares what this installation did with commits with what the public logs of its groups say, and tells those logs.
use super::Due;
use crate::{ClientError, client::Inner};
use std::sync::Arc;
use xmtp_delivery::DeliveryError;
use xmtp_mls::Publication;
use xmtp_storage::Durability;
use xmtp_types::{GroupId, SequenceId, SignedCommit};

/// Logs asked for at a time.
const LOGS: usize = 20;

impl Inner {
    /// Reads, compares, tells. A network without commit logs leaves nothing to do.
    pub(crate) async fn tend_commit_logs(self: Arc<Self>) -> Result<Due, ClientError> {
        match self.check_commit_logs().await {
            Ok(()) => Ok(Due::AfterInterval),
            Err(ClientError::Delivery(DeliveryError::Unsupported(_))) => Ok(Due::WhenWoken),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn check_commit_logs(self: &Arc<Self>) -> Result<(), ClientError> {
        let wanted = self.machine.step(Durability::Relaxed, |session| session.commit_logs_wanted()).await?;
        for logs in wanted.chunks(LOGS) {
            self.read_commit_logs(logs).await?;
        }
        let due = self.machine.step(Durability::Full, |session| session.commit_log_publications()).await?;
        self.publish_commit_logs(due).await?;
        self.tend_readds().await
    }

    async fn read_commit_logs(self: &Arc<Self>, wanted: &[(GroupId, SequenceId)]) -> Result<(), ClientError> {
        let logs = self.transport.commit_logs(wanted).await?;
        let heard: Vec<_> = wanted.iter().map(|(group, _)| group.clone()).zip(logs).collect();
        let compare = move |session: &mut xmtp_mls::Session<'_>| {
            for (group, entries) in &heard {
                session.hear_commit_log(group, entries)?;
                session.compare_commit_logs(group)?;
            }
            Ok(())
        };
        self.machine.step(Durability::Relaxed, compare).await
    }

    async fn publish_commit_logs(self: &Arc<Self>, due: Vec<Publication>) -> Result<(), ClientError> {
        if due.is_empty() {
            return Ok(());
        }
        let entries: Vec<SignedCommit> = due.iter().flat_map(|publication| publication.entries.clone()).collect();
        self.transport.publish_commit_log(&entries).await?;
        let noted = move |session: &mut xmtp_mls::Session<'_>| {
            due.iter().try_for_each(|one| session.commit_log_published(&one.group, one.position))
        };
        self.machine.step(Durability::Relaxed, noted).await
    }
}
