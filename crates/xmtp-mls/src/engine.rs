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
    provider::{Overlay, Provider, Secrets},
    unread::{Reading, Unread},
    version,
    welcome::{Ahead, Pointers},
};
use openmls::group::{MlsGroup, PastEpochDeletion};
use openmls_traits::OpenMlsProvider as _;
use std::{
    cell::{RefCell, RefMut},
    collections::{HashMap, HashSet},
    fmt, mem,
    time::Duration,
};
use xmtp_crypto::MlsCrypto;
use xmtp_storage::{Durability, GroupRow, GroupStatus, Store, StoreTx};
use xmtp_types::{Epoch, GroupId, Timestamp};

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
    ahead: Ahead,
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
    /// What the batch that is ingested was read with.
    pub(crate) readings: Vec<Reading>,
    /// Pointers to the welcome of the newest commit that adds many.
    pub(crate) pointers: &'s mut Option<Pointers>,
    /// Welcomes that were opened before their turn.
    pub(crate) ahead: &'s mut Ahead,
    pub(crate) views: &'s Views,
    events: Vec<Event>,
}

#[derive(Default)]
struct Groups {
    loaded: HashMap<GroupId, MlsGroup>,
    touched: HashSet<GroupId>,
    /// Loaded groups that are ahead of the overlay: which of their message secrets it lacks. All of them were touched in
    /// the job that is open.
    unsaved: HashMap<GroupId, Secrets>,
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
            ahead: Ahead::default(),
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
                readings: Vec::new(),
                pointers: &mut self.pointers,
                ahead: &mut self.ahead,
                views: &self.views,
                events: Vec::new(),
            };
            let worked = work(&mut session).and_then(|result| session.save_secrets().map(|()| result));
            worked.map(|result| (result, session.events))
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
        self.groups.end();
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
        self.unsaved.clear();
    }

    /// Gets ready for the next transaction: nothing is ahead of the store now.
    fn end(&mut self) {
        self.touched.clear();
        while self.loaded.len() > LOADED_GROUPS {
            let any = self.loaded.keys().next().cloned();
            any.map(|id| self.loaded.remove(&id));
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
        self.save_secrets()?;
        self.overlay.borrow_mut().begin_job();
        let touched_before = mem::take(&mut self.groups.touched);
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
        if let Some(which) = self.groups.unsaved.remove(id) {
            self.save(id, which)?;
        }
        self.take(id)
    }

    /// Lends the group `id` to what can change nothing of it but the message secrets `which`, and does so only if it
    /// succeeds. They are written later: once, however many messages follow.
    pub(crate) fn lend_group<R>(
        &mut self,
        id: &GroupId,
        work: impl FnOnce(&Provider<'_>, &mut MlsGroup) -> Result<(R, Secrets), EngineError>,
    ) -> Result<R, EngineError> {
        let mut group = self.take(id)?;
        let worked = work(&self.provider.writing(Secrets::Later), &mut group);
        self.keep_group(id, group);
        let (result, which) = worked?;
        let unsaved = self.groups.unsaved.entry(id.clone()).or_insert(which);
        *unsaved = which.max(*unsaved);
        Ok(result)
    }

    /// The epoch that the group `id` is in.
    pub(crate) fn epoch(&mut self, id: &GroupId) -> Result<Epoch, EngineError> {
        let group = self.take(id)?;
        let epoch = Epoch::from(group.epoch().as_u64());
        self.keep_group(id, group);
        Ok(epoch)
    }

    fn take(&mut self, id: &GroupId) -> Result<MlsGroup, EngineError> {
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
        self.groups.touched.insert(id.clone());
        self.groups.loaded.insert(id.clone(), group);
    }

    /// Brings the overlay up to the loaded groups. Whoever undoes what comes after can forget the groups it touched.
    fn save_secrets(&mut self) -> Result<(), EngineError> {
        mem::take(&mut self.groups.unsaved).iter().try_for_each(|(id, which)| self.save(id, *which))
    }

    fn save(&mut self, id: &GroupId, which: Secrets) -> Result<(), EngineError> {
        let group = self.groups.loaded.get_mut(id).ok_or(EngineError::UnknownGroup)?;
        // The library writes message secrets of its own accord only. Nothing is older than the longest time there is.
        let nothing = PastEpochDeletion::older_than_duration(Duration::MAX);
        group
            .delete_past_epoch_secrets(&self.provider.writing(which), nothing)
            .map_err(|error| EngineError::mls("saving message secrets")(&error))
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
