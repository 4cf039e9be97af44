//! What a user of either client does with inboxes.
use anyhow::Result;
use xmtp_client::Identifier;

use super::{User, of_either};
use crate::{
    account::Account,
    inbox::{Inbox, Lifetime, Member},
    ours,
};

impl User {
    /// The inbox that an identifier would make with this nonce.
    pub(crate) async fn generate_inbox_id(&self, identifier: &Identifier, nonce: u64) -> Result<String> {
        match self {
            Self::Official(client) => client.generate_inbox_id(identifier, nonce).await,
            Self::Ours(_) => ours::inbox::generate_inbox_id(identifier, nonce),
        }
    }

    /// The inboxes that identifiers belong to now.
    pub(crate) async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<String>>> {
        of_either!(self, client => client.inbox_ids(identifiers).await)
    }

    /// The inbox that an identifier belongs to now.
    pub(crate) async fn inbox_id_of(&self, identifier: &Identifier) -> Result<Option<String>> {
        Ok(self.inbox_ids(std::slice::from_ref(identifier)).await?.into_iter().next().flatten())
    }

    /// Which of the identifiers can be written to.
    pub(crate) async fn can_message(&self, identifiers: &[Identifier]) -> Result<Vec<bool>> {
        of_either!(self, client => client.can_message(identifiers).await)
    }

    /// The newest states of inboxes.
    pub(crate) async fn inbox_states(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        of_either!(self, client => client.inbox_states(inbox_ids).await)
    }

    /// As [`User::inbox_states`], without a client.
    pub(crate) async fn inbox_states_statically(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        of_either!(self, client => client.inbox_states_statically(inbox_ids).await)
    }

    /// How many updates each inbox has, if the client tells.
    pub(crate) async fn update_counts(&self, inbox_ids: &[&str]) -> Result<Option<Vec<u64>>> {
        of_either!(self, client => client.update_counts(inbox_ids).await)
    }

    /// The lifetimes of installations' key packages; nothing for one that cannot be used.
    pub(crate) async fn key_packages(&self, installations: &[&str]) -> Result<Vec<Option<Lifetime>>> {
        of_either!(self, client => client.key_packages(installations).await)
    }

    /// Whether `member` speaks for an inbox.
    pub(crate) async fn is_authorized(&self, inbox_id: &str, member: &Member) -> Result<bool> {
        of_either!(self, client => client.is_authorized(inbox_id, member).await)
    }

    /// Adds an account that no other inbox has.
    pub(crate) async fn add_account(&self, account: &Account) -> Result<()> {
        of_either!(self, client => client.add_account(account, false).await)
    }

    /// Adds an account, and takes it from the inbox it leads to so far.
    pub(crate) async fn reassign_account(&self, account: &Account) -> Result<()> {
        of_either!(self, client => client.add_account(account, true).await)
    }

    /// Removes an account; `by` signs.
    pub(crate) async fn remove_account(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        of_either!(self, client => client.remove_account(identifier, by).await)
    }

    /// Makes `identifier` the one who recovers the inbox; `by` signs.
    pub(crate) async fn change_recovery(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        of_either!(self, client => client.change_recovery(identifier, by).await)
    }

    /// Revokes installations of the own inbox; `by` signs.
    pub(crate) async fn revoke(&self, installations: &[&str], by: &Account) -> Result<()> {
        of_either!(self, client => client.revoke(installations, by).await)
    }

    /// Revokes all installations of the own inbox but this one; `by` signs.
    pub(crate) async fn revoke_others(&self, by: &Account) -> Result<()> {
        of_either!(self, client => client.revoke_others(by).await)
    }

    /// Revokes installations of any inbox, without a client; `by` signs.
    pub(crate) async fn revoke_statically(&self, inbox_id: &str, installations: &[&str], by: &Account) -> Result<()> {
        of_either!(self, client => client.revoke_statically(inbox_id, installations, by).await)
    }

    /// Signs with the installation's key; hex.
    pub(crate) async fn sign_text(&self, text: &str) -> Result<String> {
        of_either!(self, client => client.sign_text(text).await)
    }

    /// Whether an installation signed this text.
    pub(crate) async fn verify_text(&self, text: &str, signature: &str, installation: &str) -> Result<bool> {
        match self {
            Self::Official(client) => client.verify_text(text, signature, installation).await,
            Self::Ours(_) => ours::inbox::verify_text(text, signature, installation),
        }
    }
}
