//! Streams: what is stored, in the order in which it was stored.
//!
//! A stream does not listen to the task that follows the network: it reads the store, and sleeps when it has read all. So a
//! slow reader loses nothing, nobody is given anything twice, and a reader can come back with the position it had reached.

mod conversations;
mod deletions;
mod messages;
mod tail;

pub use conversations::{ConversationStream, ConversationStreamOptions};
pub use deletions::{Deletion, DeletionStream};
pub(crate) use messages::Scope;
pub use messages::{MessageStream, MessageStreamOptions};
pub use tail::StreamPosition;
pub(crate) use tail::{Batch, Tail};
