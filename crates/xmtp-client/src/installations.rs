//! Keeping the installations in a group in step with the identity ledger: new ones are let in, revoked ones go.
//!
//! Source of fact: released clients compare before a send if they last did so five seconds ago, and every half hour
//! while syncing.
use crate::{ClientError, client::Inner, lane::Lane};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    sync::atomic::Ordering,
    time::Duration,
};
use xmtp_mls::Intent;
use xmtp_storage::{Durability, GroupQuery, GroupRow, GroupStatus, StorageError};
use xmtp_types::{GroupId, InboxId, SequenceId, Timestamp};

/// How old a comparison may be when something is sent.
const BEFORE_SEND: Duration = Duration::from_secs(5);
/// How old a comparison may be when a group is synced.
const WHILE_SYNCING: Duration = Duration::from_secs(30 * 60);
/// Quiet groups compared with one sync of everything: each costs requests, and there may be a thousand.
const OVERDUE_AT_ONCE: usize = 32;
/// How long after a send a client that is not live looks whether members could read it.
const AFTER_SEND: Duration = Duration::from_millis(500);

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
                Some(_) => drop(self.queue_if_behind(group).await?),
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
            let lane = self.lanes.of(group);
            let _turn = lane.turn.lock().await;
            self.drive(group).await?;
        }
        Ok(())
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
        let members = self.refresh_members(group, &[]).await?;
        let is_behind = self.machine.read(move |store| has_moved_on(store, &members)).await?;
        let wanted = group.clone();
        let note = move |session: &mut xmtp_mls::Session<'_>| {
            let row = session.tx().group(&wanted)?;
            if let Some(mut row) = row {
                row.installations_checked_at = session.now();
                session.tx().put_group(&row)?;
            }
            if is_behind {
                session.queue(&wanted, &Intent::UpdateMembers { add: Vec::new(), remove: Vec::new() })?;
            }
            Ok(())
        };
        self.machine.step(Durability::Full, note).await?;
        Ok(is_behind)
    }
}

impl Inner {
    /// Brings the identity logs of a group's members, and of those who are to join them, up to date: a change of members
    /// names the newest state of each. Answers the states that the group knows now.
    pub(crate) async fn refresh_members(
        self: &Arc<Self>,
        group: &GroupId,
        joining: &[InboxId],
    ) -> Result<BTreeMap<InboxId, SequenceId>, ClientError> {
        let wanted = group.clone();
        let members = self.machine.step(Durability::Relaxed, move |session| session.membership(&wanted)).await?;
        // ID.R62
        let everyone: BTreeSet<InboxId> = members.keys().chain(joining).copied().collect();
        self.machine.ledger.refresh(&self.machine, everyone.into_iter().collect()).await?;
        Ok(members)
    }
}

/// Groups in which nothing happens, and in which installations were not compared for long: the longest first.
///
/// Nobody else may ever come to compare them, and an installation that was revoked could still write there.
pub(crate) fn overdue(rows: &[GroupRow], now: Timestamp) -> Vec<GroupId> {
    // ID.R65
    let since = |row: &GroupRow| row.installations_checked_at.max(row.created_at);
    let is_overdue = |row: &&GroupRow| is_compared(row) && now.since(since(row)) >= WHILE_SYNCING;
    let mut rows: Vec<&GroupRow> = rows.iter().filter(is_overdue).collect();
    rows.sort_by_key(|row| since(row));
    rows.into_iter().take(OVERDUE_AT_ONCE).map(|row| row.id.clone()).collect()
}

/// Whether installations are compared in a conversation at all. In a sync group they are when something is told there,
/// and one that carried a control message has done its work.
fn is_compared(row: &GroupRow) -> bool {
    row.status == GroupStatus::Active && !row.kind.is_hidden()
}

fn has_moved_on(
    store: &mut dyn xmtp_storage::StoreRead,
    members: &BTreeMap<InboxId, SequenceId>,
) -> Result<bool, StorageError> {
    for (inbox, known) in members {
        if store.latest_identity(inbox)?.is_some_and(|newest| newest > *known) {
            return Ok(true);
        }
    }
    Ok(false)
}
