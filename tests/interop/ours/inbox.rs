//! What a user of our client does with inboxes.
use anyhow::{Result, bail};
use xmtp_client::Identifier;

use super::Ours;
use crate::{
    account::Account,
    inbox::{Inbox, Lifetime, Member},
};

const YET: &str = "our client cannot do that yet";

impl Ours {
    pub(crate) async fn generate_inbox_id(&self, identifier: &Identifier, nonce: u64) -> Result<String> {
        Ok(xmtp_identity::inbox_id_for(identifier, nonce)?.to_string())
    }

    pub(crate) async fn inbox_ids(&self, _identifiers: &[Identifier]) -> Result<Vec<Option<String>>> {
        bail!(YET)
    }

    pub(crate) async fn can_message(&self, _identifiers: &[Identifier]) -> Result<Vec<bool>> {
        bail!(YET)
    }

    pub(crate) async fn inbox_states(&self, _inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        bail!(YET)
    }

    pub(crate) async fn inbox_states_statically(&self, _inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        bail!(YET)
    }

    pub(crate) async fn update_counts(&self, _inbox_ids: &[&str]) -> Result<Option<Vec<u64>>> {
        bail!(YET)
    }

    pub(crate) async fn key_packages(&self, _installations: &[&str]) -> Result<Vec<Option<Lifetime>>> {
        bail!(YET)
    }

    pub(crate) async fn is_authorized(&self, _inbox_id: &str, _member: &Member) -> Result<bool> {
        bail!(YET)
    }

    pub(crate) async fn add_account(&self, _account: &Account, _reassign: bool) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn remove_account(&self, _identifier: &Identifier, _by: &Account) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn change_recovery(&self, _identifier: &Identifier, _by: &Account) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn revoke(&self, _installations: &[&str], _by: &Account) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn revoke_others(&self, _by: &Account) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn revoke_statically(&self, _inbox_id: &str, _ids: &[&str], _by: &Account) -> Result<()> {
        bail!(YET)
    }

    pub(crate) async fn sign_text(&self, _text: &str) -> Result<String> {
        bail!(YET)
    }

    pub(crate) async fn verify_text(&self, _text: &str, _signature: &str, _installation: &str) -> Result<bool> {
        bail!(YET)
    }
}
