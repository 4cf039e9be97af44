//! A network in this process: an in-memory log behind the same trait.
//!
//! It keeps what it is given, in order, and checks nothing but the kind of topic: signatures, key packages and MLS
//! framing are a node's business. A live reader is not fed by a queue that could overflow: it is told that the log
//! grew and reads on from its own mark, so it can neither lose nor repeat an envelope.
use crate::{Deliveries, DeliveryError, HighWater, Newest, PAGE_LIMIT, Page, Transport, originator, wire};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::watch;
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, Payload, SequenceId, SignedCommit, Timestamp, Topic, TopicKind,
};

/// An in-memory network. Clones are the same network.
#[derive(Clone)]
pub struct LocalTransport(Arc<Shared>);

struct Shared {
    log: Mutex<Log>,
    is_away: AtomicBool,
    grown: watch::Sender<()>,
    clock: Box<dyn Fn() -> Option<Timestamp> + Send + Sync>,
}

#[derive(Default)]
struct Log {
    topics: HashMap<Topic, Vec<Delivered>>,
    /// The last number given to each kind: like the v3 network, one sequence over all topics of a kind.
    numbers: HashMap<TopicKind, u64>,
    /// Group messages and welcomes that were taken.
    taken: HashSet<(Topic, Vec<u8>)>,
    /// Inboxes that hold an identifier, the one that took it last at the end.
    holders: HashMap<Identifier, Vec<InboxId>>,
    envelopes: u64,
    commit_logs: HashMap<GroupId, Vec<LoggedCommit>>,
    commits: u64,
}

impl LocalTransport {
    /// An empty network whose time is a count: one microsecond passes with each envelope.
    pub fn new() -> Self {
        Self::build(Box::new(|| None))
    }

    /// An empty network that stamps envelopes with the time of `clock`.
    pub fn with_clock(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self::build(Box::new(move || Some(clock())))
    }

    fn build(clock: Box<dyn Fn() -> Option<Timestamp> + Send + Sync>) -> Self {
        Self(Arc::new(Shared {
            log: Mutex::default(),
            is_away: AtomicBool::new(false),
            grown: watch::Sender::new(()),
            clock,
        }))
    }

    /// Makes the network unreachable: nothing is taken or answered, and live subscriptions break. Nothing is lost.
    pub fn go_away(&self) {
        self.0.is_away.store(true, Ordering::SeqCst);
        self.0.grown.send_replace(());
    }

    /// Makes it reachable again.
    pub fn come_back(&self) {
        self.0.is_away.store(false, Ordering::SeqCst);
    }
}

impl Default for LocalTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalTransport").field("envelopes", &self.0.log().envelopes).finish()
    }
}

#[async_trait]
impl Transport for LocalTransport {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        let now = (self.0.clock)();
        let result = {
            let mut log = self.0.reach()?;
            envelopes.iter().try_for_each(|envelope| log.append(envelope, now))
        };
        self.0.grown.send_replace(());
        result
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        if topic.kind() == TopicKind::KeyPackage {
            return Err(DeliveryError::Unsupported("key packages are fetched by installation".into()));
        }
        let log = self.0.reach()?;
        let found = log.after(topic, after.highest());
        let limit = match topic.kind() {
            TopicKind::Identity => found.len(),
            _ => PAGE_LIMIT as usize,
        };
        let envelopes: Vec<_> = found.iter().take(limit).cloned().collect();
        let more = found.len() > envelopes.len();
        Page::new(topic, after.highest(), envelopes, more)
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        if topics.iter().any(|(topic, _)| !matches!(topic.kind(), TopicKind::Group | TopicKind::Welcome)) {
            return Err(DeliveryError::Unsupported("only group and welcome topics can be followed".into()));
        }
        drop(self.0.reach()?);
        let reader = Reader {
            network: self.0.clone(),
            grown: self.0.grown.subscribe(),
            marks: topics.iter().cloned().collect(),
            ready: VecDeque::new(),
        };
        Ok(stream::unfold(reader, Reader::next).boxed())
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        let log = self.0.reach()?;
        let newest = |group| {
            let last = log.after(&Topic::group(group), SequenceId::ZERO).last()?;
            Some(Newest { originator: last.originator, sequence_id: last.sequence_id })
        };
        Ok(groups.iter().map(newest).collect())
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        let log = self.0.reach()?;
        let key_package =
            |installation| match &log.after(&Topic::key_package(installation), SequenceId::ZERO).last()?.payload {
                Payload::KeyPackage(bytes) => Some(bytes.clone()),
                _ => None,
            };
        Ok(installations.iter().map(key_package).collect())
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        let log = self.0.reach()?;
        Ok(inboxes.iter().map(|(inbox, after)| log.after(&Topic::identity(inbox), *after).to_vec()).collect())
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        let reason = || "a network inside the process reaches no chain".to_owned();
        Ok(questions.iter().map(|_| ContractAnswer::Unanswered { reason: reason() }).collect())
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        let mut log = self.0.reach()?;
        for signed in entries {
            log.commits += 1;
            let logged = LoggedCommit { sequence_id: SequenceId::new(log.commits), signed: signed.clone() };
            log.commit_logs.entry(signed.group.clone()).or_default().push(logged);
        }
        Ok(())
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        let log = self.0.reach()?;
        let page = |(group, after): &(GroupId, SequenceId)| {
            let entries = log.commit_logs.get(group).map_or(&[][..], Vec::as_slice).iter();
            entries.filter(|entry| entry.sequence_id > *after).take(PAGE_LIMIT as usize).cloned().collect()
        };
        Ok(groups.iter().map(page).collect())
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        let log = self.0.reach()?;
        Ok(identifiers.iter().map(|identifier| log.holders.get(identifier)?.last().copied()).collect())
    }
}

