//! A client that breaks rules, behind the feature `hostile`. **For tests only**: it publishes what no honest client makes.
//! What it forges leaves its own state as it was.
use crate::{Client, ClientError};
use xmtp_mls::{
    EngineError,
    hostile::{ForgedCommit, ForgedWelcome},
};
use xmtp_storage::Durability;
use xmtp_types::{GroupId, InboxId, InstallationId, SequenceId};

impl Client {
    /// Publishes a forged commit of a group as this client knows it now, past every check of its own.
    ///
    /// # Errors
    /// [`ClientError`] if no such commit can be made, or the network does not take it.
    pub async fn forge_commit(&self, group: &GroupId, forged: &ForgedCommit) -> Result<(), ClientError> {
        let (wanted, forged) = (group.clone(), forged.clone());
        let machine = &self.inner.machine;
        let forge = move |session: &mut xmtp_mls::Session<'_>| session.forge_commit(&wanted, &forged);
        let envelopes = machine.step(Durability::Relaxed, forge).await?;
        for envelope in envelopes {
            self.inner.transport.publish(&[envelope]).await?;
        }
        Ok(())
    }

    /// A key package of this installation in the name of any inbox. It is not published.
    ///
    /// # Errors
    /// [`ClientError`] if it cannot be made.
    pub async fn forge_key_package(&self, inbox: InboxId) -> Result<Vec<u8>, ClientError> {
        let forge = move |session: &mut xmtp_mls::Session<'_>| session.forge_key_package(inbox);
        self.inner.machine.step(Durability::Relaxed, forge).await
    }

    /// The MLS welcome of an installation to a forged group. It is not published.
    ///
    /// # Errors
    /// [`ClientError`] if no such group can be made.
    pub async fn forge_welcome(&self, to: InstallationId, forged: &ForgedWelcome) -> Result<Vec<u8>, ClientError> {
        let forged = forged.clone();
        let forge = move |session: &mut xmtp_mls::Session<'_>| session.forge_welcome(&to, &forged);
        self.inner.machine.step_fetching(Durability::Relaxed, forge).await
    }

    /// Publishes an MLS welcome, sealed anew, as one that follows the commit `after`.
    ///
    /// # Errors
    /// [`ClientError`] if the installation has no key package, or the network does not take it.
    pub async fn send_welcome(&self, to: InstallationId, welcome: &[u8], after: SequenceId) -> Result<(), ClientError> {
        let welcome = welcome.to_vec();
        let seal = move |session: &mut xmtp_mls::Session<'_>| session.seal_welcome(&to, &welcome, after);
        let envelopes = self.inner.machine.step_fetching(Durability::Relaxed, seal).await?;
        Ok(self.inner.transport.publish(&envelopes).await?)
    }

    /// The number of the newest identity update of an inbox.
    ///
    /// # Errors
    /// [`ClientError`] if it has none.
    pub async fn newest_identity(&self, inbox: InboxId) -> Result<SequenceId, ClientError> {
        let machine = &self.inner.machine;
        machine.ledger.refresh(machine, vec![inbox]).await?;
        let newest = machine.read(move |store| store.latest_identity(&inbox)).await?;
        newest.ok_or_else(|| EngineError::Refused(format!("inbox {inbox} is not on this network")).into())
    }
}
