//! What the kill test and the processes it kills say to each other: JSON lines over standard input and output.
//!
//! A line is written with one call before the process goes on, so a line that is missing when the process is dead was
//! never promised.
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

/// The first line to a process: what it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Part {
    /// A node.
    Node {
        /// The folder of its log.
        folder: PathBuf,
        /// Where it listens.
        native: SocketAddr,
    },
    /// A client, with a load of its own once it is told to start.
    Client(ClientPart),
    /// An agent, which handles what comes.
    Agent(AgentPart),
}

/// What an agent process is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct AgentPart {
    /// The folder of its database.
    pub folder: PathBuf,
    /// The key of its database, in hexadecimal characters.
    pub database_key: String,
    /// The secret key of its wallet, in hexadecimal characters.
    pub wallet: String,
    /// The URL of the node.
    pub url: String,
    /// Messages that it handles side by side.
    pub parallel: usize,
    /// Where its random numbers start.
    pub seed: u64,
}

/// What a client process is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ClientPart {
    /// Its name: the first word of every text it sends.
    pub name: String,
    /// The folder of its database.
    pub folder: PathBuf,
    /// The key of its database, in hexadecimal characters.
    pub database_key: String,
    /// The secret key of its wallet, in hexadecimal characters.
    pub wallet: String,
    /// The URL of the node.
    pub url: String,
    /// The position in its stream of messages to go on after.
    pub position: u64,
    /// The inbox that comes and goes, in hexadecimal characters.
    pub visitor: String,
    /// The groups in which it comes and goes, in hexadecimal characters.
    pub visited: Vec<String>,
    /// Where its random numbers start. Never given twice: it makes what it sends differ from all that was sent before.
    pub seed: u64,
    /// Tasks that send in each conversation.
    pub senders: u64,
    /// The longest pause between two messages of a task, in milliseconds.
    pub pause: u64,
    /// The longest pause between two commits, in milliseconds.
    pub commit_pause: u64,
}

/// A later line to a client process.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub enum Command {
    /// Send and commit until told otherwise.
    Start,
    /// Finish what was begun and begin nothing new.
    Rest,
    /// Sync everything.
    Sync,
    /// Show every conversation.
    Show,
}

/// A line from a process.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Report {
    /// It is up.
    Up,
    /// The network took a message.
    Sent(Text),
    /// A message is stored and promised for later.
    Queued(Text),
    /// Something did not work.
    Failed {
        /// What it was.
        what: String,
        /// Why.
        error: String,
        /// Whether the cause is that the node was away or others were faster.
        expected: bool,
    },
    /// A message of somebody else came out of the stream.
    Streamed {
        /// The position to go on after.
        position: u64,
        /// The message.
        text: Text,
    },
    /// The agent begins to handle something: the text of a message, or the id of a new conversation.
    Begun {
        /// What it is.
        what: String,
        /// Whether it was told that this may be a repeat.
        is_repeat: bool,
    },
    /// The agent has handled it.
    Done {
        /// What it was.
        what: String,
    },
    /// It rests.
    Resting,
    /// A sync is done.
    Synced {
        /// Conversations that had news, or something to send.
        changed: usize,
    },
    /// What it sees.
    Seen(BTreeMap<String, Seen>),
}

/// A message.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Text {
    /// Its conversation, in hexadecimal characters.
    pub group: String,
    /// Its id, in hexadecimal characters.
    pub id: String,
    /// What it says: never the same twice.
    pub says: String,
}

/// A conversation as one member sees it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Seen {
    /// Whether it can be written to.
    pub active: bool,
    /// Its epoch.
    pub epoch: u64,
    /// The epoch authenticator, in hexadecimal characters.
    pub authenticator: String,
    /// Its members, in hexadecimal characters.
    pub members: Vec<String>,
    /// Its application messages in their order.
    pub messages: Vec<SeenMessage>,
}

/// A message as one member sees it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SeenMessage {
    /// Its id, in hexadecimal characters.
    pub id: String,
    /// What it says.
    pub says: String,
    /// When the network took it, in nanoseconds since 1970.
    pub sent_at: u64,
    /// Whether the network has taken it.
    pub published: bool,
}
