//! A node in a process of its own, which can be killed and goes on from its log.
use anyhow::{Context, Result, ensure};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};
use xmtp_node::{DataLocation, Node, NodeConfig};

/// A running node. Killed when it is dropped.
#[derive(Debug)]
pub(crate) struct NodeProcess {
    folder: PathBuf,
    address: SocketAddr,
    child: Child,
}

/// Serves until it is killed, or whoever started it is gone.
///
/// # Errors
/// If the node does not start.
pub(crate) async fn serve(folder: PathBuf, native: SocketAddr) -> Result<()> {
    let mut config = NodeConfig::local(DataLocation::Folder(folder));
    config.native = native;
    config.web = None;
    config.rate_limits = None;
    let node = Node::start(config).await?;
    let mut end = Vec::new();
    tokio::io::stdin().read_to_end(&mut end).await?;
    node.shutdown().await?;
    Ok(())
}

impl NodeProcess {
    /// Starts a node with its log below `folder`.
    ///
    /// # Errors
    /// If it does not come up.
    pub(crate) async fn start(folder: &Path) -> Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = free.local_addr()?;
        drop(free);
        let folder = folder.join("node");
        let child = spawn(&folder, address).await?;
        Ok(Self { folder, address, child })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it and starts it again at the same place.
    ///
    /// # Errors
    /// If it had ended by itself, or does not come up.
    pub(crate) async fn kill_and_start(&mut self) -> Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "the node ended by itself");
        self.child.kill()?;
        self.child.wait()?;
        self.child = spawn(&self.folder, self.address).await?;
        Ok(())
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn spawn(folder: &Path, address: SocketAddr) -> Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--node").arg(folder).arg(address.to_string()).stdin(Stdio::piped());
    let mut child = command.spawn().context("cannot start a node")?;
    while TcpStream::connect(address).await.is_err() {
        ensure!(child.try_wait()?.is_none(), "the node ended at once");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(child)
}
