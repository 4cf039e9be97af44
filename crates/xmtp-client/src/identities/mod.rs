//! Who speaks for whom on a network: look-ups and changes that need no database and no installation.

mod change;
mod error;
mod key_package;
mod log;
mod look_up;

pub use change::Reassign;
pub use error::InboxError;
pub use key_package::{InstallationInfo, KeyPackageStatus};
pub(crate) use log::fold;
pub use look_up::Identities;
