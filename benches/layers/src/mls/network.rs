//! A network in one process that knows and answers everything at once.
use anyhow::{Context, Result};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use xmtp_identity::InboxState;
use xmtp_mls::{Directory, Lookup, VerifiedKeyPackage, key_package, peek};
use xmtp_storage::StoreRead;
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, InboxId, InstallationId, OriginatorId, Payload, SequenceId, Timestamp, Topic,
};

/// The network. Clones are one and the same.
#[derive(Clone, Debug)]
pub struct Network(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    log: BTreeMap<Topic, Vec<Delivered>>,
    inboxes: BTreeMap<InboxId, (SequenceId, Arc<InboxState>)>,
    packages: BTreeMap<InstallationId, Arc<VerifiedKeyPackage>>,
    numbers: u64,
    now: Timestamp,
}

impl Network {
    /// A network on which nothing was said.
    ///
    /// # Errors
    /// If the machine does not know what time it is.
    pub fn new() -> Result<Self> {
        let (log, inboxes, packages) = Default::default();
        Ok(Self(Arc::new(Mutex::new(Inner { log, inboxes, packages, numbers: 0, now: system_time()? }))))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time, a millisecond later than the last time it was asked.
    pub(crate) fn tick(&self) -> Timestamp {
        let mut inner = self.lock();
        inner.now = inner.now.plus(Duration::from_millis(1));
        inner.now
    }

    pub(crate) fn post(&self, envelope: ClientEnvelope) -> Result<()> {
        let created = self.tick();
        let originator = match &envelope.payload {
            Payload::GroupMessage { data, .. } => match peek::public_parts(data)?.content {
                peek::ContentKind::Application => OriginatorId::V3_MESSAGES,
                _ => OriginatorId::V3_COMMITS,
            },
            _ => OriginatorId::V3_WELCOMES,
        };
        let mut inner = self.lock();
        let sequence_id = inner.number();
        let ClientEnvelope { topic, payload } = envelope;
        let delivered = Delivered { topic: topic.clone(), originator, sequence_id, created, payload };
        inner.log.entry(topic).or_default().push(delivered);
        Ok(())
    }

    /// What a topic has after a cursor.
    pub(crate) fn after(&self, topic: &Topic, cursor: &Cursor) -> Vec<Delivered> {
        let inner = self.lock();
        let log = inner.log.get(topic).map(Vec::as_slice).unwrap_or_default();
        let mut new: Vec<_> =
            log.iter().rev().take_while(|it| !cursor.covers(it.originator, it.sequence_id)).cloned().collect();
        new.reverse();
        new
    }

    pub(crate) fn publish_identity(&self, state: InboxState) {
        let mut inner = self.lock();
        let number = inner.number();
        inner.inboxes.insert(*state.inbox_id(), (number, Arc::new(state)));
    }

    pub(crate) fn publish_key_package(&self, installation: InstallationId, bytes: &[u8]) -> Result<()> {
        let package = key_package::verify(bytes).context("a key package of our own is not valid")?;
        self.lock().packages.insert(installation, Arc::new(package));
        Ok(())
    }
}

impl Inner {
    fn number(&mut self) -> SequenceId {
        self.numbers += 1;
        SequenceId::new(self.numbers)
    }
}

impl Directory for Network {
    fn inbox_state(&self, _: &mut dyn StoreRead, inbox: &InboxId, _: SequenceId) -> Result<Arc<InboxState>, Lookup> {
        let found = self.lock().inboxes.get(inbox).map(|(_, state)| Arc::clone(state));
        found.ok_or(Lookup::Absent("identity update of this number"))
    }

    fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
        self.lock().inboxes.get(inbox).map(|(number, _)| *number).ok_or(Lookup::Absent("inbox of this id"))
    }

    fn key_package(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
        self.lock().packages.get(installation).cloned().ok_or(Lookup::Absent("key package of this installation"))
    }

    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> {
        let inner = self.lock();
        let first = inner.log.get(topic).and_then(|log| log.first()).cloned();
        first.map(Arc::new).ok_or(Lookup::Absent("welcome where its pointer points"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the MLS library compares lifetimes with this clock")]
fn system_time() -> Result<Timestamp> {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_nanos(u64::try_from(passed.as_nanos())?))
}