impl Shared {
    /// The log, unless the network is away.
    fn reach(&self) -> Result<MutexGuard<'_, Log>, DeliveryError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(DeliveryError::Unavailable("the network in this process is away".into()));
        }
        Ok(self.log())
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn append(&mut self, envelope: &ClientEnvelope, now: Option<Timestamp>) -> Result<(), DeliveryError> {
        let originator = originator::originator(envelope)?;
        if self.has(envelope) {
            return Ok(());
        }
        if let Payload::IdentityUpdate(bytes) = &envelope.payload {
            self.associate(&envelope.topic, bytes)?;
        }
        let number = self.numbers.entry(envelope.topic.kind()).or_default();
        *number += 1;
        self.envelopes += 1;
        self.topics.entry(envelope.topic.clone()).or_default().push(Delivered {
            topic: envelope.topic.clone(),
            originator,
            sequence_id: SequenceId::new(*number),
            created: now.unwrap_or(Timestamp::from_nanos(self.envelopes * 1_000)),
            payload: envelope.payload.clone(),
        });
        Ok(())
    }

    /// Whether `envelope` is a group message or welcome that was taken before; from now on it was.
    fn has(&mut self, envelope: &ClientEnvelope) -> bool {
        match &envelope.payload {
            Payload::GroupMessage { data: bytes, .. }
            | Payload::Welcome { data: bytes, .. }
            | Payload::WelcomePointer { pointer: bytes, .. } => {
                !self.taken.insert((envelope.topic.clone(), bytes.clone()))
            }
            _ => false,
        }
    }

    fn associate(&mut self, topic: &Topic, update: &[u8]) -> Result<(), DeliveryError> {
        let (inbox, changes) = wire::identifier_changes(update)?;
        if *topic != Topic::identity(&inbox) {
            return Err(DeliveryError::Rejected("an identity update does not belong on its topic".into()));
        }
        for change in changes {
            match change {
                wire::IdentifierChange::Added(identifier) => self.holders.entry(identifier).or_default().push(inbox),
                wire::IdentifierChange::Revoked(identifier) => {
                    self.holders.entry(identifier).or_default().retain(|holder| *holder != inbox);
                }
            }
        }
        Ok(())
    }

    fn after(&self, topic: &Topic, mark: SequenceId) -> &[Delivered] {
        let envelopes = self.topics.get(topic).map_or(&[][..], Vec::as_slice);
        let seen = envelopes.partition_point(|envelope| envelope.sequence_id <= mark);
        envelopes.get(seen..).unwrap_or_default()
    }
}

/// One live subscription.
struct Reader {
    network: Arc<Shared>,
    grown: watch::Receiver<()>,
    marks: HighWater,
    ready: VecDeque<Delivered>,
}

impl Reader {
    async fn next(mut self) -> Option<(Result<Delivered, DeliveryError>, Self)> {
        loop {
            if let Some(envelope) = self.ready.pop_front() {
                return Some((Ok(envelope), self));
            }
            self.grown.mark_unchanged();
            if let Some(error) = self.network.reach().err() {
                return Some((Err(error), self));
            }
            self.read_on();
            if self.ready.is_empty() {
                self.grown.changed().await.ok()?;
            }
        }
    }

    /// Reads what the log holds beyond the marks, in the order it was taken.
    fn read_on(&mut self) {
        let log = self.network.log();
        for (topic, mark) in self.marks.positions() {
            self.ready.extend(log.after(&topic, mark.highest()).iter().cloned());
        }
        drop(log);
        self.ready.make_contiguous().sort_by_key(|envelope| (envelope.topic.kind(), envelope.sequence_id));
        self.ready.retain(|envelope| self.marks.admit(envelope));
    }
}
