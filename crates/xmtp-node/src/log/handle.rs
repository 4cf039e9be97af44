//! The log as the rest of the node sees it.
use super::{
    Append, CommitLogEntry, Direction, Follower, Logged, Page, Range, Streamed, Tail,
    memory::Memory,
    sqlite::{self, Opened, Readers, Writer, WriterThread},
    tables::{self, identity::StoredInbox},
};
use crate::{
    clock::Clock,
    config::DataLocation,
    error::{LogError, NodeError},
};
use bytes::Bytes;
use std::{sync::Arc, thread};
use xmtp_types::{IdentifierKind, InboxId, SequenceId};

/// Bytes of payload after which a trip for many topics ends.
const MAX_TRIP_BYTES: usize = 1024 * 1024;

/// The log. Cheap to clone; it closes when the last clone is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    readers: Readers,
    writer: Writer,
    memory: Arc<Memory>,
}

impl Log {
    /// Opens the log at `location`, making it if there is none. The thread ends when all clones of the log are gone.
    ///
    /// # Errors
    /// Every [`NodeError`] about folders and logs; nothing was touched then.
    pub(crate) fn open(
        location: &DataLocation,
        clock: Clock,
        follower: Arc<dyn Follower>,
    ) -> Result<(Self, WriterThread), NodeError> {
        let memory = Arc::new(Memory::default());
        let readers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8));
        let Opened { readers, writer, thread } = sqlite::open(location, readers, clock, Arc::clone(&memory), follower)?;
        Ok((Self { readers, writer, memory }, thread))
    }

    /// Appends and waits until it is durable. Answers the last id given, or [`SequenceId::ZERO`] if all of it was there
    /// already.
    ///
    /// # Errors
    /// [`LogError::Database`] if the transaction failed, [`LogError::Closed`] if the node is stopping.
    pub(crate) async fn append(&self, append: Append) -> Result<SequenceId, LogError> {
        self.writer.append(append).await
    }

    /// Reads a page of a topic.
    ///
    /// # Errors
    /// As all reads: [`LogError`] if the database refuses, holds damaged values, or is closed.
    pub(crate) async fn page<R: Streamed>(&self, topic: Bytes, range: Range) -> Result<Page<Logged<R>>, LogError> {
        // The newest record is known before whoever sent it is answered, so nobody misses what was acknowledged.
        if range.direction == Direction::Ascending
            && self.newest_known::<R>(&topic).is_some_and(|newest| range.beyond.is_some_and(|beyond| newest <= beyond))
        {
            return Ok(Page { rows: Vec::new(), full: false });
        }
        if let Some(page) = R::remembered(&self.memory, &topic, range) {
            return Ok(page);
        }
        self.readers.run(move |conn| R::page(conn, &topic, range)).await
    }

    /// Reads what follows each position, a page per topic, with one trip to the database or none. It may answer for fewer
    /// topics than asked, but at least for the first: enough is enough for one trip.
    pub(crate) async fn pages_after<R: Streamed>(
        &self,
        positions: Vec<(Bytes, SequenceId)>,
    ) -> Result<Vec<Page<Logged<R>>>, LogError> {
        let known = |(topic, id): &(Bytes, SequenceId)| R::remembered(&self.memory, topic, Range::after(*id));
        let remembered = trip(positions.iter().map_while(known).map(Ok))?;
        if !remembered.is_empty() {
            return Ok(remembered);
        }
        let read =
            move |conn: &mut _| trip(positions.iter().map(|(topic, id)| R::page(conn, topic, Range::after(*id))));
        self.readers.run(read).await
    }

    /// The newest record of a topic, if it is known without reading the log.
    pub(crate) fn newest_known<R: Streamed>(&self, topic: &[u8]) -> Option<SequenceId> {
        R::newest_known(&self.memory, topic)
    }

    /// The newest message of each group without its content.
    pub(crate) async fn tails(&self, groups: Vec<Bytes>) -> Result<Vec<Option<Tail>>, LogError> {
        let known: Vec<_> = groups.iter().map(|group| self.memory.tails.of(group)).collect();
        if known.iter().all(Option::is_some) {
            return Ok(known);
        }
        let memory = Arc::clone(&self.memory);
        let look_up = memory.tails.begin();
        let look = move |conn: &mut _| {
            let look_each = |(group, known): (Bytes, Option<Tail>)| {
                if known.is_some() {
                    return Ok(known);
                }
                let found = tables::group_messages::tail(conn, &group)?;
                if let Some(tail) = found {
                    memory.tails.found(look_up, group, tail);
                }
                Ok(found)
            };
            groups.into_iter().zip(known).map(look_each).collect()
        };
        self.readers.run(look).await
    }

    /// The newest key package of each installation.
    pub(crate) async fn key_packages(&self, installations: Vec<Bytes>) -> Result<Vec<Option<Bytes>>, LogError> {
        self.readers
            .run(move |conn| {
                let newest = |installation: &Bytes| Ok(tables::key_packages::newest(conn, installation)?);
                installations.iter().map(newest).collect()
            })
            .await
    }

    /// A page of each group's commit log.
    pub(crate) async fn commit_log(
        &self,
        queries: Vec<(Bytes, Range)>,
    ) -> Result<Vec<Page<Logged<CommitLogEntry>>>, LogError> {
        self.readers
            .run(move |conn| {
                queries.iter().map(|(group, range)| tables::commit_log::page(conn, group, *range)).collect()
            })
            .await
    }

    /// The inbox as its last update left it.
    pub(crate) async fn inbox(&self, inbox: InboxId) -> Result<Option<StoredInbox>, LogError> {
        self.readers.run(move |conn| Ok(tables::identity::inbox(conn, &inbox)?)).await
    }

    /// All updates of each inbox after a position, oldest first.
    pub(crate) async fn identity_updates(
        &self,
        positions: Vec<(InboxId, SequenceId)>,
    ) -> Result<Vec<Vec<Logged<Vec<u8>>>>, LogError> {
        self.readers
            .run(move |conn| {
                let after =
                    |(inbox, id): &(InboxId, SequenceId)| Ok(tables::identity::updates_after(conn, inbox, *id)?);
                positions.iter().map(after).collect()
            })
            .await
    }

    /// The inbox each identifier belongs to.
    pub(crate) async fn inboxes_of(
        &self,
        identifiers: Vec<(String, IdentifierKind)>,
    ) -> Result<Vec<Option<InboxId>>, LogError> {
        self.readers
            .run(move |conn| {
                let inbox_of = |(identifier, kind): &(String, IdentifierKind)| {
                    let found = tables::identity::inbox_of(conn, identifier, *kind)?;
                    let id = |bytes: Vec<u8>| bytes.try_into().map(InboxId::from_bytes);
                    found.map(id).transpose().map_err(|_| LogError::Damaged("inbox id"))
                };
                identifiers.iter().map(inbox_of).collect()
            })
            .await
    }
}

