//! XMTP groups, intents, commits and welcomes: the state machine of one installation.

mod credential;
pub mod peek;
mod provider;

#[cfg(test)]
mod testing;

pub use credential::CredentialError;
