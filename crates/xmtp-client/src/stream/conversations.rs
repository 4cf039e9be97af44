//! Streams of conversations.
use super::{StreamPosition, tail::Tail};
use crate::{ClientError, Conversation, client::Inner};
use std::{collections::VecDeque, fmt, sync::Arc};
use xmtp_storage::{ConversationKind, GroupQuery, GroupRow, StorageError, StoreRead};

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
    tail: Tail,
    kind: Option<ConversationKind>,
    include_duplicates: bool,
    read: u64,
    position: u64,
    buffer: VecDeque<(u64, Conversation)>,
}

impl ConversationStream {
    pub(crate) async fn open(inner: &Arc<Inner>, options: ConversationStreamOptions) -> Result<Self, ClientError> {
        let tail = Tail::new(inner);
        let position = match options.from {
            StreamPosition::Start => 0,
            StreamPosition::After(position) => position,
            StreamPosition::Now => inner.machine.read(|store| store.newest_conversation()).await?,
        };
        inner.go_live().await?;
        let ConversationStreamOptions { kind, include_duplicates, .. } = options;
        Ok(Self { tail, kind, include_duplicates, read: position, position, buffer: VecDeque::new() })
    }

    /// The next conversation; waits for it. `None` when the client is closed or gone.
    ///
    /// # Errors
    /// [`ClientError::Storage`]; the same conversation is given the next time.
    pub async fn next(&mut self) -> Result<Option<Conversation>, ClientError> {
        loop {
            // MSG.R14
            if let Some((position, conversation)) = self.buffer.pop_front() {
                self.position = position;
                return Ok(Some(conversation));
            }
            self.tail.mark();
            match self.fill().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(ClientError::Closed) => return Ok(None),
                Err(error) => return Err(error),
            }
            if !self.tail.wait().await {
                return Ok(None);
            }
        }
    }

    /// The position of the conversation given last: hand it to [`StreamPosition::After`] to go on behind it.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next conversations; says whether any was read.
    async fn fill(&mut self) -> Result<bool, ClientError> {
        let (after, kind, include_duplicates) = (self.read, self.kind, self.include_duplicates);
        let read = self.tail.inner.machine.read(move |store| {
            let rows = store.conversations_after(after, READ)?;
            let last = rows.last().map(|(position, _)| *position);
            let mut wanted = Vec::with_capacity(rows.len());
            for (position, row) in rows {
                let is_shown = row.kind != ConversationKind::Sync && kind.is_none_or(|kind| row.kind == kind);
                if is_shown && (include_duplicates || is_first(store, position, &row)?) {
                    wanted.push((position, row));
                }
            }
            Ok((wanted, last))
        });
        let (wanted, last) = read.await?;
        let Some(last) = last else { return Ok(false) };
        self.read = last;
        let inner = &self.tail.inner;
        self.buffer.extend(wanted.into_iter().map(|(at, row)| (at, Conversation::new(Arc::clone(inner), row))));
        Ok(true)
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
        f.debug_struct("ConversationStream").field("position", &self.position).finish_non_exhaustive()
    }
}
