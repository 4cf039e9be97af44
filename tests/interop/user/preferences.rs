//! What a user of either client does with preferences.
use std::time::Duration;

use anyhow::{Result, bail};

use super::{User, of_either};
use crate::preference::{About, Keys, Preferred, Wanted};

/// How long another installation may take to hear of something. The official client works at it in the background.
const HEARD_WITHIN: usize = 150;
const PAUSE: Duration = Duration::from_millis(200);

impl User {
    pub(crate) async fn consent(&self, about: &About) -> Result<Wanted> {
        of_either!(self, client => client.consent(about).await)
    }

    pub(crate) async fn set_consent(&self, decisions: &[(About, Wanted)]) -> Result<()> {
        of_either!(self, client => client.set_consent(decisions).await)
    }

    pub(crate) async fn set_conversation_consent(&self, conversation: &str, wanted: Wanted) -> Result<()> {
        of_either!(self, client => client.set_conversation_consent(conversation, wanted).await)
    }

    /// Reads what the user's other installations have told.
    pub(crate) async fn sync_preferences(&self) -> Result<()> {
        of_either!(self, client => client.sync_preferences().await)
    }

    /// The push keys of all conversations.
    pub(crate) async fn hmac_keys(&self) -> Result<Keys> {
        of_either!(self, client => client.hmac_keys().await)
    }

    /// The push keys of one conversation.
    pub(crate) async fn conversation_hmac_keys(&self, conversation: &str) -> Result<Keys> {
        of_either!(self, client => client.conversation_hmac_keys(conversation).await)
    }

    /// Follows changes of preferences from here on, under a name the caller chooses.
    pub(crate) async fn follow_preferences(&mut self, stream: &str) -> Result<()> {
        of_either!(self, client => client.stream_preferences(stream).await)
    }

    /// The next change of a stream.
    pub(crate) async fn next_preference(&mut self, stream: &str) -> Result<Preferred> {
        of_either!(self, client => client.next_preference(stream).await)
    }

    /// The next change of a stream that is about consent.
    pub(crate) async fn next_consent(&mut self, stream: &str) -> Result<(About, Wanted)> {
        loop {
            if let Preferred::Consent(about, wanted) = self.next_preference(stream).await? {
                return Ok((about, wanted));
            }
        }
    }

    /// Whether what is decided right after the start can go untold: an official client drops what is decided before its
    /// worker listens.
    pub(crate) fn may_drop_first_decisions(&self) -> bool {
        matches!(self, Self::Official(_))
    }

    /// Waits until the user has heard that something is wanted, or not.
    pub(crate) async fn hears(&self, about: &About, wanted: Wanted) -> Result<()> {
        self.hears_within(about, wanted, HEARD_WITHIN).await
    }

    /// As [`User::hears`], for as long as it takes when nothing was dropped.
    pub(crate) async fn hears_soon(&self, about: &About, wanted: Wanted) -> Result<()> {
        self.hears_within(about, wanted, HEARD_WITHIN / 5).await
    }

    async fn hears_within(&self, about: &About, wanted: Wanted, tries: usize) -> Result<()> {
        let mut last = None;
        for _ in 0..tries {
            self.sync_preferences().await?;
            last = Some(self.consent(about).await?);
            if last == Some(wanted) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("{about:?} is {last:?} and not {wanted:?} to {}", self.inbox_id())
    }

    /// Waits until the user is in a conversation.
    pub(crate) async fn joins(&self, conversation: &str) -> Result<()> {
        for _ in 0..HEARD_WITHIN {
            self.sync_all().await?;
            if self.conversations().await?.iter().any(|id| id == conversation) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the conversation does not come")
    }

    /// Waits until this user, having heard of another installation of its own, has let it into a conversation.
    pub(crate) async fn welcomes(&self, newcomer: &Self, conversation: &str) -> Result<()> {
        for _ in 0..HEARD_WITHIN {
            self.sync_preferences().await?;
            newcomer.sync_all().await?;
            if newcomer.conversations().await?.iter().any(|id| id == conversation) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the new installation is not let in")
    }

    /// Waits until the push keys of `one` have those of its duplicate `other` with them.
    pub(crate) async fn has_push_keys_of(&self, one: &str, other: &str) -> Result<()> {
        for _ in 0..HEARD_WITHIN {
            self.sync_all().await?;
            // It may not have joined either of them yet.
            let keys = self.conversation_hmac_keys(one).await.unwrap_or_default();
            if keys.contains_key(one) && keys.contains_key(other) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the keys of a duplicate are not there")
    }

    /// Waits until both have the same push keys of a conversation, other than `before`, and gives them.
    pub(crate) async fn shares_push_keys(&self, other: &Self, conversation: &str, before: &Keys) -> Result<Keys> {
        for _ in 0..HEARD_WITHIN {
            self.sync_preferences().await?;
            other.sync_preferences().await?;
            let keys = self.conversation_hmac_keys(conversation).await?;
            if keys != *before && keys == other.conversation_hmac_keys(conversation).await? {
                return Ok(keys);
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("two installations do not come to the same push keys")
    }
}
