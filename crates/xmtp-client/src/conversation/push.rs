//! Keys by which a push server knows not to ring for what the user has sent.
use crate::{ClientError, Conversation, Conversations, client::Inner};
use std::{collections::BTreeMap, sync::Arc};
use xmtp_mls::PushKey;
use xmtp_storage::{ConsentState, Durability, GroupQuery};
use xmtp_types::GroupId;

impl Conversation {
    /// The push keys of this conversation for the period before this one, this one and the next. Other direct
    /// conversations with the same inbox are included: what is said there belongs to the same thread.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn hmac_keys(&self) -> Result<BTreeMap<GroupId, Vec<PushKey>>, ClientError> {
        self.inner.push_keys(self.stitched().await?).await
    }
}

impl Conversations {
    /// As [`Conversation::hmac_keys`], of all conversations that are not denied.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn hmac_keys(&self) -> Result<BTreeMap<GroupId, Vec<PushKey>>, ClientError> {
        let consent = vec![ConsentState::Unknown, ConsentState::Allowed];
        let query = GroupQuery { consent, ..GroupQuery::default() };
        let rows = self.inner.machine.read(move |store| store.groups(&query)).await?;
        self.inner.push_keys(rows.into_iter().map(|row| row.id).collect()).await
    }
}

impl Inner {
    async fn push_keys(self: &Arc<Self>, groups: Vec<GroupId>) -> Result<BTreeMap<GroupId, Vec<PushKey>>, ClientError> {
        let keys = move |session: &mut xmtp_mls::Session<'_>| {
            let mut all = BTreeMap::new();
            for group in groups {
                let keys = session.push_keys(&group)?;
                all.insert(group, keys);
            }
            Ok(all)
        };
        self.machine.step(Durability::Relaxed, keys).await
    }
}
