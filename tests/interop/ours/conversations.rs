//! How a user of our client lists, accepts and inspects conversations.
use anyhow::Result;
use xmtp_client::{ConversationKind, GroupOrder, GroupQuery, Timestamp};

use super::{
    Ours,
    preferences::{state, wanted},
};
use crate::{
    preference::Wanted,
    seen::{Debug, Filter},
};

impl Ours {
    /// Without a word about consent, what is denied is left out, as the official client does.
    pub(crate) async fn list(&self, filter: &Filter) -> Result<Vec<String>> {
        let known = [Wanted::Unknown, Wanted::Allowed];
        let consent: &[_] = if filter.consent.is_empty() { &known } else { &filter.consent };
        let query = GroupQuery {
            kind: filter.dms.map(|dms| if dms { ConversationKind::Dm } else { ConversationKind::Group }),
            consent: consent.iter().copied().map(state).collect(),
            created_after: filter.created_after.map(Timestamp::from_nanos),
            created_before: filter.created_before.map(Timestamp::from_nanos),
            order: if filter.by_creation { GroupOrder::NewestFirst } else { GroupOrder::Activity },
            limit: filter.limit,
            ..GroupQuery::default()
        };
        let conversations = self.client.conversations();
        let found = if filter.duplicates {
            conversations.list_with_duplicates(query).await?
        } else {
            conversations.list(query).await?
        };
        Ok(found.iter().map(|conversation| conversation.id().to_string()).collect())
    }

    pub(crate) async fn created_at(&self, conversation: &str) -> Result<u64> {
        Ok(self.find(conversation).await?.created_at().as_nanos())
    }
    pub(crate) async fn duplicates(&self, conversation: &str) -> Result<Vec<String>> {
        let found = self.find(conversation).await?.duplicates().await?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    pub(crate) async fn consent_of(&self, conversation: &str) -> Result<Wanted> {
        Ok(wanted(self.find(conversation).await?.consent().await?))
    }

    pub(crate) async fn sync_all_with(&self, consent: &[Wanted]) -> Result<()> {
        let states: Vec<_> = consent.iter().copied().map(state).collect();
        self.client.conversations().sync_all_with(&states).await?;
        Ok(())
    }

    pub(crate) async fn debug(&self, conversation: &str) -> Result<Debug> {
        let info = self.find(conversation).await?.info().await?;
        let authenticator = hex::encode(&info.epoch_authenticator).chars().take(6).collect();
        let epoch = info.epoch.as_u64();
        Ok(Debug { epoch, forked: false, applied_epoch: epoch, authenticator })
    }
}
