//! Keeping the installations in a group in step with the identity ledger: new ones are let in, revoked ones go.
//!
//! Source of fact: released clients compare before a send if they last did so five seconds ago, and every half hour
//! while syncing.
use crate::{ClientError, client::Inner, lane::Lane};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
    sync::atomic::Ordering,
    time::Duration,
};
use xmtp_mls::{EngineError, Intent, Session};
use xmtp_storage::{Durability, GroupQuery, GroupRow, GroupStatus, StorageError, StoreRead};
use xmtp_types::{GroupId, InboxId, SequenceId, Timestamp};

/// How old a comparison may be when something is sent.
const BEFORE_SEND: Duration = Duration::from_secs(5);
/// How old a comparison may be when a group is synced.
const WHILE_SYNCING: Duration = Duration::from_secs(30 * 60);
/// Quiet groups compared with one sync of everything: each costs requests, and there may be a thousand.
const OVERDUE_AT_ONCE: usize = 32;
/// Groups compared in one transaction and with one look at the ledger.
const COMPARED_AT_ONCE: usize = 64;
/// How long after a send a client that is not live looks whether members could read it.
const AFTER_SEND: Duration = Duration::from_millis(500);

/// The newest identity update of each member that a group knows.
type Membership = BTreeMap<InboxId, SequenceId>;

impl Inner {
    /// Gets ready to send: reads what happened in the group unless that is followed live, and queues a commit if the
    /// installations of a member have changed. The caller holds the group's turn. A failure is no reason not to store
    /// the message: sending it will fail in the same way and be tried again.
    pub(crate) async fn prepare_to_send(self: &Arc<Self>, group: &GroupId) {
        let prepared = async {
            let lane = self.lanes.of(group);
            if !self.live.initialized() && lane.is_stale(self.machine.clock.now()) {
                self.pull(group).await?;
            }
            if self.machine.clock.now().since(lane.compared_at()) < BEFORE_SEND {
                return Ok(());
            }
            match self.compared_at(group).await? {
                Some(at) if self.machine.clock.now().since(at) < BEFORE_SEND => lane.note_compared(at),
                Some(_) => {
                    self.queue_if_behind(group).await?;
                    lane.note_compared(self.machine.clock.now());
                }
                None => {}
            }
            Ok(())
        };
        let prepared: Result<(), ClientError> = prepared.await;
        if let Err(error) = prepared {
            tracing::debug!(%error, "a group could not be brought up to date before a send");
        }
    }

    /// Looks, a moment after a send, whether members could read it, unless that is followed live, and sees to it that what
    /// the network has taken is written down. Many sends in that moment are looked after together.
    pub(crate) fn settle_later(self: &Arc<Self>, group: &GroupId, lane: &Arc<Lane>) {
        if lane.is_settling.swap(true, Ordering::SeqCst) {
            return;
        }
        let (inner, group, lane) = (Arc::clone(self), group.clone(), Arc::clone(lane));
        self.spawn(async move {
            tokio::time::sleep(AFTER_SEND).await;
            lane.is_settling.store(false, Ordering::SeqCst);
            let _turn = lane.turn.lock().await;
            let settled =
                if inner.live.initialized() { inner.machine.flush().await } else { inner.drive(&group).await };
            if let Err(error) = settled {
                tracing::debug!(%error, "a group could not be settled after a send; it is with the next sync");
            }
        });
    }

    /// Compares a group's installations with the identity ledger if that was long ago, and commits the difference.
    pub(crate) async fn refresh_installations(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        if self.is_overdue(group).await? && self.queue_if_behind(group).await? {
            self.drive_in_turn(group).await?;
        }
        Ok(())
    }

    async fn drive_in_turn(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let lane = self.lanes.of(group);
        let _turn = lane.turn.lock().await;
        self.drive(group).await
    }

