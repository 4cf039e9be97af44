//! The node as the race sees it: a process on the second core, with a log that stays when it is started again.
use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::{process::Command, sync::RwLock};

use crate::child::Child;

/// The core that the node runs on, where the machine lets one choose.
const CORE: &str = "1";

/// How contenders reach the node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// With nothing between.
    Direct,
    /// Through a relay that counts, and delays by this round trip.
    Counted(Duration),
}

/// A running node.
#[derive(Debug)]
pub(crate) struct NodeHandle {
    data: PathBuf,
    side_door: u16,
    running: RwLock<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    way: Way,
    child: Child,
}

impl NodeHandle {
    /// Starts a node whose log is in a folder of `folder`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) async fn start(folder: &Path, way: Way) -> Result<Self> {
        let side_door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let node = Self { data: folder.join("node"), side_door, running: RwLock::new(None) };
        node.change_way(way).await?;
        Ok(node)
    }

    /// Where peers reach it, whatever the way of contenders is.
    pub(crate) fn side_door(&self) -> String {
        format!("http://localhost:{}", self.side_door)
    }

    /// Starts it again, with the same data, where contenders reach it another way.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) async fn change_way(&self, way: Way) -> Result<()> {
        let mut running = self.running.write().await;
        if running.as_ref().is_some_and(|running| running.way == way) {
            return Ok(());
        }
        if let Some(old) = running.take() {
            old.child.end().await;
        }
        let child = Child::start("the node", &mut self.command(way)?).await?;
        *running = Some(Running { way, child });
        Ok(())
    }

    /// How many requests contenders made until now; nothing where they are not counted.
    ///
    /// # Errors
    /// If the node has ended.
    pub(crate) async fn requests(&self) -> Result<Option<u64>> {
        match &*self.running.read().await {
            Some(Running { way: Way::Counted(_), child }) => {
                Ok(child.ask(&json!({ "do": "count" })).await?.get("requests").and_then(Value::as_u64))
            }
            _ => Ok(None),
        }
    }

    /// Ends it in good order.
    pub(crate) async fn end(&self) {
        if let Some(running) = self.running.write().await.take() {
            running.child.end().await;
        }
    }

    fn command(&self, way: Way) -> Result<Command> {
        let race = std::env::current_exe().context("this program has no path")?;
        let mut command = if can_pin() {
            let mut pinned = Command::new("taskset");
            pinned.args(["--cpu-list", CORE]).arg(race);
            pinned
        } else {
            Command::new(race)
        };
        command.arg("node").arg("--data").arg(&self.data).args(["--side-door", &self.side_door.to_string()]);
        if let Way::Counted(round_trip) = way {
            command.args(["--counted", "--rtt", &round_trip.as_millis().to_string()]);
        }
        Ok(command)
    }
}

/// Whether a process can be kept on the core.
fn can_pin() -> bool {
    std::process::Command::new("taskset")
        .args(["--cpu-list", CORE, "true"])
        .output()
        .is_ok_and(|output| output.status.success())
}
