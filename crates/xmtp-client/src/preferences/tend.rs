//! Keeping the preferences of the user's installations the same.
use crate::{ClientError, client::Inner, maintain::Due};
use futures::{StreamExt, stream};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Mutex;
use xmtp_storage::{ConversationKind, Durability, GroupQuery};
use xmtp_types::GroupId;

/// Conversations that a new installation is let into at a time, as released clients do.
const CONCURRENT_GROUPS: usize = 10;

/// Who tells the user's other installations: one task at a time.
#[derive(Debug)]
pub(crate) struct Tending {
    is_on: bool,
    turn: Mutex<()>,
    has_sync_group: AtomicBool,
}

impl Tending {
    /// Tells them, if it `is_on`.
    pub(crate) fn new(is_on: bool) -> Self {
        Self { is_on, turn: Mutex::default(), has_sync_group: AtomicBool::new(!is_on) }
    }
}

impl Inner {
    /// The worker: lets a new installation of the user in, and tells the others what was decided here.
    pub(crate) async fn tend_preferences(self: Arc<Self>) -> Result<Due, ClientError> {
        self.tell_preferences().await?;
        Ok(Due::WhenWoken)
    }

    /// Does by a task of its own what the worker does, if there is something to tell and no worker to do it.
    pub(crate) fn tell_in_background(self: &Arc<Self>) {
        if self.live.initialized() || !self.machine.take_untold() {
            return;
        }
        let inner = Arc::clone(self);
        self.spawn(async move {
            if let Err(error) = inner.tell_preferences().await {
                tracing::debug!(%error, "the user's other installations could not be told; it is with the next sync");
            }
        });
    }

    /// Reads what the user's other installations have told, and tells them what was decided here.
    pub(crate) async fn sync_preferences(self: &Arc<Self>) -> Result<(), ClientError> {
        self.sync_welcomes().await?;
        self.tell_preferences().await?;
        let query = GroupQuery { kind: Some(ConversationKind::Sync), is_active: Some(true), ..GroupQuery::default() };
        for row in self.machine.read(move |store| store.groups(&query)).await? {
            self.sync_group(&row.id).await?;
        }
        Ok(())
    }

    pub(crate) async fn tell_preferences(self: &Arc<Self>) -> Result<(), ClientError> {
        let _turn = self.tending.turn.lock().await;
        // PREF.R12
        if !self.tending.is_on {
            let keep = |session: &mut xmtp_mls::Session<'_>| session.keep_preferences_to_oneself();
            return self.machine.step(Durability::Relaxed, keep).await;
        }
        self.welcome_newcomers().await?;
        if !self.tending.has_sync_group.load(Ordering::Relaxed) {
            let group = self.machine.step_fetching(Durability::Full, |session| session.sync_group()).await?;
            self.drive_sync_group(group).await?;
            self.tending.has_sync_group.store(true, Ordering::Relaxed);
        }
        let group = self.machine.step_fetching(Durability::Full, |session| session.tell_preferences()).await?;
        self.drive_sync_group(group).await
    }

    /// Lets an installation of the user that is new into the conversations there are.
    async fn welcome_newcomers(self: &Arc<Self>) -> Result<(), ClientError> {
        let conversations = |session: &mut xmtp_mls::Session<'_>| session.newcomers_conversations();
        let Some(groups) = self.machine.step(Durability::Relaxed, conversations).await? else { return Ok(()) };
        let mut results = stream::iter(groups)
            .map(|group| async move { self.update_installations(&group).await })
            .buffer_unordered(CONCURRENT_GROUPS);
        while let Some(result) = results.next().await {
            match result {
                Err(error) if error.is_network() => return Err(error),
                // It follows when somebody writes there.
                Err(error) => tracing::debug!(%error, "a new installation of the user was not let into a conversation"),
                Ok(()) => {}
            }
        }
        self.machine.step(Durability::Full, |session| session.newcomer_welcomed()).await
    }

    async fn drive_sync_group(self: &Arc<Self>, group: Option<GroupId>) -> Result<(), ClientError> {
        let Some(group) = group else { return Ok(()) };
        let lane = self.lanes.of(&group);
        let _turn = lane.turn.lock().await;
        self.drive(&group).await
    }
}
