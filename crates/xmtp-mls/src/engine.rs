//! The door of the state machine: one engine per installation, one transaction at a time.
//!
//! ```text
//! Engine::transaction ── begin ──> Session: create, queue, stage, ingest, ... ──> flush, commit
//!                                      └── any error: undone, groups forgotten, read again next time
//! ```
//! MLS state is written into an overlay and reaches the store once per transaction, however many messages were
//! processed in it. Groups stay loaded between transactions.
use crate::{
    EngineError, Event, Installation,
    group::views::Views,
    ports::Directory,
    provider::{Overlay, Provider},
    unread::Unread,
    version,
    welcome::Pointers,
};
use openmls::group::MlsGroup;
use openmls_traits::OpenMlsProvider as _;
use std::{
    cell::{RefCell, RefMut},
    collections::{HashMap, HashSet},
    fmt,
};
use xmtp_crypto::MlsCrypto;
use xmtp_storage::{Durability, GroupRow, GroupStatus, Store, StoreTx};
use xmtp_types::{GroupId, Timestamp};

/// Groups kept loaded. A group of two takes a few kilobytes, one of 250 members about half a megabyte.
const LOADED_GROUPS: usize = 256;

/// The state machine of one installation.
pub struct Engine {
    own: Installation,
    crypto: MlsCrypto,
    overlay: RefCell<Overlay>,
    groups: Groups,
    unread: Unread,
    pointers: Option<Pointers>,
    views: Views,
}

/// One transaction of the state machine. What it does is kept when [`Engine::transaction`] returns well.
pub struct Session<'s> {
    pub(crate) own: &'s Installation,
    pub(crate) provider: Provider<'s>,
    pub(crate) directory: &'s dyn Directory,
    pub(crate) now: Timestamp,
    tx: &'s RefCell<&'s mut (dyn StoreTx + 's)>,
    overlay: &'s RefCell<Overlay>,
    groups: &'s mut Groups,
    pub(crate) unread: &'s mut Unread,
    /// Pointers to the welcome of the newest commit that adds many.
    pub(crate) pointers: &'s mut Option<Pointers>,
    pub(crate) views: &'s Views,
    events: Vec<Event>,
}

#[derive(Default)]
struct Groups {
    loaded: HashMap<GroupId, MlsGroup>,
    touched: HashSet<GroupId>,
}

impl Engine {
    /// The state machine of this installation.
    pub fn new(own: Installation) -> Self {
        Self {
            own,
            crypto: MlsCrypto::new(),
            overlay: RefCell::default(),
            groups: Groups::default(),
            unread: Unread::default(),
            pointers: None,
            views: Views::default(),
        }
    }

    /// The installation.
    pub const fn installation(&self) -> &Installation {
        &self.own
    }

