//! What all scenarios of a run share: a node and the chain it asks.
use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use tokio::sync::Mutex;
use xmtp_client::Chains;
use xmtp_node::{DataLocation, Node, NodeConfig, RunningNode};

use crate::chain::Chain;

/// A node that can be stopped and started again, and a chain.
#[derive(Debug)]
pub(crate) struct Network {
    config: NodeConfig,
    node: Mutex<Option<RunningNode>>,
    chain: Arc<Chain>,
}

impl Network {
    /// Starts both; the node keeps what it knows in a folder of `folder`.
    pub(crate) async fn start(folder: &Path) -> Result<Arc<Self>> {
        let chain = Chain::start().await?;
        let mut config = NodeConfig::local(DataLocation::Folder(folder.join("node")));
        config.web = None;
        config.chains = Chains::none().with_endpoint(chain.id(), chain.url())?;
        let node = Mutex::new(Some(Node::start(config.clone()).await?));
        Ok(Arc::new(Self { config, node, chain }))
    }

    /// The chain that smart contract wallets are on.
    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
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
