//! Intents: what this installation wants of a group, kept until it has happened.
//!
//! ```text
//!              stage                    ingest: own commit came back         welcomes sent
//! ToPublish ─────────> Published ───────────────────────────────────> Committed ──> (deleted)
//!     ^                    │ acknowledge: the network took a message
//!     │                    v             ingest: own message came back
//!     │               Acknowledged ──────────────────────────────────────────────> (deleted)
//!     └────────────────────┘
//!       another commit won, or the message is too old to be read: made anew on the new epoch
//!
//! Held ──> ToPublish: a message whose sender has said that it may go
//! ToPublish ──> Error: refused for good; the reason is kept with the intent
//! any but Committed ──> Error: this installation was removed from the group
//! ```
//! The envelope is kept with the intent before it is sent. The node drops an envelope it already has, so after a crash
//! the same bytes are sent again and nothing is doubled. Until then nothing new is staged: what was sealed first must
//! arrive first. Nor is anything once the group has moved on, until what was sealed before is back: it may have to be made
//! anew.

mod build;
mod hold;
mod kind;
mod permitted;
mod queue;
mod readd;
mod resolve;
mod rotate_keys;
mod send_message;
mod settle;
mod stage;
mod update_admins;
mod update_members;
mod update_metadata;
mod update_permissions;
mod wish_error;

pub use hold::Release;
pub use kind::{AdminChange, Intent};
pub use send_message::Sending;
pub use stage::Staged;
pub use update_members::MAX_GROUP_SIZE;
pub use wish_error::{LeaveRefusal, WishError};

pub(crate) use permitted::{fits_attribute, fits_size};
pub(crate) use resolve::{is_too_old, requeue, resolve};
pub(crate) use stage::fail_open;
#[cfg(any(test, feature = "hostile"))]
pub(crate) use stage::tagged;
pub(crate) use update_members::{PostCommit, leaves};
