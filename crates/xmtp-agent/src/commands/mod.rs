//! Commands: texts that begin with `/` and a name.
mod arguments;
mod command;
mod read;
mod router;

pub use arguments::{ArgumentError, Arguments};
pub use command::Command;
pub(crate) use read::{PREFIX, read};
pub use router::{CommandRouter, InGroups};
