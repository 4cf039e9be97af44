//! The node's own process.
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use clap::Args;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use xmtp_node::{DataLocation, LOCAL_NATIVE_PORT, Node, NodeConfig};

use super::relay::Relay;

/// What the process is told.
#[derive(Args, Debug)]
pub(crate) struct NodeOptions {
    /// Folder of its log
    #[arg(long)]
    data: PathBuf,
    /// A port at which peers reach it without delay and uncounted
    #[arg(long)]
    side_door: u16,
    /// Stand behind a relay that counts requests
    #[arg(long)]
    counted: bool,
    /// Round trip that the relay adds, in milliseconds
    #[arg(long, default_value_t = 0)]
    rtt: u64,
}

/// Serves until standard input ends. Each line that comes asks how many requests there were.
///
/// # Errors
/// If a port or the folder cannot be used.
pub(crate) async fn serve(options: NodeOptions) -> Result<()> {
    let any = local(0);
    let front = local(LOCAL_NATIVE_PORT);
    let mut config = NodeConfig::local(DataLocation::Folder(options.data));
    config.web = None;
    config.native = if options.counted { any } else { front };
    let node = Node::start(config).await?;
    let native = node.addresses().native;
    let requests = Arc::new(AtomicU64::new(0));
    if options.counted {
        let round_trip = Duration::from_millis(options.rtt);
        Relay { node: native, round_trip, requests: Arc::clone(&requests) }.start(front).await?;
    }
    Relay { node: native, round_trip: Duration::ZERO, requests: Arc::default() }
        .start(local(options.side_door))
        .await?;

    println!("{}", json!({ "ready": true }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while lines.next_line().await?.is_some() {
        println!("{}", json!({ "requests": requests.load(Ordering::Relaxed) }));
    }
    Ok(node.shutdown().await?)
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
