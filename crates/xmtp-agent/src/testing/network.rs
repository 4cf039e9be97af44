//! A network in the process.
use super::{TestAgent, TestError, TestUser, agent::Identity};
use crate::Agent;
use std::{sync::Arc, time::Duration};
use xmtp_client::{Client, ClientError, Clock, LocalTransport, LocalWallet, MovableClock, Transport};

/// A network in the process, and its time. Clones are the same network.
#[derive(Clone, Debug)]
pub struct TestNetwork {
    transport: LocalTransport,
    clock: MovableClock,
}

impl TestNetwork {
    /// A network on which nobody is.
    pub fn new() -> Self {
        let clock = MovableClock::default();
        let now = clock.clone();
        Self { transport: LocalTransport::with_clock(move || now.now()), clock }
    }

    /// The network as a client sees it.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.transport.clone())
    }

    /// The clock of all who are on it.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    /// Takes the network away from everybody: nobody can send or hear anything until it comes back.
    pub fn go_away(&self) {
        self.transport.go_away();
    }

    /// Brings the network back.
    pub fn come_back(&self) {
        self.transport.come_back();
    }

    /// Lets time pass for everybody.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Starts an agent of a new identity: `build` gives it its handlers.
    ///
    /// # Errors
    /// [`TestError::Agent`] if it does not start.
    pub async fn agent(&self, build: impl FnOnce(Agent) -> Agent) -> Result<TestAgent, TestError> {
        TestAgent::start_new(Identity::new(self)?, build).await
    }

    /// Somebody who writes to agents and hears what they say.
    ///
    /// # Errors
    /// [`TestError::Client`] if the operating system gives no random bytes.
    pub async fn user(&self) -> Result<TestUser, TestError> {
        let wallet = LocalWallet::generate().map_err(ClientError::from)?;
        let client = Client::builder(wallet).transport(self.transport()).clock(self.clock()).in_memory();
        TestUser::new(client.build().await?).await
    }
}

impl Default for TestNetwork {
    fn default() -> Self {
        Self::new()
    }
}
