//! An agent under test.
use super::{TestError, TestNetwork, user::PATIENCE};
use crate::{Agent, AgentBuilder, RunningAgent};
use std::{fmt, sync::Arc};
use xmtp_client::{
    Client, ClientError, GroupQuery, Identifier, InboxId, LocalWallet, MemoryStore, MessageOrder, MessageQuery, Signer,
    Store,
};

/// An agent that can be stopped, killed and started again, on a database of its own that outlives it.
pub struct TestAgent {
    identity: Identity,
    inbox: InboxId,
    running: Option<RunningAgent>,
}

/// Who an agent is, whether it runs or not.
pub(super) struct Identity {
    network: TestNetwork,
    wallet: Arc<LocalWallet>,
    store: Arc<dyn Store>,
}

impl Identity {
    pub(super) fn new(network: &TestNetwork) -> Result<Self, TestError> {
        let wallet = Arc::new(LocalWallet::generate().map_err(ClientError::from)?);
        Ok(Self { network: network.clone(), wallet, store: Arc::new(MemoryStore::new()) })
    }

    fn builder(&self) -> AgentBuilder {
        Agent::builder(Arc::clone(&self.wallet))
            .transport(self.network.transport())
            .clock(self.network.clock())
            .store(Arc::clone(&self.store))
    }
}

impl TestAgent {
    pub(super) async fn start_new(identity: Identity, build: impl FnOnce(Agent) -> Agent) -> Result<Self, TestError> {
        let running = build(identity.builder().build()?).start().await?;
        Ok(Self { identity, inbox: running.inbox_id(), running: Some(running) })
    }

    /// Its inbox.
    pub const fn inbox_id(&self) -> InboxId {
        self.inbox
    }

    /// The address of its wallet.
    pub fn address(&self) -> Identifier {
        self.identity.wallet.identifier()
    }

    /// The agent, while it runs.
    ///
    /// # Errors
    /// [`TestError::NotRunning`].
    pub fn running(&self) -> Result<&RunningAgent, TestError> {
        self.running.as_ref().ok_or(TestError::NotRunning)
    }

    /// Starts it again with the database it had, when it was stopped or has crashed; otherwise stops it first.
    ///
    /// # Errors
    /// [`TestError::Agent`] if it does not start.
    pub async fn start(&mut self, build: impl FnOnce(Agent) -> Agent) -> Result<(), TestError> {
        self.stop().await?;
        self.running = Some(build(self.identity.builder().build()?).start().await?);
        Ok(())
    }

    /// Stops it as a signal does: handlers that run come to their end. Nothing happens if it does not run.
    ///
    /// # Errors
    /// [`TestError::Agent`] if it had failed.
    pub async fn stop(&mut self) -> Result<(), TestError> {
        match self.running.take() {
            Some(running) => Ok(running.stop().await?),
            None => Ok(()),
        }
    }

    /// Ends it at once, wherever it is: what its handlers do is not finished, and not written down.
    pub async fn crash(&mut self) {
        if let Some(running) = self.running.take() {
            let client = running.client().clone();
            drop(running);
            client.close().await;
        }
    }

    /// Returns when the agent has handled everything that was said to it by now.
    ///
    /// # Errors
    /// [`TestError::NotRunning`]; [`TestError::Busy`] if that takes longer than any test should.
    pub async fn settle(&self) -> Result<(), TestError> {
        let running = self.running()?;
        running.client().conversations().sync_all().await?;
        let newest = newest_of_others(running.client()).await?;
        let mut backlog = running.backlog();
        let settled = backlog.wait_for(|backlog| backlog.read >= newest && backlog.open == 0);
        match tokio::time::timeout(PATIENCE, settled).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_ended)) => Err(TestError::NotRunning),
            Err(_) => Err(TestError::Busy(PATIENCE)),
        }
    }
}

/// The position of the newest message that somebody else sent.
async fn newest_of_others(client: &Client) -> Result<u64, ClientError> {
    let mut newest = 0;
    for conversation in client.conversations().list(GroupQuery::default()).await? {
        let others = MessageQuery {
            excluded_senders: vec![client.inbox_id()],
            order: MessageOrder::Stored,
            ..MessageQuery::default()
        };
        let last = conversation.messages(others).await?.pop();
        newest = newest.max(last.map_or(0, |message| message.position));
    }
    Ok(newest)
}

impl fmt::Debug for TestAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAgent").field("inbox", &self.inbox).field("running", &self.running).finish_non_exhaustive()
    }
}
