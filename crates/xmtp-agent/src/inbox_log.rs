//! What was handled, durable: an agent that comes back goes on where it stopped.
//!
//! Messages have positions in the order in which the client stored them, and so have conversations. Both are handled out of
//! order, because conversations are handled side by side, so what is kept of each is the newest position that was begun or
//! handled, and which up to it are still open; of those, which were begun.
//!
//! ```text
//! unread ──given──▶ waiting ──begun──▶ begun ──handled──▶ (forgotten)
//!                      ▲                 │
//!                      └── put back ─────┘   the stop came first
//! ```
//!
//! That something is begun is written before its handlers run, that it is handled afterwards. So whatever the end was like,
//! what comes again is what is open, and what may have been handled before is what had begun: after a stop for which all
//! handlers ended there is none, after a crash at most as many as run side by side.
use crate::{AgentError, Backlog};
use std::collections::BTreeMap;
use xmtp_client::{Client, StreamPosition};

/// Where the log is kept, among the application's values in the agent's own database.
pub(crate) const KEY: &[u8] = b"xmtp-agent/inbox-log";
/// The form of the bytes.
const VERSION: u8 = 2;
/// The form that knew of messages alone: the newest that was given, then those up to it that were open.
const FIRST_VERSION: u8 = 1;

/// Which messages and which new conversations are handled.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct InboxLog {
    pub(crate) messages: Track,
    pub(crate) conversations: Track,
}

/// Which of the things that have positions are handled.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Track {
    /// The newest that was given.
    given: u64,
    /// The newest that was begun or handled: what is kept ends here, and what lies behind is read again.
    reached: u64,
    open: BTreeMap<u64, Progress>,
}

/// How far something that is not handled has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    /// It waits.
    Waiting,
    /// Its handlers were begun.
    Begun,
    /// Its handlers were begun by an agent that has ended since.
    BegunBefore,
}

impl Track {
    /// A track in which all up to `newest` is handled.
    pub(crate) const fn starting_after(newest: u64) -> Self {
        Self { given: newest, reached: newest, open: BTreeMap::new() }
    }

    /// Where to begin reading so that everything that is not handled is read.
    pub(crate) fn resume_from(&self) -> StreamPosition {
        match self.open.first_key_value() {
            Some((oldest, _)) => StreamPosition::After(oldest.saturating_sub(1)),
            None => StreamPosition::After(self.given),
        }
    }

    /// Up to where things were read, and how many of them are not handled.
    pub(crate) fn backlog(&self) -> (u64, usize) {
        (self.given, self.open.len())
    }

    /// Something is read. Says whether it is yet to be handled.
    pub(crate) fn given(&mut self, position: u64) -> bool {
        if position <= self.given {
            return self.open.contains_key(&position);
        }
        self.given = position;
        self.open.insert(position, Progress::Waiting);
        true
    }

    /// Its handlers are about to run. Says whether they may have run before.
    pub(crate) fn begun(&mut self, position: u64) -> bool {
        self.reached = self.reached.max(position);
        let before = self.open.insert(position, Progress::Begun);
        before == Some(Progress::BegunBefore)
    }

    /// Its handlers did not run after all.
    pub(crate) fn put_back(&mut self, position: u64, is_repeat: bool) {
        let progress = if is_repeat { Progress::BegunBefore } else { Progress::Waiting };
        self.open.insert(position, progress);
    }

    /// It is handled.
    pub(crate) fn handled(&mut self, position: u64) {
        self.reached = self.reached.max(position);
        self.open.remove(&position);
    }

    /// The newest position that was reached, how many are open up to it, and each with whether it was begun; numbers
    /// big-endian.
    fn write(&self, bytes: &mut Vec<u8>) {
        let open = || self.open.range(..=self.reached);
        bytes.extend(self.reached.to_be_bytes());
        bytes.extend(u64::try_from(open().count()).unwrap_or(u64::MAX).to_be_bytes());
        for (position, progress) in open() {
            bytes.extend(position.to_be_bytes());
            bytes.push(u8::from(*progress != Progress::Waiting));
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let reached = number(bytes)?;
        let mut track = Self::starting_after(reached);
        for _ in 0..number(bytes)? {
            let position = number(bytes)?;
            let (begun, rest) = bytes.split_first()?;
            *bytes = rest;
            track.put_back(position, *begun != 0);
        }
        Some(track)
    }

    /// Of a log in its first form, which does not say what had begun: all that was open may have.
    fn read_first_form(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[FIRST_VERSION])?;
        let mut track = Self::starting_after(number(&mut rest)?);
        while !rest.is_empty() {
            track.put_back(number(&mut rest)?, true);
        }
        Some(track)
    }
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_be_bytes(*number))
}

impl InboxLog {
    /// What was read and is not handled.
    pub(crate) fn backlog(&self) -> Backlog {
        let ((read, messages), (_, conversations)) = (self.messages.backlog(), self.conversations.backlog());
        Backlog { read, open: messages + conversations }
    }

    /// A version byte, then messages, then conversations.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        self.messages.write(&mut bytes);
        self.conversations.write(&mut bytes);
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let log = Self { messages: Track::read(&mut rest)?, conversations: Track::read(&mut rest)? };
        rest.is_empty().then_some(log)
    }
}

/// Reads the log. A database that had no agent before begins now: what is in it already is history.
pub(crate) async fn open(client: &Client) -> Result<InboxLog, AgentError> {
    let log = match client.value(KEY).await? {
        None => begin_now(client).await?,
        Some(bytes) => match InboxLog::from_bytes(&bytes) {
            Some(log) => return Ok(log),
            None => {
                let messages = Track::read_first_form(&bytes).ok_or(AgentError::DamagedLog)?;
                InboxLog { messages, ..begin_now(client).await? }
            }
        },
    };
    client.put_value(KEY, &log.to_bytes()).await?;
    Ok(log)
}

/// A log in which all that is stored by now is handled.
pub(crate) async fn begin_now(client: &Client) -> Result<InboxLog, AgentError> {
    Ok(InboxLog {
        messages: Track::starting_after(client.newest_position().await?),
        conversations: Track::starting_after(client.conversations().newest_position().await?),
    })
}

#[cfg(test)]
mod tests;