    /// Compares the installations of many groups with the identity ledger, which is asked once about all their members,
    /// and commits the differences.
    pub(crate) async fn refresh_installations_of(self: &Arc<Self>, groups: Vec<GroupId>) -> Result<(), ClientError> {
        let mut failed = None;
        for groups in groups.chunks(COMPARED_AT_ONCE) {
            match self.queue_where_behind(groups).await {
                Ok(behind) => {
                    for group in behind {
                        failed = failed.or(self.drive_in_turn(&group).await.err());
                    }
                }
                Err(error) if error.is_network() => return Err(error),
                // One of them must not keep the others back.
                Err(_) => {
                    for group in groups {
                        failed = failed.or(self.refresh_installations(group).await.err());
                    }
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Compares a group's installations with the identity ledger now, and commits the difference.
    pub(crate) async fn update_installations(self: &Arc<Self>, group: &GroupId) -> Result<(), ClientError> {
        let lane = self.lanes.of(group);
        let _turn = lane.turn.lock().await;
        self.pull(group).await?;
        if self.queue_if_behind(group).await? {
            self.drive(group).await?;
        }
        Ok(())
    }

    /// Groups in which something can still be changed.
    pub(crate) async fn active_groups(self: &Arc<Self>) -> Result<Vec<GroupId>, ClientError> {
        let query = GroupQuery { is_active: Some(true), ..GroupQuery::everything() };
        let rows = self.machine.read(move |store| store.groups(&query)).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    async fn is_overdue(self: &Arc<Self>, group: &GroupId) -> Result<bool, ClientError> {
        let wanted = group.clone();
        let row = self.machine.read(move |store| store.group(&wanted)).await?.filter(is_compared);
        // Released clients leave the first comparison after joining to the first send.
        let since = row.map(|row| row.installations_checked_at.max(row.created_at));
        Ok(since.is_some_and(|at| self.machine.clock.now().since(at) >= WHILE_SYNCING))
    }

    /// When a group's installations were compared last; `None` if they are not.
    async fn compared_at(self: &Arc<Self>, group: &GroupId) -> Result<Option<Timestamp>, ClientError> {
        let wanted = group.clone();
        let row = self.machine.read(move |store| store.group(&wanted)).await?.filter(is_compared);
        Ok(row.map(|row| row.installations_checked_at))
    }

    /// Compares now, and queues a commit if the ledger has moved on. Says whether it has.
    async fn queue_if_behind(self: &Arc<Self>, group: &GroupId) -> Result<bool, ClientError> {
        Ok(!self.queue_where_behind(std::slice::from_ref(group)).await?.is_empty())
    }

    /// Compares groups now, and queues a commit where the ledger has moved on. Answers these groups.
    async fn queue_where_behind(self: &Arc<Self>, groups: &[GroupId]) -> Result<Vec<GroupId>, ClientError> {
        let members = self.refresh_members(groups, &[]).await?;
        // What is queued is on the disk before it is sent: that is for whoever stages it.
        let queue = move |session: &mut Session<'_>| {
            let mut behind = Vec::new();
            for (group, members) in members {
                if note_compared(session, &group, &members)? {
                    behind.push(group);
                }
            }
            Ok(behind)
        };
        self.machine.step(Durability::Relaxed, queue).await
    }
}

impl Inner {
    /// Brings the identity logs of the members of groups, and of those who are to join them, up to date: a change of
    /// members names the newest state of each. Answers the states that each group knows now.
    pub(crate) async fn refresh_members(
        self: &Arc<Self>,
        groups: &[GroupId],
        joining: &[InboxId],
    ) -> Result<Vec<(GroupId, Membership)>, ClientError> {
        let wanted = groups.to_vec();
        let membership = move |session: &mut Session<'_>| {
            wanted.into_iter().map(|group| session.membership(&group).map(|members| (group, members))).collect()
        };
        let members: Vec<(GroupId, Membership)> = self.machine.step(Durability::Relaxed, membership).await?;
        // ID.R62
        let everyone: BTreeSet<InboxId> =
            members.iter().flat_map(|(_, members)| members.keys()).chain(joining).copied().collect();
        self.machine.ledger.refresh(&self.machine, everyone.into_iter().collect()).await?;
        Ok(members)
    }
}

/// Groups in which installations were not compared for long: those that have news, and of the others some, the longest
/// first.
///
/// Where nothing happens nobody else may ever come to compare them, and an installation that was revoked could still
/// write there.
pub(crate) fn due(rows: &[GroupRow], with_news: HashSet<&GroupId>, now: Timestamp) -> Vec<GroupId> {
    // ID.R65
    let since = |row: &GroupRow| row.installations_checked_at.max(row.created_at);
    let is_due = |row: &&GroupRow| is_compared(row) && now.since(since(row)) >= WHILE_SYNCING;
    let (lively, mut quiet): (Vec<_>, Vec<_>) = rows.iter().filter(is_due).partition(|row| with_news.contains(&row.id));
    quiet.sort_by_key(|row| since(row));
    lively.into_iter().chain(quiet.into_iter().take(OVERDUE_AT_ONCE)).map(|row| row.id.clone()).collect()
}

/// Notes that a group was compared now, and queues a commit if the ledger has moved on. Says whether it has.
fn note_compared(session: &mut Session<'_>, group: &GroupId, members: &Membership) -> Result<bool, EngineError> {
    let row = session.tx().group(group)?;
    if let Some(mut row) = row {
        row.installations_checked_at = session.now();
        session.tx().put_group(&row)?;
    }
    let is_behind = has_moved_on(&mut **session.tx(), members)?;
    if is_behind {
        session.queue(group, &Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() })?;
    }
    Ok(is_behind)
}

/// Whether installations are compared in a conversation at all. In a sync group they are when something is told there,
/// and one that carried a control message has done its work.
fn is_compared(row: &GroupRow) -> bool {
    row.status == GroupStatus::Active && !row.kind.is_hidden()
}

fn has_moved_on(store: &mut (impl StoreRead + ?Sized), members: &Membership) -> Result<bool, StorageError> {
    for (inbox, known) in members {
        if store.latest_identity(inbox)?.is_some_and(|newest| newest > *known) {
            return Ok(true);
        }
    }
    Ok(false)
}
