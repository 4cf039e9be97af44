//! What a hostile member can make: valid MLS, past every check of this side. **For tests only**: it makes what no honest
//! client makes, and nothing of it is compiled without the feature `hostile`.
//!
//! A member who writes its own client can send any commit and any welcome that the MLS protocol lets it seal. That honest
//! clients refuse what breaks a rule of `xips/commits.md` or `xips/welcomes.md` can only be shown by making it. What is
//! forged leaves the state of whoever forges as it was: it goes on as the honest member it was before.

mod commit;
mod draft;
mod edit;
mod key_package;
mod welcome;

pub use commit::{ForgedCommit, ProposalForm};
pub use edit::Edit;
pub use welcome::ForgedWelcome;

#[cfg(test)]
pub(crate) use draft::{Draft, edited, replaced};
#[cfg(test)]
pub(crate) use welcome::mls_welcome;
