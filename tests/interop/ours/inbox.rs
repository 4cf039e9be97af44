//! What a user of our client does with inboxes.
use anyhow::Result;
use xmtp_client::{
    Identifier, Identities, InboxId, InstallationId, KeyPackageStatus, MemberIdentifier, Reassign, StateFrom,
    verify_installation_signature,
};

use super::{Ours, inboxes, network};
use crate::{
    account::Account,
    inbox::{Inbox, Lifetime, Member},
};

impl Ours {
    pub(crate) async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<String>>> {
        let found = self.client.identities().inbox_ids(&all_typed(identifiers)?).await?;
        Ok(found.into_iter().map(|inbox| inbox.map(|inbox| inbox.to_string())).collect())
    }

    pub(crate) async fn can_message(&self, identifiers: &[Identifier]) -> Result<Vec<bool>> {
        Ok(self.client.identities().can_message(&all_typed(identifiers)?).await?)
    }

    pub(crate) async fn inbox_states(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        let states = self.client.inbox_states(&inboxes(inbox_ids)?, StateFrom::Network).await?;
        Ok(states.iter().map(|state| Inbox::from(&**state)).collect())
    }

    /// As [`Ours::inbox_states`], without a client.
    pub(crate) async fn inbox_states_statically(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        let states = Identities::connect(&network())?.states(&inboxes(inbox_ids)?).await?;
        Ok(states.iter().map(Inbox::from).collect())
    }

    pub(crate) async fn update_counts(&self, inbox_ids: &[&str]) -> Result<Option<Vec<u64>>> {
        let counts = self.client.identities().update_counts(&inboxes(inbox_ids)?).await?;
        Ok(Some(counts.into_iter().map(u64::try_from).collect::<Result<_, _>>()?))
    }

    pub(crate) async fn key_packages(&self, ids: &[&str]) -> Result<Vec<Option<Lifetime>>> {
        let lifetime = |status| match status {
            KeyPackageStatus::Usable { valid_from, expires_at } => {
                Some(Lifetime { not_before: valid_from.as_secs(), not_after: expires_at.as_secs() })
            }
            _ => None,
        };
        let statuses = self.client.identities().key_packages(&installations(ids)?).await?;
        Ok(statuses.into_iter().map(lifetime).collect())
    }

    pub(crate) async fn is_authorized(&self, inbox_id: &str, member: &Member) -> Result<bool> {
        let member: MemberIdentifier = match member {
            Member::Identifier(identifier) => typed(identifier)?.into(),
            Member::Installation(id) => id.parse::<InstallationId>()?.into(),
        };
        Ok(Identities::connect(&network())?.is_authorized(inbox_id.parse()?, &member).await?)
    }

    pub(crate) async fn add_account(&self, account: &Account, reassign: bool) -> Result<()> {
        let reassign = if reassign { Reassign::Allow } else { Reassign::Refuse };
        self.client.inbox().add_account(account, reassign).await?;
        Ok(())
    }

    pub(crate) async fn remove_account(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        self.client.inbox().remove_account(identifier, by).await?;
        Ok(())
    }

    pub(crate) async fn change_recovery(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        self.client.inbox().change_recovery(identifier, by).await?;
        Ok(())
    }

    pub(crate) async fn revoke(&self, ids: &[&str], by: &Account) -> Result<()> {
        self.client.inbox().revoke_installations(&installations(ids)?, by).await?;
        Ok(())
    }

    pub(crate) async fn revoke_others(&self, by: &Account) -> Result<()> {
        self.client.inbox().revoke_other_installations(by).await?;
        Ok(())
    }

    /// Revokes installations of any inbox, without a client.
    pub(crate) async fn revoke_statically(&self, inbox_id: &str, ids: &[&str], by: &Account) -> Result<()> {
        let inbox: InboxId = inbox_id.parse()?;
        Identities::connect(&network())?.revoke_installations(inbox, by, &installations(ids)?).await?;
        Ok(())
    }

    /// Signs with the installation's key; hex.
    pub(crate) async fn sign_text(&self, text: &str) -> Result<String> {
        Ok(hex::encode(self.client.sign_with_installation(text).await?))
    }
}

/// The inbox that an identifier would make with this nonce.
pub(crate) fn generate_inbox_id(identifier: &Identifier, nonce: u64) -> Result<String> {
    Ok(xmtp_identity::inbox_id_for(&typed(identifier)?, nonce)?.to_string())
}

/// Whether an installation signed this text.
pub(crate) fn verify_text(text: &str, signature: &str, installation: &str) -> Result<bool> {
    Ok(verify_installation_signature(&installation.parse()?, text, &hex::decode(signature)?).is_ok())
}

/// An identifier as an application reads it from what its user typed.
fn typed(identifier: &Identifier) -> Result<Identifier> {
    Ok(match identifier {
        Identifier::Ethereum(address) => Identifier::ethereum(address)?,
        other => other.clone(),
    })
}

fn all_typed(identifiers: &[Identifier]) -> Result<Vec<Identifier>> {
    identifiers.iter().map(typed).collect()
}

fn installations(ids: &[&str]) -> Result<Vec<InstallationId>> {
    Ok(ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()?)
}
