//! The log of what became of each commit: as this installation saw it, and as the group's public log tells it.
//!
//! ```text
//! commit applied or refused, group created or joined ──> record ──> local account
//! public log ──> hear ──> remote account, as far as it is sound
//!                            └──> compare: the two differ about a commit ──> this installation has split off
//! local account ──> publish ──> public log
//! ```
//! The rules stand in `xips/forks.md`.

mod compare;
mod debug;
mod hear;
mod publish;
mod record;
mod wire;

pub use debug::{DebugInfo, ForkState};
pub use publish::Publication;

pub(crate) use record::{note_applied, note_refused, note_start};
