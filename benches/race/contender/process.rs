//! A contender as the race sees it: a process of its own, asked in lines.
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::process::Command;
use xmtp_node::LOCAL_NATIVE_PORT;

use crate::child::Child;

/// Who takes part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Entrant {
    /// Our client.
    Ours,
    /// The official client of a version, installed in a folder.
    Official {
        /// Its version.
        version: String,
        /// The folder whose `node_modules` has it.
        folder: PathBuf,
    },
}

impl Entrant {
    /// A name for people and for folders.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Ours => "ours",
            Self::Official { version, .. } => version,
        }
    }
}

/// A contender's process. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Contender {
    child: Child,
}

/// What a contender says, and what it took by its own clocks.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The answer itself.
    pub(crate) value: Value,
    /// Time on the wall, in milliseconds.
    pub(crate) wall: f64,
    /// Processor time of the process meanwhile, in milliseconds.
    pub(crate) cpu: f64,
    /// Processor time of the process since it began, in milliseconds.
    pub(crate) process_cpu: f64,
}

impl Contender {
    /// Starts a process of `entrant`, which dials the node where all contenders do.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) async fn start(entrant: &Entrant) -> Result<Self> {
        let node = format!("http://localhost:{LOCAL_NATIVE_PORT}");
        match entrant {
            Entrant::Ours => Self::ours("our client", &node).await,
            Entrant::Official { version, folder } => {
                let driver = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("race/official/driver.mjs");
                let mut command = Command::new("node");
                command.arg(driver).arg(folder).arg(&node);
                Ok(Self { child: Child::start(format!("official client {version}"), &mut command).await? })
            }
        }
    }

    /// Starts a process of our client that dials `node`, to play whoever else a race needs.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) async fn peers(node: &str) -> Result<Self> {
        Self::ours("peers", node).await
    }

    async fn ours(name: &str, node: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe().context("this program has no path")?);
        command.args(["contender", "--node", node]);
        Ok(Self { child: Child::start(name, &mut command).await? })
    }

    /// Lets `user` do `what`, with these arguments.
    ///
    /// # Errors
    /// What the contender reports.
    pub(crate) async fn ask(&self, user: &str, what: &str, arguments: Value) -> Result<Answer> {
        let mut request = json!({ "as": user, "do": what });
        if let (Value::Object(into), Value::Object(from)) = (&mut request, arguments) {
            into.extend(from);
        }
        let answer = self.child.ask(&request).await?;
        let milliseconds = |name| answer.get(name).and_then(Value::as_f64).unwrap_or_default() / 1e6;
        Ok(Answer {
            value: answer.get("ok").cloned().unwrap_or_default(),
            wall: milliseconds("wallNs"),
            cpu: milliseconds("cpuNs"),
            process_cpu: milliseconds("processCpuNs"),
        })
    }

    /// Its process id, while it runs.
    ///
    /// # Errors
    /// If it has ended.
    pub(crate) fn id(&self) -> Result<u32> {
        self.child.id().context("the contender has ended")
    }

    /// Ends it, in good order where it can.
    pub(crate) async fn end(self) {
        self.child.end().await;
    }
}

impl Answer {
    /// Text of the field `name`.
    pub(crate) fn text(&self, name: &str) -> Result<String> {
        let found = self.value.get(name).and_then(Value::as_str);
        found.map(str::to_owned).with_context(|| format!("the answer {} has no {name}", self.value))
    }

    /// Number of the field `name`.
    pub(crate) fn number(&self, name: &str) -> Result<f64> {
        self.value.get(name).and_then(Value::as_f64).with_context(|| format!("the answer has no {name}"))
    }

    /// List of the field `name`, of any type.
    pub(crate) fn list<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Vec<T>> {
        let found = self.value.get(name).cloned().unwrap_or_default();
        serde_json::from_value(found).with_context(|| format!("the answer has no list {name}"))
    }
}
