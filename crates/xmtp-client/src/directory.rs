//! What the state machine asks about others: fetched from the network, verified, and kept.
use crate::{ClientError, machine::Machine};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use xmtp_delivery::Transport;
use xmtp_identity::{InboxState, UnverifiedUpdate, VerifiedUpdate};
use xmtp_mls::{Directory, Lookup, Missing, VerifiedKeyPackage};
use xmtp_storage::{Durability, IdentityUpdateRow, Namespace, StorageError, StoreRead, StoreTx};
use xmtp_types::{Cursor, Delivered, InboxId, InstallationId, Payload, SequenceId, Timestamp, Topic};

/// How long "the newest identity update" and "no such update" are believed.
const IDENTITY_FRESH: Duration = Duration::from_secs(5);
/// How long a key package is used. Its owner keeps the private key for a day after replacing it.
const KEY_PACKAGE_FRESH: Duration = Duration::from_secs(60);
/// Verified states kept in memory.
const STATES_KEPT: usize = 4096;

pub(crate) struct Ledger {
    transport: Arc<dyn Transport>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    now: Timestamp,
    states: HashMap<(InboxId, SequenceId), Arc<InboxState>>,
    newest: HashMap<InboxId, (SequenceId, Timestamp)>,
    absent: HashMap<(InboxId, SequenceId), Timestamp>,
    packages: HashMap<InstallationId, (Option<Arc<VerifiedKeyPackage>>, Timestamp)>,
    pointees: HashMap<Topic, (Option<Arc<Delivered>>, Timestamp)>,
}

impl Ledger {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self { transport, known: Mutex::default() })
    }

    /// Fetches what the state machine lacks, each kind in one request.
    pub(crate) async fn fetch(&self, machine: &Arc<Machine>, missing: &BTreeSet<Missing>) -> Result<(), ClientError> {
        let mut inboxes = HashSet::new();
        let mut wanted = Vec::new();
        let mut installations = Vec::new();
        let mut topics = Vec::new();
        for missing in missing {
            match missing {
                Missing::IdentityUpdates(inbox, at) => {
                    inboxes.insert(*inbox);
                    wanted.push((*inbox, *at));
                }
                Missing::NewestIdentity(inbox) => drop::<bool>(inboxes.insert(*inbox)),
                Missing::KeyPackage(installation) => installations.push(*installation),
                Missing::Pointee(topic) => topics.push(topic.clone()),
                _ => {}
            }
        }
        let now = machine.clock.now();
        tokio::try_join!(
            self.fetch_identities(machine, inboxes.into_iter().collect(), &wanted, now),
            self.fetch_key_packages(installations, now),
            self.fetch_pointees(topics, now),
        )?;
        Ok(())
    }

    /// Brings the identity logs of these inboxes up to date.
    pub(crate) async fn refresh(&self, machine: &Arc<Machine>, inboxes: Vec<InboxId>) -> Result<(), ClientError> {
        let now = machine.clock.now();
        self.fetch_identities(machine, inboxes, &[], now).await
    }

    async fn fetch_identities(
        &self,
        machine: &Arc<Machine>,
        inboxes: Vec<InboxId>,
        wanted: &[(InboxId, SequenceId)],
        now: Timestamp,
    ) -> Result<(), ClientError> {
        if inboxes.is_empty() {
            return Ok(());
        }
        let asked = inboxes.clone();
        let positions: Vec<(InboxId, SequenceId)> = machine
            .read(move |store| {
                let position = |inbox| Ok((inbox, store.latest_identity(&inbox)?.unwrap_or_default()));
                asked.into_iter().map(position).collect()
            })
            .await?;
        let fetched = self.transport.identity_updates(&positions).await?;
        let logs: Vec<(InboxId, Vec<IdentityUpdateRow>)> = inboxes
            .iter()
            .copied()
            .zip(fetched.into_iter().map(|log| log.into_iter().filter_map(row).collect()))
            .collect();
        let mut newest = positions;
        for ((_, at), (_, log)) in newest.iter_mut().zip(&logs) {
            *at = log.last().map_or(*at, |row| row.sequence_id);
        }
        let fresh: Vec<_> = logs.into_iter().filter(|(_, log)| !log.is_empty()).collect();
        if !fresh.is_empty() {
            machine.step(Durability::Relaxed, move |session| Ok(keep_logs(&mut **session.tx(), &fresh)?)).await?;
        }
        let mut known = self.known();
        known.newest.extend(newest.into_iter().map(|(inbox, at)| (inbox, (at, now))));
        known.absent.retain(|_, at| now.since(*at) < IDENTITY_FRESH);
        known.absent.extend(wanted.iter().map(|key| (*key, now)));
        Ok(())
    }

    async fn fetch_key_packages(&self, installations: Vec<InstallationId>, now: Timestamp) -> Result<(), ClientError> {
        if installations.is_empty() {
            return Ok(());
        }
        let packages = self.transport.key_packages(&installations).await?;
        let verified = tokio::task::spawn_blocking(move || {
            let verify = |bytes: Vec<u8>| xmtp_mls::key_package::verify(&bytes).ok().map(Arc::new);
            packages.into_iter().map(|bytes| bytes.and_then(verify)).collect::<Vec<_>>()
        })
        .await
        .map_err(|_| ClientError::Closed)?;
        let mut known = self.known();
        known.packages.retain(|_, (_, at)| now.since(*at) < KEY_PACKAGE_FRESH);
        known.packages.extend(installations.into_iter().zip(verified.into_iter().map(|package| (package, now))));
        Ok(())
    }

    async fn fetch_pointees(&self, topics: Vec<Topic>, now: Timestamp) -> Result<(), ClientError> {
        for topic in topics {
            let page = self.transport.query(&topic, &Cursor::start()).await?;
            let first = page.envelopes.into_iter().next().map(Arc::new);
            let mut known = self.known();
            known.pointees.retain(|_, (_, at)| now.since(*at) < KEY_PACKAGE_FRESH);
            known.pointees.insert(topic, (first, now));
        }
        Ok(())
    }

    /// Tells the time: what was fetched too long ago is fetched again.
    pub(crate) fn tick(&self, now: Timestamp) {
        self.known().now = now;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for Ledger {
    fn inbox_state(
        &self,
        store: &mut dyn StoreRead,
        inbox: &InboxId,
        at: SequenceId,
    ) -> Result<Arc<InboxState>, Lookup> {
        if let Some(state) = self.known().states.get(&(*inbox, at)) {
            return Ok(Arc::clone(state));
        }
        let state = match read_state(store, inbox, at)? {
            Some(state) => Arc::new(state),
            None => {
                let known = self.known();
                let looked = known.absent.get(&(*inbox, at)).is_some_and(|when| known.is_fresh(*when, IDENTITY_FRESH));
                return Err(if looked || at == SequenceId::ZERO {
                    Lookup::Absent("identity update of this number")
                } else {
                    Lookup::Missing(Missing::IdentityUpdates(*inbox, at))
                });
            }
        };
        let mut known = self.known();
        if known.states.len() >= STATES_KEPT {
            known.states.clear();
        }
        known.states.insert((*inbox, at), Arc::clone(&state));
        Ok(state)
    }

    fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
        let known = self.known();
        match known.newest.get(inbox) {
            Some((SequenceId::ZERO, at)) if known.is_fresh(*at, IDENTITY_FRESH) => {
                Err(Lookup::Absent("inbox of this id"))
            }
            Some((newest, at)) if known.is_fresh(*at, IDENTITY_FRESH) => Ok(*newest),
            _ => Err(Lookup::Missing(Missing::NewestIdentity(*inbox))),
        }
    }

    fn key_package(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
        let known = self.known();
        match known.packages.get(installation) {
            Some((package, at)) if known.is_fresh(*at, KEY_PACKAGE_FRESH) => {
                package.clone().ok_or(Lookup::Absent("key package of this installation"))
            }
            _ => Err(Lookup::Missing(Missing::KeyPackage(*installation))),
        }
    }

    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> {
        let known = self.known();
        match known.pointees.get(topic) {
            Some((pointee, at)) if known.is_fresh(*at, IDENTITY_FRESH) => {
                pointee.clone().ok_or(Lookup::Absent("welcome where its pointer points"))
            }
            _ => Err(Lookup::Missing(Missing::Pointee(topic.clone()))),
        }
    }
}

