//! The world: a node on free ports, a folder that goes with it, and the users in it.
use crate::{TestClock, User, WorldError};
use tempfile::TempDir;
use xmtp_client::{Client, Environment, LocalWallet, Network};
use xmtp_node::{DataLocation, Node, NodeConfig, RunningNode};

/// A network in this process. Its folder goes when it is dropped.
#[derive(Debug)]
pub struct World {
    folder: TempDir,
    node: Option<RunningNode>,
    network: Network,
    /// The clock of every client in the world.
    pub clock: TestClock,
}

impl World {
    /// Starts a node on free ports with its log in a folder of its own.
    ///
    /// # Errors
    /// [`WorldError`] if it does not start.
    pub async fn new() -> Result<Self, WorldError> {
        let folder = TempDir::new()?;
        let mut config = NodeConfig::ephemeral();
        config.data = DataLocation::Folder(folder.path().join("node"));
        let node = Node::start(config).await?;
        let network = Network::at(Environment::Local, format!("http://{}", node.addresses().native));
        Ok(Self { folder, node: Some(node), network, clock: TestClock::default() })
    }

    /// Somebody new, registered.
    ///
    /// # Errors
    /// [`WorldError`] if the client cannot be registered.
    pub async fn user(&mut self, name: &str) -> Result<User, WorldError> {
        let folder = self.folder.path().join(name);
        User::open(name, LocalWallet::generate()?, folder, self.network.clone(), self.clock.clone()).await
    }

    /// Somebody new whose database is in memory.
    ///
    /// # Errors
    /// [`WorldError`] if the client cannot be registered.
    pub async fn passer_by(&self) -> Result<Client, WorldError> {
        Ok(Client::builder(LocalWallet::generate()?).network(self.network.clone()).in_memory().build().await?)
    }

    /// How clients reach the node.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Stops the node and starts it again on the same log and the same port.
    ///
    /// # Errors
    /// [`WorldError::Node`] if it does not stop or start.
    pub async fn restart_node(&mut self) -> Result<(), WorldError> {
        let Some(node) = self.node.take() else { return Ok(()) };
        let addresses = node.addresses();
        node.shutdown().await?;
        let mut config = NodeConfig::local(DataLocation::Folder(self.folder.path().join("node")));
        config.native = addresses.native;
        config.web = addresses.web;
        self.node = Some(Node::start(config).await?);
        Ok(())
    }
}
