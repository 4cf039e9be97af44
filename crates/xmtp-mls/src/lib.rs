//! XMTP groups, intents, commits and welcomes: the state machine of one installation.

mod commit {
    mod change;
    pub(crate) use change::{Change, FieldChange};
}
mod credential;
pub mod group;
mod message;
pub mod peek;
mod provider;

#[cfg(test)]
mod testing;

pub use credential::CredentialError;
