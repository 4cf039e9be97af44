//! What the state machine asks about others: fetched from the network, verified, and kept.
use crate::{ClientError, ContractVerifier, contract, machine::Machine};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use xmtp_delivery::Transport;
use xmtp_identity::InboxState;
use xmtp_mls::{Directory, Lookup, Missing, VerifiedKeyPackage};
use xmtp_storage::{Durability, IdentityUpdateRow, StoreRead};
use xmtp_types::{Cursor, Delivered, InboxId, InstallationId, Payload, SequenceId, Timestamp, Topic};

mod log;

pub(crate) use log::newest_state;

/// How long "the newest identity update" and "no such update" are believed.
const IDENTITY_FRESH: Duration = Duration::from_secs(5);
/// How long a key package is used. Its owner keeps the private key for a day after replacing it.
const KEY_PACKAGE_FRESH: Duration = Duration::from_secs(60);
/// Verified states kept in memory.
const STATES_KEPT: usize = 4096;
/// Pauses before an update that a member has seen is looked for again, in milliseconds.
const LOOK_AGAIN_MILLIS: [u64; 5] = [20, 80, 200, 500, 1200];

/// The log of an inbox, or a part of it.
type Log = (InboxId, Vec<IdentityUpdateRow>);

pub(crate) struct Ledger {
    transport: Arc<dyn Transport>,
    verifier: Arc<dyn ContractVerifier>,
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
    pub(crate) fn new(transport: Arc<dyn Transport>, verifier: Arc<dyn ContractVerifier>) -> Arc<Self> {
        Arc::new(Self { transport, verifier, known: Mutex::default() })
    }

    /// Who is asked about contract wallets.
    pub(crate) const fn verifier(&self) -> &Arc<dyn ContractVerifier> {
        &self.verifier
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

    /// Fetches what is new of `inboxes`, and looks a few times for updates that others have already seen: a replica that
    /// answers may be behind, and a reader who gives up on an update that exists would part from the others.
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
        self.fetch_logs(machine, &inboxes, now).await?;
        // ID.R61
        for pause in LOOK_AGAIN_MILLIS {
            if self.holds_all(machine, wanted).await? {
                break;
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
            self.fetch_logs(machine, &inboxes, now).await?;
        }
        let mut known = self.known();
        known.absent.retain(|_, at| now.since(*at) < IDENTITY_FRESH);
        known.absent.extend(wanted.iter().map(|key| (*key, now)));
        Ok(())
    }

    async fn fetch_logs(&self, machine: &Arc<Machine>, inboxes: &[InboxId], now: Timestamp) -> Result<(), ClientError> {
        let asked = inboxes.to_vec();
        let positions: Vec<(InboxId, SequenceId)> = machine
            .read(move |store| {
                let position = |inbox| Ok((inbox, store.latest_identity(&inbox)?.unwrap_or_default()));
                asked.into_iter().map(position).collect()
            })
            .await?;
        let fetched = self.transport.identity_updates(&positions).await?;
        let mut newest: HashMap<_, _> = positions.into_iter().collect();
        let rows = fetched.into_iter().map(|log| log.into_iter().filter_map(row).collect());
        let fresh: Vec<(InboxId, Vec<IdentityUpdateRow>)> =
            inboxes.iter().copied().zip(rows).filter(|(_, log): &(_, Vec<_>)| !log.is_empty()).collect();
        let (vouched, failed) = self.vouched_by_chains(fresh).await?;
        for (inbox, log) in &vouched {
            newest.extend(log.last().map(|row| (*inbox, row.sequence_id)));
        }
        if !vouched.is_empty() {
            let keep = move |session: &mut xmtp_mls::Session<'_>| Ok(log::keep(&mut **session.tx(), &vouched)?);
            let states = machine.step(Durability::Relaxed, keep).await?;
            let mut known = self.known();
            states.into_iter().for_each(|(at, state)| known.remember(at, Arc::new(state)));
        }
        if let Some(error) = failed {
            return Err(error);
        }
        self.known().newest.extend(newest.into_iter().map(|(inbox, at)| (inbox, (at, now))));
        Ok(())
    }

    /// The logs that can be kept: those in which no contract wallet signed, or each whose chain said that it did. And the
    /// first reason why others cannot.
    async fn vouched_by_chains(&self, logs: Vec<Log>) -> Result<(Vec<Log>, Option<ClientError>), ClientError> {
        let decoded: Vec<Vec<_>> = logs.iter().map(|(_, rows)| log::decode(rows).collect()).collect();
        let updates: Vec<_> = decoded.iter().flatten().filter_map(|(_, update)| update.as_ref().ok()).collect();
        // ID.R60
        let asked = contract::ask_about(&*self.verifier, &updates).await?;
        let mut failed = None;
        let judged = logs.into_iter().zip(decoded).filter_map(|(log, updates)| {
            match log::vouched_by_chains(log.0, &updates, &asked) {
                Ok(()) => Some(log),
                Err(error) => {
                    failed.get_or_insert(error);
                    None
                }
            }
        });
        let vouched = judged.collect();
        Ok((vouched, failed))
    }

    async fn holds_all(&self, machine: &Arc<Machine>, wanted: &[(InboxId, SequenceId)]) -> Result<bool, ClientError> {
        let wanted: Vec<_> = {
            let known = self.known();
            wanted.iter().filter(|key| !known.states.contains_key(key)).copied().collect()
        };
        if wanted.is_empty() {
            return Ok(true);
        }
        machine
            .read(move |store| {
                for (inbox, at) in wanted {
                    if store.identity_log(&inbox, Some(at))?.last().is_none_or(|row| row.sequence_id != at) {
                        return Ok(false);
                    }
                }
                Ok(true)
            })
            .await
    }

    async fn fetch_key_packages(&self, installations: Vec<InstallationId>, now: Timestamp) -> Result<(), ClientError> {
        if installations.is_empty() {
            return Ok(());
        }
        let packages = self.transport.key_packages(&installations).await?;
        let verified = tokio::task::spawn_blocking(move || {
            // None at all decodes as little as one that is malformed.
            let packages: Vec<Vec<u8>> = packages.into_iter().map(Option::unwrap_or_default).collect();
            let verified = xmtp_mls::key_package::verify_all(&packages);
            verified.into_iter().map(|package| package.ok().map(Arc::new)).collect::<Vec<_>>()
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
        let state = match log::state_at(store, inbox, at)? {
            Some(Ok(state)) => Arc::new(state),
            Some(Err(error)) => {
                tracing::warn!(%error, "an inbox cannot be read");
                return Err(Lookup::Absent("identity log: an update in it breaks a rule"));
            }
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
        self.known().remember(at, Arc::clone(&state));
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
    fn remember(&mut self, at: SequenceId, state: Arc<InboxState>) {
        if self.states.len() >= STATES_KEPT {
            self.states.clear();
        }
        self.states.insert((*state.inbox_id(), at), state);
    }

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

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}
