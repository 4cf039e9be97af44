//! A member who writes its own client, behind the feature `hostile`.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use xmtp_testkit::{World, hostile::{Edit, ForgedCommit, HostileMember}};
//!
//! let mut world = World::new().await?;
//! let (alice, mallory) = (world.user("alice").await?, world.user("mallory").await?);
//! let members = [mallory.client.inbox_id()];
//! let group = alice.client.conversations().create_group(&members, Default::default()).await?;
//!
//! let mallory = HostileMember::of(&mallory.client);
//! let me_too = ForgedCommit { edits: vec![Edit::SuperAdmin(mallory.inbox())], ..ForgedCommit::default() };
//! mallory.commit(group.id(), &me_too).await?;
//! group.sync().await?;
//! assert_eq!(group.info().await?.members[&mallory.inbox()].role, xmtp_client::Role::Member);
//! # Ok::<(), xmtp_testkit::WorldError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use crate::WorldError;
use xmtp_client::Client;
pub use xmtp_client::hostile::{Edit, ForgedCommit, ForgedWelcome, ProposalForm};
use xmtp_types::{GroupId, InboxId, InstallationId, SequenceId};

/// A client in the hands of somebody who keeps no rule. What it forges leaves its own state as it was, so that it may
/// forge again and be an honest member in between.
#[derive(Clone, Debug)]
pub struct HostileMember {
    client: Client,
}

impl HostileMember {
    /// A hostile hand on this client.
    pub fn of(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Its inbox.
    pub fn inbox(&self) -> InboxId {
        self.client.inbox_id()
    }

    /// Reads what is new, so that what it forges is for the epoch the others are in, and publishes the commit.
    ///
    /// # Errors
    /// [`WorldError::Client`] if no such commit can be made.
    pub async fn commit(&self, group: &GroupId, forged: &ForgedCommit) -> Result<(), WorldError> {
        self.client.conversations().sync_all().await?;
        Ok(self.client.forge_commit(group, forged).await?)
    }

    /// A key package of its installation in the name of any inbox.
    ///
    /// # Errors
    /// [`WorldError::Client`] if it cannot be made.
    pub async fn key_package_as(&self, inbox: InboxId) -> Result<Vec<u8>, WorldError> {
        Ok(self.client.forge_key_package(inbox).await?)
    }

    /// Publishes a welcome to a forged group so many times, each sealed anew.
    ///
    /// # Errors
    /// [`WorldError::Client`] if no such group can be made.
    pub async fn welcome(&self, to: InstallationId, forged: &ForgedWelcome, times: usize) -> Result<(), WorldError> {
        let welcome = self.client.forge_welcome(to, forged).await?;
        for _ in 0..times {
            self.client.send_welcome(to, &welcome, SequenceId::new(1)).await?;
        }
        Ok(())
    }

    /// The number of the newest identity update of an inbox, which a membership that is to be believed must name.
    ///
    /// # Errors
    /// [`WorldError::Client`] if it has none.
    pub async fn number_of(&self, inbox: InboxId) -> Result<SequenceId, WorldError> {
        Ok(self.client.newest_identity(inbox).await?)
    }
}
