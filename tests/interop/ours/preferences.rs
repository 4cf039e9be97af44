//! What a user of our client does with preferences.
use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use xmtp_client::{ConsentEntity, ConsentState, GroupId, PreferenceChange, PreferenceStream, PushKey};

use super::Ours;
use crate::preference::{About, Keys, Preferred, Wanted};

/// Open streams of preferences by name.
pub(crate) type Streams = HashMap<String, PreferenceStream>;

impl Ours {
    pub(crate) async fn consent(&self, about: &About) -> Result<Wanted> {
        Ok(wanted(self.client.preferences().consent(&entity(about)?).await?))
    }

    pub(crate) async fn set_consent(&self, decisions: &[(About, Wanted)]) -> Result<()> {
        let decide = |(about, wanted): &(About, Wanted)| Ok((entity(about)?, state(*wanted)));
        let decisions: Vec<_> = decisions.iter().map(decide).collect::<Result<_>>()?;
        Ok(self.client.preferences().set_consent(&decisions).await?)
    }

    pub(crate) async fn set_conversation_consent(&self, conversation: &str, wanted: Wanted) -> Result<()> {
        Ok(self.find(conversation).await?.set_consent(state(wanted)).await?)
    }

    pub(crate) async fn sync_preferences(&self) -> Result<()> {
        Ok(self.client.preferences().sync().await?)
    }

    pub(crate) async fn hmac_keys(&self) -> Result<Keys> {
        Ok(keys(&self.client.conversations().hmac_keys().await?))
    }

    pub(crate) async fn conversation_hmac_keys(&self, conversation: &str) -> Result<Keys> {
        Ok(keys(&self.find(conversation).await?.hmac_keys().await?))
    }

    pub(crate) async fn stream_preferences(&mut self, stream: &str) -> Result<()> {
        self.preferences.insert(stream.to_owned(), self.client.preferences().stream().await?);
        Ok(())
    }

    pub(crate) async fn next_preference(&mut self, stream: &str) -> Result<Preferred> {
        let stream = self.preferences.get_mut(stream).context("no such stream")?;
        match stream.next().await?.context("the stream has ended")? {
            PreferenceChange::Consent { entity, state, .. } => Ok(Preferred::Consent(about(&entity), wanted(state))),
            PreferenceChange::PushKeys => Ok(Preferred::PushKeys),
            other => anyhow::bail!("a change of another kind: {other:?}"),
        }
    }
}

fn entity(about: &About) -> Result<ConsentEntity> {
    Ok(match about {
        About::Conversation(id) => ConsentEntity::Conversation(id.parse()?),
        About::Inbox(id) => ConsentEntity::Inbox(id.parse()?),
    })
}

fn about(entity: &ConsentEntity) -> About {
    match entity {
        ConsentEntity::Conversation(group) => About::Conversation(group.to_string()),
        ConsentEntity::Inbox(inbox) => About::Inbox(inbox.to_string()),
    }
}

pub(super) fn state(wanted: Wanted) -> ConsentState {
    match wanted {
        Wanted::Unknown => ConsentState::Unknown,
        Wanted::Allowed => ConsentState::Allowed,
        Wanted::Denied => ConsentState::Denied,
    }
}

pub(super) fn wanted(state: ConsentState) -> Wanted {
    match state {
        ConsentState::Unknown => Wanted::Unknown,
        ConsentState::Allowed => Wanted::Allowed,
        ConsentState::Denied => Wanted::Denied,
    }
}

fn keys(found: &BTreeMap<GroupId, Vec<PushKey>>) -> Keys {
    let of = |keys: &[PushKey]| keys.iter().map(|key| (key.epoch, hex::encode(key.key))).collect();
    found.iter().map(|(group, keys)| (group.to_string(), of(keys))).collect()
}