    /// Runs `work` in one transaction of `store` and keeps what it did, all or nothing.
    ///
    /// # Errors
    /// What `work` returned, or [`EngineError::Storage`]; then nothing is kept.
    pub fn transaction<R>(
        &mut self,
        store: &dyn Store,
        durability: Durability,
        directory: &dyn Directory,
        now: Timestamp,
        work: impl FnOnce(&mut Session<'_>) -> Result<R, EngineError>,
    ) -> Result<(R, Vec<Event>), EngineError> {
        self.forget_unfinished();
        let mut tx = store.begin(durability)?;
        let worked = {
            let cell: RefCell<&mut dyn StoreTx> = RefCell::new(&mut *tx);
            let mut session = Session {
                own: &self.own,
                provider: Provider::new(&self.crypto, &self.overlay, &cell),
                directory,
                now,
                tx: &cell,
                overlay: &self.overlay,
                groups: &mut self.groups,
                unread: &mut self.unread,
                pointers: &mut self.pointers,
                views: &self.views,
                events: Vec::new(),
            };
            work(&mut session).map(|result| (result, session.events))
        };
        let kept = worked.and_then(|done| {
            self.overlay.get_mut().flush(&mut *tx)?;
            tx.commit()?;
            Ok(done)
        });
        if kept.is_err() {
            self.groups.forget_touched();
        }
        *self.overlay.get_mut() = Overlay::default();
        self.groups.touched.clear();
        kept
    }

    /// Drops what a step that panicked has left behind; its transaction was undone.
    fn forget_unfinished(&mut self) {
        self.groups.forget_touched();
        *self.overlay.get_mut() = Overlay::default();
    }
}

impl Groups {
    fn forget_touched(&mut self) {
        for id in self.touched.drain() {
            self.loaded.remove(&id);
        }
    }
}

impl<'s> Session<'s> {
    /// Runs `work`; if it fails, undoes what it did and leaves the rest of the transaction as it was. Attempts nest.
    ///
    /// # Errors
    /// What `work` returned.
    pub fn attempt<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R, EngineError>) -> Result<R, EngineError> {
        self.tx().savepoint()?;
        let events = self.events.len();
        let result = self.attempt_mls(work);
        if result.is_err() {
            self.tx().rollback_to_savepoint()?;
            self.events.truncate(events);
        }
        self.tx().release_savepoint()?;
        result
    }

    /// The store. Do not hold it across a call of the MLS library, which uses it too.
    pub fn tx(&self) -> RefMut<'_, &'s mut (dyn StoreTx + 's)> {
        self.tx.borrow_mut()
    }

    /// The point in time this transaction takes as now.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Like [`Session::attempt`] for work that touches MLS state alone before it fails.
    pub(crate) fn attempt_mls<R>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        self.overlay.borrow_mut().begin_job();
        let touched_before = std::mem::take(&mut self.groups.touched);
        let result = work(self);
        if result.is_ok() {
            self.overlay.borrow_mut().keep_job();
        } else {
            self.overlay.borrow_mut().undo_job();
            self.groups.forget_touched();
        }
        self.groups.touched.extend(touched_before);
        result
    }

    /// Takes the group `id` out of the loaded ones, reading it if need be. A group that is not handed back with
    /// [`Session::keep_group`] is read again the next time: an error on the way needs no clean-up.
    pub(crate) fn take_group(&mut self, id: &GroupId) -> Result<MlsGroup, EngineError> {
        self.groups.touched.insert(id.clone());
        if let Some(group) = self.groups.loaded.remove(id) {
            return Ok(group);
        }
        let mls_id = openmls::group::GroupId::from_slice(id.as_bytes());
        MlsGroup::load(self.provider.storage(), &mls_id)
            .map_err(|error| EngineError::mls("loading a group")(&error))?
            .ok_or(EngineError::UnknownGroup)
    }

    pub(crate) fn keep_group(&mut self, id: &GroupId, group: MlsGroup) {
        if self.groups.loaded.len() >= LOADED_GROUPS {
            let any = self.groups.loaded.keys().next().cloned();
            any.map(|id| self.groups.loaded.remove(&id));
        }
        self.groups.touched.insert(id.clone());
        self.groups.loaded.insert(id.clone(), group);
    }

    pub(crate) fn row(&self, id: &GroupId) -> Result<GroupRow, EngineError> {
        self.tx().group(id)?.ok_or(EngineError::UnknownGroup)
    }

    /// The row of a conversation. One that was waiting for a version this program has by now waits no longer.
    pub(crate) fn awake_row(&self, id: &GroupId) -> Result<GroupRow, EngineError> {
        let mut row = self.row(id)?;
        if matches!(&row.status, GroupStatus::Paused { version } if !version::is_newer(version)) {
            row.status = GroupStatus::Active;
            self.tx().put_group(&row)?;
        }
        Ok(row)
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("installation", &self.own.id())
            .field("loaded_groups", &self.groups.loaded.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("now", &self.now).field("events", &self.events.len()).finish_non_exhaustive()
    }
}
