//! Coming back into groups whose state was lost, and letting others come back.
use crate::{ClientError, Conversation, client::Inner};
use std::sync::Arc;
use xmtp_storage::Durability;
use xmtp_types::GroupId;

/// In which groups a client asks by itself to be put back, once it cannot follow them any more.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum ForkRecovery {
    /// In none. [`Conversation::request_readd`] asks for one.
    #[default]
    Off,
    /// In these.
    Groups(Vec<GroupId>),
    /// In all.
    All,
}

impl ForkRecovery {
    fn includes(&self, group: &GroupId) -> bool {
        match self {
            Self::Off => false,
            Self::Groups(groups) => groups.contains(group),
            Self::All => true,
        }
    }
}

impl Conversation {
    /// Asks those who can to take this installation out of the conversation and put it back, for when it cannot follow
    /// any more. Super admins of a group do so by themselves, those with the official client among them; in a direct
    /// conversation nobody can.
    ///
    /// # Errors
    /// [`ClientError::Engine`] if there is nobody to ask.
    pub async fn request_readd(&self) -> Result<(), ClientError> {
        self.inner.request_readd(&self.id).await
    }
}

impl Inner {
    pub(crate) async fn request_readd(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let wanted = group.clone();
        let request = move |session: &mut xmtp_mls::Session<'_>| session.request_readd(&wanted);
        let carrier = self.machine.step(Durability::Full, request).await?;
        let lane = self.lanes.of(&carrier);
        let _turn = lane.turn.lock().await;
        self.drive(&carrier).await
    }

    /// Asks to be put back where that is wanted, and puts back who has asked.
    pub(crate) async fn tend_readds(self: &Arc<Self>) -> Result<(), ClientError> {
        // FORK.R8
        let lost = self.machine.step(Durability::Relaxed, |session| session.lost_groups()).await?;
        for group in lost.iter().filter(|group| self.recovery.includes(group)) {
            match self.request_readd(group).await {
                Err(error) if error.is_network() => return Err(error),
                Err(error) => tracing::warn!(%error, "a group is lost and nobody can be asked to put us back"),
                Ok(()) => {}
            }
        }
        let asked = self.machine.step(Durability::Relaxed, |session| session.readds_asked()).await?;
        for group in asked {
            self.answer_readds(&group).await?;
        }
        Ok(())
    }

    async fn answer_readds(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        self.sync_group(group).await?;
        let wanted = group.clone();
        let answer = move |session: &mut xmtp_mls::Session<'_>| session.readd_answer(&wanted);
        let intents = self.machine.step(Durability::Relaxed, answer).await?;
        if intents.is_empty() { Ok(()) } else { self.commit_all(group, intents).await }
    }
}
