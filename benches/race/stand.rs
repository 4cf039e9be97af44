//! Where a lap is run: one contender, a folder of its own, and what all laps share.
use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    contender::{Answer, Contender, Entrant},
    machine::copy_folder,
    track::Track,
};

/// The surroundings of one lap.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) track: Arc<Track>,
    pub(crate) entrant: Entrant,
    folder: PathBuf,
    requests: Mutex<Option<u64>>,
}

/// A user of a contender, in a process that it may share with others.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) process: Arc<Contender>,
    pub(crate) folder: PathBuf,
    pub(crate) inbox: String,
    key: String,
}

/// A database in a state that laps begin from, each with a copy of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prepared {
    /// The wallet's key.
    pub(crate) key: String,
    pub(crate) folder: PathBuf,
    /// Conversations that a lap is about.
    pub(crate) conversations: Vec<String>,
}

impl Stand {
    /// A place for a lap that leaves nothing behind in `folder`.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub(crate) fn new(track: Arc<Track>, entrant: Entrant, folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { track, entrant, folder, requests: Mutex::new(None) })
    }

    /// A process of the contender.
    pub(crate) async fn process(&self) -> Result<Arc<Contender>> {
        Ok(Arc::new(Contender::start(&self.entrant).await?))
    }

    /// Opens a new user in `process`: what is measured is its creation and registration.
    pub(crate) async fn newcomer(&self, process: &Arc<Contender>) -> Result<(Seat, Answer)> {
        let key = self.track.new_key();
        let folder = self.folder.join(&key);
        self.open(process, key, folder).await
    }

    /// Opens a copy of a database.
    pub(crate) async fn seated(&self, process: &Arc<Contender>, prepared: &Prepared) -> Result<(Seat, Answer)> {
        let folder = self.copy_of(prepared)?;
        self.open(process, prepared.key.clone(), folder).await
    }

    /// Opens the database in `folder`.
    pub(crate) async fn open(&self, process: &Arc<Contender>, key: String, folder: PathBuf) -> Result<(Seat, Answer)> {
        let answer = process.ask(&key, "open", json!({ "key": key, "folder": folder })).await?;
        let seat = Seat { process: Arc::clone(process), folder, inbox: answer.text("inbox")?, key };
        Ok((seat, answer))
    }

    /// A copy of a prepared database.
    pub(crate) fn copy_of(&self, prepared: &Prepared) -> Result<PathBuf> {
        let folder = self.folder.join(self.track.new_key());
        copy_folder(&prepared.folder, &folder)?;
        Ok(folder)
    }

    /// Does work that is measured: its requests are counted, if any are in this lap.
    pub(crate) async fn timed<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let before = self.track.node.requests().await?;
        let done = work.await?;
        if let (Some(before), Some(after)) = (before, self.track.node.requests().await?) {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            *requests = Some(requests.unwrap_or_default() + after.saturating_sub(before));
        }
        Ok(done)
    }

    /// How many requests the timed work made, if they were counted.
    pub(crate) fn requests(&self) -> Option<u64> {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of this contender that was kept under `name` in an earlier lap.
    pub(crate) fn known(&self, name: &str) -> Option<Prepared> {
        self.track.prepared(&self.track.prepared_folder(self.entrant.name(), name))
    }

    /// Ends the user's process, and keeps its database under `name` for laps to begin from.
    ///
    /// # Errors
    /// If it cannot be closed or copied.
    pub(crate) async fn keep(&self, name: &str, seat: Seat, conversations: Vec<String>) -> Result<Prepared> {
        let Seat { process, folder, key, .. } = seat;
        process.ask(&key, "close", json!({})).await?;
        if let Some(process) = Arc::into_inner(process) {
            process.end().await;
        }
        let kept = self.track.prepared_folder(self.entrant.name(), name);
        copy_folder(&folder, &kept)?;
        let prepared = Prepared { key, folder: kept.clone(), conversations };
        self.track.keep_prepared(kept, prepared.clone());
        Ok(prepared)
    }

    /// `count`, as the race is scaled; never below 1.
    pub(crate) fn scaled(&self, count: usize) -> usize {
        self.track.scale.of(count)
    }

    /// As [`Stand::scaled`], of members in a group: never below 4.
    pub(crate) fn members(&self, count: usize) -> usize {
        self.scaled(count).max(4)
    }
}

impl Seat {
    /// Lets the user do `what`.
    ///
    /// # Errors
    /// What the contender reports.
    pub(crate) async fn ask(&self, what: &str, arguments: Value) -> Result<Answer> {
        self.process.ask(&self.key, what, arguments).await
    }

    /// Lets the user create groups.
    ///
    /// # Errors
    /// What the contender reports.
    pub(crate) async fn groups(&self, members: &[String], count: usize) -> Result<Vec<String>> {
        self.ask("groups", json!({ "members": members, "count": count })).await?.list("conversations")
    }
}
