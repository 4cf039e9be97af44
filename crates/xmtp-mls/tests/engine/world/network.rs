//! The network: one order of everything, a ledger, and the key package each installation uploaded last.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use xmtp_identity::{InboxState, VerifiedUpdate};
use xmtp_mls::{Directory, Lookup, Missing, VerifiedKeyPackage, peek};
use xmtp_storage::StoreRead;
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, InboxId, InstallationId, OriginatorId, Payload, SequenceId, Timestamp, Topic,
};

#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) log: Vec<Delivered>,
    identities: BTreeMap<InboxId, Vec<(SequenceId, VerifiedUpdate)>>,
    packages: BTreeMap<InstallationId, Vec<u8>>,
    numbers: u64,
    now: Timestamp,
}

#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<Network>>);

/// What one installation has fetched of the network: only that it knows.
#[derive(Debug)]
pub(crate) struct Fetched {
    network: Shared,
    known: Mutex<BTreeSet<Missing>>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        let (log, identities, packages) = Default::default();
        Self(Arc::new(Mutex::new(Network { log, identities, packages, numbers: 0, now: system_time() })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Network> {
        self.0.lock().unwrap()
    }

    /// The time, a millisecond later than the last time it was asked.
    pub(crate) fn tick(&self) -> Timestamp {
        self.pass(Duration::from_millis(1))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) -> Timestamp {
        let mut network = self.lock();
        network.now = network.now.plus(time);
        network.now
    }

    /// Takes an envelope, unless it has it.
    pub(crate) fn post(&self, envelope: ClientEnvelope) {
        let created = self.tick();
        let mut network = self.lock();
        let originator = match &envelope.payload {
            Payload::GroupMessage { data, .. } => match peek::public_parts(data).unwrap().content {
                peek::ContentKind::Application => OriginatorId::V3_MESSAGES,
                _ => OriginatorId::V3_COMMITS,
            },
            _ => OriginatorId::V3_WELCOMES,
        };
        let ClientEnvelope { topic, payload } = envelope;
        if network.log.iter().any(|known| known.topic == topic && known.payload == payload) {
            return;
        }
        let sequence_id = network.number();
        network.log.push(Delivered { topic, originator, sequence_id, created, payload });
    }

    /// What a topic has after a cursor.
    pub(crate) fn after(&self, topic: &Topic, cursor: &Cursor) -> Vec<Delivered> {
        let is_new = |delivered: &&Delivered| {
            delivered.topic == *topic && !cursor.covers(delivered.originator, delivered.sequence_id)
        };
        self.lock().log.iter().filter(is_new).cloned().collect()
    }

    pub(crate) fn fetched(&self) -> Fetched {
        Fetched { network: self.clone(), known: Mutex::default() }
    }
}

impl Network {
    fn number(&mut self) -> SequenceId {
        self.numbers += 1;
        SequenceId::new(self.numbers)
    }

    pub(crate) fn publish_identity(&mut self, update: VerifiedUpdate) -> SequenceId {
        let number = self.number();
        self.identities.entry(*update.inbox_id()).or_default().push((number, update));
        number
    }

    /// Forgets the identity log of an inbox, as no honest network does.
    pub(crate) fn lose_identity(&mut self, inbox: &InboxId) {
        self.identities.remove(inbox);
    }

    pub(crate) fn publish_key_package(&mut self, installation: InstallationId, bytes: Vec<u8>) {
        self.packages.insert(installation, bytes);
    }

    pub(crate) fn key_package_of(&self, installation: &InstallationId) -> VerifiedKeyPackage {
        xmtp_mls::key_package::verify(&self.packages[installation]).unwrap()
    }

    pub(crate) fn newest_identity_of(&self, inbox: &InboxId) -> SequenceId {
        self.identities[inbox].last().unwrap().0
    }

    pub(crate) fn withdraw_key_package(&mut self, installation: &InstallationId) {
        self.packages.remove(installation);
    }
}

impl Fetched {
    pub(crate) fn fetch(&self, missing: BTreeSet<Missing>) {
        let mut known = self.known.lock().unwrap();
        let before = known.len();
        known.extend(missing);
        assert!(known.len() > before, "something that was fetched is asked for again");
    }

    /// What may have changed is to be fetched again.
    pub(crate) fn forget(&self) {
        self.known.lock().unwrap().retain(|known| matches!(known, Missing::IdentityUpdates(..)));
    }

    fn need(&self, what: Missing) -> Result<MutexGuard<'_, Network>, Lookup> {
        if self.known.lock().unwrap().contains(&what) { Ok(self.network.lock()) } else { Err(Lookup::Missing(what)) }
    }
}

impl Directory for Fetched {
    fn inbox_state(&self, _: &mut dyn StoreRead, inbox: &InboxId, at: SequenceId) -> Result<Arc<InboxState>, Lookup> {
        let network = self.need(Missing::IdentityUpdates(*inbox, at))?;
        let log = network.identities.get(inbox).map(Vec::as_slice).unwrap_or_default();
        let upto: Vec<_> = log.iter().take_while(|(number, _)| *number <= at).collect();
        match upto.last() {
            Some((number, _)) if *number == at => {
                Ok(Arc::new(InboxState::fold(upto.into_iter().map(|(_, update)| update)).unwrap()))
            }
            _ => Err(Lookup::Absent("identity update of this number")),
        }
    }

    fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
        let network = self.need(Missing::NewestIdentity(*inbox))?;
        let newest = network.identities.get(inbox).and_then(|log| log.last()).map(|(number, _)| *number);
        newest.ok_or(Lookup::Absent("inbox of this id"))
    }

    fn key_package(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
        let network = self.need(Missing::KeyPackage(*installation))?;
        let package = network.packages.get(installation).and_then(|bytes| xmtp_mls::key_package::verify(bytes).ok());
        package.map(Arc::new).ok_or(Lookup::Absent("key package of this installation"))
    }

    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> {
        let network = self.need(Missing::Pointee(topic.clone()))?;
        let found = network.log.iter().find(|delivered| delivered.topic == *topic).cloned();
        found.map(Arc::new).ok_or(Lookup::Absent("welcome where its pointer points"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the MLS library compares lifetimes with this clock")]
fn system_time() -> Timestamp {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_nanos(u64::try_from(passed.as_nanos()).unwrap())
}
