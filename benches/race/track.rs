//! What all laps of a race share: the node, the people contenders talk to, and states that take long to make.
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Mutex as StdMutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{
    contender::{Answer, Contender},
    node::NodeHandle,
    stand::Prepared,
};

/// The user who talks to contenders.
const HOST: &str = "host";

/// How much smaller or larger than usual the counts of a race are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale(pub(crate) f64);

impl Scale {
    /// `count` at this scale, never below 1.
    pub(crate) fn of(self, count: usize) -> usize {
        ((count as f64 * self.0).round() as usize).max(1)
    }
}

/// A node with people on it.
#[derive(Debug)]
pub(crate) struct Track {
    pub(crate) node: NodeHandle,
    pub(crate) scale: Scale,
    folder: PathBuf,
    peers: Contender,
    crowd: Mutex<Vec<String>>,
    committers: Mutex<Vec<String>>,
    keys: AtomicU64,
    prepared: StdMutex<HashMap<PathBuf, Prepared>>,
}

impl Track {
    /// Starts the people on a node. Everything is kept in `folder`.
    ///
    /// # Errors
    /// If they cannot be started.
    pub(crate) async fn start(node: NodeHandle, folder: &Path, scale: Scale) -> Result<Self> {
        let track = Self {
            peers: Contender::peers(&node.side_door()).await?,
            node,
            scale,
            folder: folder.to_owned(),
            crowd: Mutex::new(Vec::new()),
            committers: Mutex::new(Vec::new()),
            keys: AtomicU64::new(1),
            prepared: StdMutex::default(),
        };
        track.open_peer(HOST).await?;
        Ok(track)
    }

    /// The key of a wallet that was not used before in this race.
    pub(crate) fn new_key(&self) -> String {
        format!("{:064x}", self.keys.fetch_add(1, Ordering::Relaxed) | 1 << 60)
    }

    /// Lets the host, a user of our client, do `what`.
    ///
    /// # Errors
    /// What it reports.
    pub(crate) async fn host(&self, what: &str, arguments: Value) -> Result<Answer> {
        self.peers.ask(HOST, what, arguments).await
    }

    /// Lets the host create groups.
    ///
    /// # Errors
    /// What it reports.
    pub(crate) async fn host_groups(&self, members: &[String], count: usize) -> Result<Vec<String>> {
        self.host("groups", json!({ "members": members, "count": count })).await?.list("conversations")
    }

    /// Inboxes of so many people who have registered and do nothing.
    ///
    /// # Errors
    /// If one cannot be registered.
    pub(crate) async fn crowd(&self, count: usize) -> Result<Vec<String>> {
        let mut crowd = self.crowd.lock().await;
        while crowd.len() < count {
            let name = format!("guest{}", crowd.len());
            crowd.push(self.open_peer(&name).await?);
            self.peers.ask(&name, "close", json!({})).await?;
        }
        Ok(crowd.iter().take(count).cloned().collect())
    }

    /// Inboxes of so many people who can be let to commit.
    ///
    /// # Errors
    /// If one cannot be registered.
    pub(crate) async fn committers(&self, count: usize) -> Result<Vec<String>> {
        let mut committers = self.committers.lock().await;
        while committers.len() < count {
            let name = committer(committers.len());
            committers.push(self.open_peer(&name).await?);
        }
        Ok(committers.iter().take(count).cloned().collect())
    }

    /// Lets so many of them join what they were invited to, and each commit once to `conversation`.
    ///
    /// # Errors
    /// What one of them reports.
    pub(crate) async fn let_commit(&self, count: usize, conversation: &str) -> Result<()> {
        for number in 0..count {
            let name = committer(number);
            self.peers.ask(&name, "syncAll", json!({})).await?;
            let rename = json!({ "conversation": conversation, "name": name });
            self.peers.ask(&name, "rename", rename).await?;
        }
        Ok(())
    }

    /// Where a prepared state is kept.
    pub(crate) fn prepared_folder(&self, contender: &str, name: &str) -> PathBuf {
        self.folder.join("prepared").join(contender).join(name)
    }

    /// The state kept in `folder`, if it was prepared.
    pub(crate) fn prepared(&self, folder: &Path) -> Option<Prepared> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(folder).cloned()
    }

    /// Keeps a state for the laps that follow.
    pub(crate) fn keep_prepared(&self, folder: PathBuf, prepared: Prepared) {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).insert(folder, prepared);
    }

    async fn open_peer(&self, name: &str) -> Result<String> {
        let folder = self.folder.join("peers").join(name);
        self.peers.ask(name, "open", json!({ "key": self.new_key(), "folder": folder })).await?.text("inbox")
    }
}

fn committer(number: usize) -> String {
    format!("committer{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_count_is_never_nothing() {
        assert_eq!(Scale(1.0).of(1_000), 1_000);
        assert_eq!(Scale(0.01).of(1_000), 10);
        assert_eq!(Scale(0.001).of(20), 1);
    }
}
