//! What a user has decided, kept the same on all installations of the user: who is wanted, and the root of the push keys.
//!
//! ```text
//! decided here ──> consent, push_root ──> log of changes ──> tell ──> sync group ──> the user's other installations
//! told there  ──> control/preferences ──> consent, push_root ──> log of changes
//! ```
//! The rules stand in `xips/preferences.md`.

mod consent;
mod push_root;
mod sync_group;
mod tell;
mod wire;

pub use push_root::PushKey;

pub(crate) use push_root::sender_key;
pub(crate) use wire::{Told, told};