/// Takes pages until there is enough for one trip.
fn trip<R: Streamed>(
    pages: impl Iterator<Item = Result<Page<Logged<R>>, LogError>>,
) -> Result<Vec<Page<Logged<R>>>, LogError> {
    let (mut taken, mut bytes) = (Vec::new(), 0);
    for page in pages {
        let page = page?;
        bytes += page.rows.iter().map(|record| record.body.size()).sum::<usize>();
        taken.push(page);
        if bytes > MAX_TRIP_BYTES {
            break;
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fanout::Live, log::GroupMessage};
    use futures::FutureExt;

    #[tokio::test]
    async fn a_reader_who_is_nearly_up_to_date_is_answered_without_a_look_into_the_log() {
        let (log, _) = Log::open(&DataLocation::Memory, Clock::system(), Arc::new(Live::default())).unwrap();
        let newest = log.append(Append::GroupMessages(vec![message(b"a", b"sealed")])).await.unwrap();
        let page = |after| log.page::<GroupMessage>(Bytes::from_static(b"a"), Range::after(after));

        let nothing = page(newest).now_or_never().expect("it waits for the log").unwrap();
        assert!(nothing.rows.is_empty() && !nothing.full);
        let news = page(SequenceId::ZERO).now_or_never().expect("it waits for the log").unwrap();
        assert_eq!(news.rows.len(), 1);
        let positions = vec![(Bytes::from_static(b"a"), SequenceId::ZERO)];
        let pages = log.pages_after::<GroupMessage>(positions).now_or_never().expect("it waits for the log").unwrap();
        assert_eq!(pages.len(), 1);
    }

    #[tokio::test]
    async fn pages_are_the_same_from_memory_and_from_the_database() {
        let (log, _) = Log::open(&DataLocation::Memory, Clock::system(), Arc::new(Live::default())).unwrap();
        for number in 0..20_u8 {
            let group: &[u8] = if number % 3 == 0 { b"a" } else { b"b" };
            log.append(Append::GroupMessages(vec![message(group, &[number])])).await.unwrap();
        }
        let remembered = all_pages(&log).await;
        log.memory.forget();
        assert_eq!(remembered, all_pages(&log).await);
    }

    /// Every page that can be asked for, as text.
    async fn all_pages(log: &Log) -> Vec<String> {
        let mut pages = Vec::new();
        let positions = (0..22).map(SequenceId::new).map(Some).chain([None]);
        for (beyond, rows) in positions.flat_map(|beyond| [1, 4, 100].map(|rows| (beyond, rows))) {
            for direction in [Direction::Ascending, Direction::Descending] {
                for group in [&b"a"[..], b"b", b"c"] {
                    let range = Range { direction, beyond, rows };
                    let page = log.page::<GroupMessage>(Bytes::from_static(group), range).await.unwrap();
                    pages.push(format!("{page:?}"));
                }
            }
            let positions = [&b"a"[..], b"b", b"c"].map(|it| (Bytes::from_static(it), beyond.unwrap_or_default()));
            pages.push(format!("{:?}", log.pages_after::<GroupMessage>(positions.into()).await.unwrap()));
        }
        pages
    }

    fn message(group: &[u8], data: &[u8]) -> GroupMessage {
        GroupMessage {
            group: Bytes::copy_from_slice(group),
            data: Bytes::copy_from_slice(data),
            sender_hmac: Bytes::from_static(b"hmac"),
            should_push: !data.is_empty(),
            is_commit: data.first() == Some(&1),
        }
    }
}
