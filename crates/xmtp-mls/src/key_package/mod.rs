//! Key packages: what an installation offers so that others can add it to a group while it is away.
//!
//! ```text
//! build ──> upload ──> uploaded: the ones before are superseded, the next is due in 30 days
//!                          └── 24 hours later ──> prune: their private keys are deleted
//! a welcome was opened ──> queue_rotation: the next is due in 5 seconds
//! ```
//! A package is of last resort: the network hands it out until the next one is there, so one private key may open many
//! welcomes and must outlive them all.

mod build;
mod rotation;
mod verify;

pub use build::KeyPackageId;
#[cfg(test)]
pub(crate) use build::NewKeyPackage;
pub(crate) use build::{build, kept_for, private_key_for};
pub(crate) use rotation::{is_due, next_work, prune, queue_rotation, uploaded};
pub use verify::{KeyPackageError, VerifiedKeyPackage, verify, verify_all};

#[cfg(test)]
mod tests;
