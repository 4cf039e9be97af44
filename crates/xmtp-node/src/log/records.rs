//! What the log keeps, and what it tells those who follow it.
use super::{
    memory::Memory,
    page::{Page, Range},
};
use crate::error::LogError;
use bytes::Bytes;
use diesel::SqliteConnection;
use xmtp_types::{IdentifierKind, InboxId, InstallationId, SequenceId, Timestamp};

/// A record with its place in the log. Cheap to clone: payloads are shared.
#[derive(Clone, Debug)]
pub(crate) struct Logged<B> {
    /// Its number in its table.
    pub(crate) id: SequenceId,
    /// When the node took it; rises with the id.
    pub(crate) created: Timestamp,
    pub(crate) body: B,
}

/// A message or commit of a group, byte for byte as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct GroupMessage {
    pub(crate) group: Bytes,
    pub(crate) data: Bytes,
    pub(crate) sender_hmac: Bytes,
    pub(crate) should_push: bool,
    pub(crate) is_commit: bool,
}

/// A welcome, or a pointer to one.
#[derive(Clone, Debug)]
pub(crate) struct Welcome {
    /// An installation key, or the random destination that a pointer names.
    pub(crate) destination: Bytes,
    pub(crate) kind: WelcomeKind,
    pub(crate) data: Bytes,
    pub(crate) hpke_public_key: Bytes,
    /// The algorithm as its number on the wire.
    pub(crate) algorithm: i32,
    pub(crate) metadata: Bytes,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum WelcomeKind {
    Welcome,
    Pointer,
}

/// A key package that passed validation.
#[derive(Clone, Debug)]
pub(crate) struct KeyPackage {
    pub(crate) installation: InstallationId,
    pub(crate) data: Bytes,
}

/// An entry of the commit log, stored as given.
#[derive(Clone, Debug)]
pub(crate) struct CommitLogEntry {
    pub(crate) group: Bytes,
    pub(crate) entry: Bytes,
    pub(crate) signature: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
}

/// An identity update that passed validation, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct IdentityUpdate {
    pub(crate) inbox: InboxId,
    pub(crate) update: Vec<u8>,
    /// The state of the inbox after the update.
    pub(crate) state: Vec<u8>,
    pub(crate) addresses: Vec<AddressChange>,
}

/// An identifier that joined or left the inbox with an update.
#[derive(Clone, Debug)]
pub(crate) struct AddressChange {
    pub(crate) identifier: String,
    pub(crate) kind: IdentifierKind,
    pub(crate) joined: bool,
}

/// One request to append. It is applied as a whole or not at all.
#[derive(Debug)]
pub(crate) enum Append {
    GroupMessages(Vec<GroupMessage>),
    Welcomes(Vec<Welcome>),
    KeyPackage(KeyPackage),
    CommitLog(Vec<CommitLogEntry>),
    IdentityUpdate(IdentityUpdate),
}

/// What one transaction added that readers may wait for, in the order of ids.
#[derive(Debug, Default)]
pub(crate) struct Committed {
    pub(crate) group_messages: Vec<Logged<GroupMessage>>,
    pub(crate) welcomes: Vec<Logged<Welcome>>,
}

/// Hears of every transaction, in order, from the writer thread. It must not block.
pub(crate) trait Follower: Send + Sync {
    /// These records are durable.
    fn committed(&self, committed: &Committed);
    /// A transaction failed in a way that leaves open whether it is durable: look into the log.
    fn uncertain(&self);
}

/// A record that readers follow live, by topic.
pub(crate) trait Streamed: Clone + Send + Sync + 'static {
    /// The topic it belongs to.
    fn topic(&self) -> &Bytes;

    /// How many bytes of payload it holds.
    fn size(&self) -> usize;

    /// Reads a page of a topic.
    ///
    /// # Errors
    /// [`LogError`] if the database refuses or holds damaged values.
    fn page(conn: &mut SqliteConnection, topic: &[u8], range: Range) -> Result<Page<Logged<Self>>, LogError>;

    /// The newest record of a topic, if it can be told without reading the log.
    fn newest_known(memory: &Memory, topic: &[u8]) -> Option<SequenceId>;

    /// A page of a topic, if all of it can be told without reading the log.
    fn remembered(memory: &Memory, topic: &[u8], range: Range) -> Option<Page<Logged<Self>>>;
}