impl Known {
    fn is_fresh(&self, at: Timestamp, for_: Duration) -> bool {
        self.now.since(at) < for_
    }
}

fn row(delivered: Delivered) -> Option<IdentityUpdateRow> {
    match delivered.payload {
        Payload::IdentityUpdate(payload) => {
            Some(IdentityUpdateRow { sequence_id: delivered.sequence_id, server_time: delivered.created, payload })
        }
        _ => None,
    }
}

/// Keeps new identity updates, and the verified state at the newest one so that it need not be verified again.
fn keep_logs(tx: &mut dyn StoreTx, logs: &[(InboxId, Vec<IdentityUpdateRow>)]) -> Result<(), StorageError> {
    for (inbox, log) in logs {
        tx.append_identity(inbox, log)?;
        let Some(newest) = log.last() else { continue };
        if let Some(state) = read_state(tx, inbox, newest.sequence_id)? {
            tx.put_value(Namespace::InboxStates, &state_key(inbox, newest.sequence_id), &state.to_bytes())?;
        }
    }
    Ok(())
}

/// The state right after the update `at`; nothing if the log here has no such update or is not valid up to it.
fn read_state(
    store: &mut (impl StoreRead + ?Sized),
    inbox: &InboxId,
    at: SequenceId,
) -> Result<Option<InboxState>, StorageError> {
    if let Some(bytes) = store.value(Namespace::InboxStates, &state_key(inbox, at))? {
        return Ok(InboxState::from_bytes(&bytes).ok());
    }
    let log = store.identity_log(inbox, Some(at))?;
    if log.last().is_none_or(|newest| newest.sequence_id != at) {
        return Ok(None);
    }
    let verified: Result<Vec<VerifiedUpdate>, _> =
        log.iter().map(|row| UnverifiedUpdate::decode(&row.payload).and_then(UnverifiedUpdate::verify)).collect();
    let state = verified.and_then(|log| InboxState::fold(&log));
    if let Err(error) = &state {
        tracing::warn!(%error, "the identity log of an inbox is not valid");
    }
    Ok(state.ok().filter(|state| state.inbox_id() == inbox))
}

fn state_key(inbox: &InboxId, at: SequenceId) -> Vec<u8> {
    [inbox.as_bytes().as_slice(), &at.as_u64().to_be_bytes()].concat()
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}
