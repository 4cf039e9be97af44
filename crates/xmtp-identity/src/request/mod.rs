//! Making an update: say what is to change, collect the signatures, check, build.

mod builder;
mod collect;
mod dry_run;
mod portable;
mod single;

pub use builder::{MAX_ACTIONS, UpdateBuilder};
pub use collect::UpdateRequest;
pub use portable::{MAX_REQUEST_BYTES, UnverifiedRequest};
