//! Streams of conversations.
use super::{Batch, StreamPosition, Tail};
use crate::{ClientError, Conversation, client::Inner};
use std::{fmt, sync::Arc};
use xmtp_storage::{ConversationKind, GroupQuery, GroupRow, StorageError, StoreRead};
use xmtp_types::Timestamp;

/// Conversations read from the store in one go.
const READ: u32 = 100;

/// Which conversations a stream gives. The default gives all from now on, of the direct ones with one inbox only the
/// first.
#[derive(Clone, Debug, Default)]
pub struct ConversationStreamOptions {
    /// Where it starts.
    pub from: StreamPosition,
    /// Only of this kind.
    pub kind: Option<ConversationKind>,
    /// Also direct conversations with an inbox with which there was one before.
    pub include_duplicates: bool,
}

/// Conversations in the order in which this installation created or joined them, each once, whatever becomes of it. Its
/// position can be kept and resumed from.
pub struct ConversationStream {
    tail: Tail<GroupRow>,
    kind: Option<ConversationKind>,
    include_duplicates: bool,
}

impl ConversationStream {
    pub(crate) async fn open(inner: &Arc<Inner>, options: ConversationStreamOptions) -> Result<Self, ClientError> {
        let ConversationStreamOptions { from, kind, include_duplicates } = options;
        let changes = inner.machine.changes();
        let tail = Tail::open(inner, changes, from, |store| store.newest_conversation()).await?;
        Ok(Self { tail, kind, include_duplicates })
    }

    /// The next conversation; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same conversation is given the next time.
    pub async fn next(&mut self) -> Result<Option<Conversation>, ClientError> {
        let row = self.tail.next(reading(self.kind, self.include_duplicates)).await?;
        Ok(row.map(|row| Conversation::new(Arc::clone(&self.tail.inner), row)))
    }

    /// The next conversation that is stored already; `None` at once if there is none.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same conversation is given the next time. [`ClientError::Closed`].
    pub async fn try_next(&mut self) -> Result<Option<Conversation>, ClientError> {
        let row = self.tail.try_next(reading(self.kind, self.include_duplicates)).await?;
        Ok(row.map(|row| Conversation::new(Arc::clone(&self.tail.inner), row)))
    }

    /// The position of the conversation given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.tail.position()
    }
}

/// Reads conversations behind a position.
fn reading(
    kind: Option<ConversationKind>,
    include_duplicates: bool,
) -> impl Fn(&mut dyn StoreRead, u64, Timestamp) -> Result<Batch<GroupRow>, StorageError> + Clone + Send + 'static {
    // MSG.R14
    move |store, after, _now| {
        let rows = store.conversations_after(after, READ)?;
        let upto = rows.last().map_or(after, |(position, _)| *position);
        let mut items = Vec::with_capacity(rows.len());
        for (position, row) in rows {
            let is_shown = !row.kind.is_hidden() && kind.is_none_or(|kind| row.kind == kind);
            if is_shown && (include_duplicates || is_first(store, position, &row)?) {
                items.push((position, row));
            }
        }
        Ok(Batch { items, upto, more: upto > after })
    }
}

/// Whether no other direct conversation with the same inbox came before.
fn is_first(store: &mut dyn StoreRead, position: u64, row: &GroupRow) -> Result<bool, StorageError> {
    if row.dm_peer.is_none() {
        return Ok(true);
    }
    let duplicates = store.groups(&GroupQuery { dm_peer: row.dm_peer, ..GroupQuery::default() })?;
    for duplicate in duplicates.into_iter().filter(|duplicate| duplicate.id != row.id) {
        if store.conversation_position(&duplicate.id)?.is_some_and(|other| other < position) {
            return Ok(false);
        }
    }
    Ok(true)
}

impl fmt::Debug for ConversationStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationStream").field("position", &self.position()).finish_non_exhaustive()
    }
}
