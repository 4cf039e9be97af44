//! What all scenarios of a run share: a node and the chain it asks.
use std::{
    path::Path,
    sync::{Arc, Mutex as StdMutex, PoisonError, atomic::Ordering},
};

use anyhow::{Context, Result};
use tokio::sync::Mutex;
use xmtp_client::Chains;
use xmtp_node::{DataLocation, Node, NodeConfig, RunningNode};

use crate::{chain::Chain, driver::Driver};

/// A node that can be stopped and started again, and a chain.
#[derive(Debug)]
pub(crate) struct Network {
    config: NodeConfig,
    node: Mutex<Option<RunningNode>>,
    chain: Arc<Chain>,
    /// Processes of official clients that no scenario uses now.
    drivers: StdMutex<Vec<Arc<Driver>>>,
}

/// A process is used by so many scenarios, one after the other. Starting one takes longer than most of them; in one that
/// is kept for long, clients that cannot be closed before 6.0 go on working.
const USES_OF_A_DRIVER: u64 = 8;

impl Network {
    /// Starts both; the node keeps what it knows in a folder of `folder`.
    pub(crate) async fn start(folder: &Path) -> Result<Arc<Self>> {
        let chain = Chain::start().await?;
        let mut config = NodeConfig::local(DataLocation::Folder(folder.join("node")));
        config.web = None;
        config.chains = Chains::none().with_endpoint(chain.id(), chain.url())?;
        let node = Mutex::new(Some(Node::start(config.clone()).await?));
        Ok(Arc::new(Self { config, node, chain, drivers: StdMutex::default() }))
    }

    /// The chain that smart contract wallets are on.
    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
    }

    /// A process of official clients that nobody else uses.
    pub(crate) async fn driver(&self, generation: &str) -> Result<Arc<Driver>> {
        let idle = self.drivers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(driver) => Ok(driver),
            None => Driver::start(generation).await,
        }
    }

    /// Keeps a process for the next scenario, unless it has been used enough.
    pub(crate) fn give_back(&self, driver: Arc<Driver>) {
        if driver.uses.fetch_add(1, Ordering::Relaxed) + 1 < USES_OF_A_DRIVER {
            self.drivers.lock().unwrap_or_else(PoisonError::into_inner).push(driver);
        }
    }

    /// Stops the node, and starts one with the same data in its place. Scenarios that do so are played alone.
    pub(crate) async fn restart_node(&self) -> Result<()> {
        let mut node = self.node.lock().await;
        node.take().context("the node is stopped")?.shutdown().await?;
        *node = Some(Node::start(self.config.clone()).await?);
        Ok(())
    }

    /// Stops the node for good.
    pub(crate) async fn stop(&self) -> Result<()> {
        let node = self.node.lock().await.take().context("the node is stopped")?;
        Ok(node.shutdown().await?)
    }
}
