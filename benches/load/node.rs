//! The node, in a process of its own.
use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
};
use xmtp_node::{DataLocation, Node, NodeConfig};

/// The core that the node runs on, where the machine lets one choose.
const CORE: &str = "1";
/// How often a second the system counts processor time (`sysconf(_SC_CLK_TCK)`, a constant of Linux's interface).
const TICKS: u32 = 100;

/// A running node. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Handle {
    /// Where it is reached.
    pub(crate) url: String,
    process: Child,
    _folder: TempDir,
}

/// Serves until standard input ends.
///
/// # Errors
/// If the port or the folder cannot be used.
pub(crate) async fn serve(data: PathBuf) -> Result<()> {
    let mut config = NodeConfig::ephemeral();
    config.data = DataLocation::Folder(data);
    config.web = None;
    let node = Node::start(config).await?;
    println!("{}", node.addresses().native);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while lines.next_line().await?.is_some() {}
    Ok(node.shutdown().await?)
}

impl Handle {
    /// Starts a node with an empty log on the disk.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) async fn start() -> Result<Self> {
        let folder = tempfile::tempdir_in(".").context("no folder for the log")?;
        let program = std::env::current_exe().context("this program has no path")?;
        let mut command = if can_pin() {
            let mut pinned = tokio::process::Command::new("taskset");
            pinned.args(["--cpu-list", CORE]).arg(program);
            pinned
        } else {
            tokio::process::Command::new(program)
        };
        command.arg("node").arg("--data").arg(folder.path().join("log"));
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().context("no node")?;
        let mut lines = BufReader::new(process.stdout.take().context("no standard output")?).lines();
        let address = lines.next_line().await?.context("the node ended before it was ready")?;
        Ok(Self { url: format!("http://{address}"), process, _folder: folder })
    }

    /// Processor time that it took until now, its own and the system's for it; nothing where the system does not tell.
    pub(crate) fn processor_time(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()?)).ok()?;
        // The name of the program stands in parentheses and may hold anything; the 12th and 13th field after it count.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let own: u32 = fields.next()?.parse().ok()?;
        let system: u32 = fields.next()?.parse().ok()?;
        Some(Duration::from_secs(1) * (own + system) / TICKS)
    }
}

/// Whether a process can be kept on the core.
fn can_pin() -> bool {
    Command::new("taskset").args(["--cpu-list", CORE, "true"]).output().is_ok_and(|output| output.status.success())
}
