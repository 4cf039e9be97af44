//! Streams of messages.
use super::{Batch, StreamPosition, Tail};
use crate::{ClientError, Conversation, Message, client::Inner};
use std::{collections::HashMap, fmt, sync::Arc};
use xmtp_storage::{
    ConsentEntity, ConsentState, ConversationKind, MessageOrder, MessageQuery, MessageRow, StorageError, StoreRead,
};
use xmtp_types::{GroupId, InboxId, InstallationId, Timestamp};

/// Messages read from the store in one go.
const READ: u32 = 100;

/// Which messages a stream of all conversations gives. The default gives all from now on.
#[derive(Clone, Debug, Default)]
pub struct MessageStreamOptions {
    /// Where it starts.
    pub from: StreamPosition,
    /// Only of conversations of this kind.
    pub kind: Option<ConversationKind>,
    /// Only of conversations whose consent is one of these when the message is read; no record counts as unknown. Empty:
    /// any.
    pub consent: Vec<ConsentState>,
}

/// The conversations of a stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    group: Option<GroupId>,
    dm_peer: Option<InboxId>,
    kind: Option<ConversationKind>,
    consent: Vec<ConsentState>,
}

/// Messages in the order in which this installation stored them, each once. Messages that this installation sends are not
/// among them, nor those that have expired. Its position can be kept and resumed from.
pub struct MessageStream {
    tail: Tail<Message>,
    scope: Scope,
}

impl MessageStream {
    pub(crate) async fn open(inner: &Arc<Inner>, from: StreamPosition, scope: Scope) -> Result<Self, ClientError> {
        let changes = inner.machine.changes();
        Ok(Self { tail: Tail::open(inner, changes, from, |store| store.newest_position()).await?, scope })
    }

    /// The next message; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same message is given the next time.
    pub async fn next(&mut self) -> Result<Option<Message>, ClientError> {
        // MSG.R8
        let (own, scope) = (self.tail.inner.installation, self.scope.clone());
        self.tail.next(move |store, after, now| scope.read(store, after, now, &own)).await
    }

    /// The position of the message given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.tail.position()
    }
}

impl Scope {
    pub(crate) fn all(options: MessageStreamOptions) -> Self {
        Self { kind: options.kind, consent: options.consent, ..Self::default() }
    }

    pub(crate) fn of(conversation: &Conversation) -> Self {
        let group = conversation.dm_peer.is_none().then(|| conversation.id.clone());
        Self { group, dm_peer: conversation.dm_peer, ..Self::default() }
    }

    /// Messages of others behind `after`.
    fn read(
        &self,
        store: &mut dyn StoreRead,
        after: u64,
        now: Timestamp,
        own: &InstallationId,
    ) -> Result<Batch<Message>, StorageError> {
        let query = MessageQuery {
            group: self.group.clone(),
            dm_peer: self.dm_peer,
            stored_after: Some(after),
            unexpired_at: Some(now),
            order: MessageOrder::Stored,
            limit: Some(READ),
            ..MessageQuery::default()
        };
        let newest = store.newest_position()?;
        let rows = store.placed_messages(&query)?;
        let more = rows.len() == READ as usize;
        let last = rows.last().map_or(after, |(position, _)| *position);
        let mut known = HashMap::new();
        let mut held = Vec::with_capacity(rows.len());
        for (position, row) in rows {
            if row.sender_installation != *own && self.holds(store, &row, &mut known)? {
                held.push((position, row));
            }
        }
        let items = Message::read_all(store, held)?.into_iter().map(|message| (message.position, message)).collect();
        // What is left out must not be gone through again with each message that comes.
        Ok(Batch { items, upto: if more { last } else { newest.max(last) }, more })
    }

    /// Whether a message is of one of the conversations.
    fn holds(
        &self,
        store: &mut dyn StoreRead,
        row: &MessageRow,
        known: &mut HashMap<GroupId, bool>,
    ) -> Result<bool, StorageError> {
        if self.kind.is_none() && self.consent.is_empty() {
            return Ok(true);
        }
        if let Some(known) = known.get(&row.group) {
            return Ok(*known);
        }
        let kind = store.group(&row.group)?.map(|group| group.kind);
        let consent = store.consent(&ConsentEntity::Conversation(row.group.clone()))?;
        let consent = consent.map(|consent| consent.state).unwrap_or_default();
        let holds = self.kind.is_none_or(|wanted| kind == Some(wanted))
            && (self.consent.is_empty() || self.consent.contains(&consent));
        known.insert(row.group.clone(), holds);
        Ok(holds)
    }
}

impl fmt::Debug for MessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStream").field("position", &self.position()).finish_non_exhaustive()
    }
}
