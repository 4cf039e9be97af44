//! Commits: what one may change, what it did change, and writing that down.
//!
//! Every member holds every commit to the same rules, its own among them; the rules stand in `xips/commits.md`.

mod apply;
mod change;
mod denial;
mod expected;
mod proposed;
mod rules;
mod validate;

pub use change::{Change, FieldChange};
pub use denial::{Action, Denial};
pub use rules::CommitRefusal;

pub(crate) use apply::{apply, record, write_history};
pub(crate) use expected::{ExpectedInstallations, expected_installations};
pub(crate) use proposed::GroupView;
pub(crate) use rules::{permitted, required_version};
pub(crate) use validate::{CommitError, validate};
