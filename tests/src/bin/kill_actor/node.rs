//! A node.
use crate::{Lines, report};
use anyhow::Result;
use std::{net::SocketAddr, path::PathBuf};
use xmtp_node::{DataLocation, Node, NodeConfig};
use xmtp_tests::kill::Report;

/// Serves until it is killed, or whoever started it is gone.
pub(crate) async fn run(folder: PathBuf, native: SocketAddr, mut lines: Lines) -> Result<()> {
    let mut config = NodeConfig::local(DataLocation::Folder(folder));
    config.native = native;
    config.web = None;
    let node = Node::start(config).await?;
    report(&Report::Up);
    while lines.next_line().await?.is_some() {}
    node.shutdown().await?;
    Ok(())
}
