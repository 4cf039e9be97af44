//! What is said in a conversation: sending, deleting and reading.
use super::duplicates::narrowed;
use crate::{ClientError, Conversation, EnrichedMessage, Message, enriched};
use std::{collections::BTreeMap, sync::Arc};
use xmtp_mls::{EngineError, Release};
use xmtp_storage::{Durability, IntentState, MessageKind, MessageOrder, MessageQuery, Place};
use xmtp_types::{InboxId, MessageId, Timestamp};

/// Read receipts read in one go.
const RECEIPTS: u32 = 1000;
const GROUP_UPDATED: &str = "xmtp.org/group_updated";
const READ_RECEIPT: &str = "xmtp.org/readReceipt";

/// A message that was given up for good.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FailedSend {
    /// The message.
    pub message: MessageId,
    /// Why it cannot be sent, as words for a person.
    pub reason: String,
}

impl Conversation {
    /// Stores and sends a message: the bytes of an `EncodedContent`. Returns when the network has taken it. What
    /// [`Conversation::send_later`] has stored here before goes first.
    ///
    /// # Errors
    /// [`ClientError::Queued`] if it is stored but not sent yet: it goes out with the next sync, do not send it again.
    pub async fn send(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        self.inner.send(&self.active().await?, content, should_push).await
    }

    /// Stores a message and returns at once, without the network. It waits for [`Conversation::publish`], for the next
    /// [`Conversation::send`], or for a sync once there is another member: members who are added before it goes can read
    /// it.
    ///
    /// A program that is killed afterwards has lost nothing. A power cut may take what was stored in the moments before it,
    /// whole messages from the last one back, unless anything was sent since.
    ///
    /// # Errors
    /// [`ClientError`] if the conversation cannot be written to.
    pub async fn send_later(&self, content: Vec<u8>, should_push: bool) -> Result<MessageId, ClientError> {
        let group = self.active().await?;
        let hold = move |session: &mut xmtp_mls::Session<'_>| session.hold_message(&group, content, should_push);
        self.inner.machine.step(Durability::Relaxed, hold).await
    }

    /// Sends what [`Conversation::send_later`] has stored, in that order, and whatever else is queued.
    ///
    /// # Errors
    /// [`ClientError`] if the network cannot be reached now: it goes out with the next sync.
    pub async fn publish(&self) -> Result<(), ClientError> {
        for group in self.stitched().await? {
            self.inner.publish_held(&group, Release::All).await?;
        }
        Ok(())
    }

    /// Messages that were given up for good, and why, the oldest first.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn failed_sends(&self) -> Result<Vec<FailedSend>, ClientError> {
        let groups = self.stitched().await?;
        let failed = self.inner.machine.read(move |store| {
            let mut failed = Vec::new();
            for group in groups {
                failed.extend(store.intents(&group, &[IntentState::Error])?);
            }
            Ok(failed)
        });
        let mut failed = failed.await?;
        failed.sort_by_key(|row| row.id);
        let reason = |row: xmtp_storage::IntentRow| {
            row.wish.message.map(|message| FailedSend { message, reason: row.error.unwrap_or_default() })
        };
        Ok(failed.into_iter().filter_map(reason).collect())
    }

    /// Deletes a message for everybody: it is hidden here at once and by every member that is told. Returns the id of the
    /// message that tells them. What was said stays in their databases and in this one.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says why it cannot be deleted: only its sender and super admins may, and only what a member
    /// says. [`ClientError::Queued`] if members are not told yet: they will be with the next sync.
    pub async fn delete_message(&self, message: MessageId) -> Result<MessageId, ClientError> {
        let groups = self.stitched().await?;
        let delete = move |session: &mut xmtp_mls::Session<'_>| {
            let group = session.tx().message(&message)?.map(|row| row.group);
            match group.filter(|group| groups.contains(group)) {
                Some(group) => Ok((session.queue_deletion(&message)?, group)),
                None => Err(EngineError::Refused(format!("message {message} is not of this conversation"))),
            }
        };
        let (asked, group) = self.inner.machine.step(Durability::Full, delete).await?;
        match self.inner.publish_held(&group, Release::WithMembers).await {
            Ok(()) => Ok(asked),
            Err(cause) => Err(ClientError::Queued { message: asked, cause: Arc::new(cause) }),
        }
    }

    /// Messages that fit `query`, which is taken to be about this conversation. Those that have expired are not among
    /// them; those that were deleted are, and say so.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn messages(&self, query: MessageQuery) -> Result<Vec<Message>, ClientError> {
        let query = self.unexpired(query);
        self.inner
            .machine
            .read(move |store| {
                let query = narrowed(store, query)?;
                Message::list(store, &query)
            })
            .await
    }

    /// How many messages fit `query`, its limit aside. In a direct conversation, what changed in it is counted only if its
    /// content type is asked for.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn count_messages(&self, query: MessageQuery) -> Result<u64, ClientError> {
        let mut query = self.unexpired(query);
        if self.dm_peer.is_some() && query.content_types.is_empty() {
            query.excluded_types.push(GROUP_UPDATED.to_owned());
        }
        self.inner
            .machine
            .read(move |store| {
                let query = narrowed(store, query)?;
                store.count_messages(&query)
            })
            .await
    }

    /// Messages that fit `query` as an application shows them: read, with what was answered, reactions, the number of
    /// replies, and deleted ones in their place. Reactions, read receipts and deletions are not in the list itself.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn enriched(&self, query: MessageQuery) -> Result<Vec<EnrichedMessage>, ClientError> {
        let query = self.unexpired(query);
        self.inner.machine.read(move |store| enriched::list(store, query)).await
    }

    /// The newest message that a member sent, as [`Conversation::enriched`] shows it.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn last_message(&self) -> Result<Option<EnrichedMessage>, ClientError> {
        let newest = MessageQuery {
            kind: Some(MessageKind::Application),
            order: MessageOrder::SentDescending,
            limit: Some(1),
            ..MessageQuery::default()
        };
        Ok(self.enriched(newest).await?.pop())
    }

    /// When each inbox has read this conversation last, of those that ever said so: the time of its newest read receipt.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn last_read_times(&self) -> Result<BTreeMap<InboxId, Timestamp>, ClientError> {
        let receipts = self.unexpired(MessageQuery {
            content_types: vec![READ_RECEIPT.to_owned()],
            order: MessageOrder::SentDescending,
            limit: Some(RECEIPTS),
            ..MessageQuery::default()
        });
        self.inner
            .machine
            .read(move |store| {
                let mut query = narrowed(store, receipts)?;
                let mut newest = BTreeMap::new();
                loop {
                    let page = store.placed_messages(&query)?;
                    let Some((position, last)) = page.last() else { return Ok(newest) };
                    query.beyond = Some(Place { sent_at: last.sent_at, position: *position });
                    for (_, receipt) in page {
                        newest.entry(receipt.sender_inbox).or_insert(receipt.sent_at);
                    }
                }
            })
            .await
    }

    fn unexpired(&self, query: MessageQuery) -> MessageQuery {
        // MSG.R7
        self.here(MessageQuery { unexpired_at: Some(self.inner.machine.clock.now()), ..query })
    }
}
