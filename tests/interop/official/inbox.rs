//! What a user of the official client does with inboxes.
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use xmtp_client::Identifier;

use super::Official;
use crate::{
    account::{Account, identifier_to_json},
    inbox::{self, Inbox, Lifetime, Member},
};

impl Official {
    pub(crate) async fn generate_inbox_id(&self, identifier: &Identifier, nonce: u64) -> Result<String> {
        let request = json!({ "identifier": identifier_to_json(identifier), "nonce": nonce.to_string() });
        self.ask_id("generateInboxId", request).await
    }

    pub(crate) async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<String>>> {
        self.read("inboxIds", json!({ "identifiers": all_to_json(identifiers) })).await
    }

    pub(crate) async fn can_message(&self, identifiers: &[Identifier]) -> Result<Vec<bool>> {
        self.read("canMessage", json!({ "identifiers": all_to_json(identifiers) })).await
    }

    pub(crate) async fn inbox_states(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        inbox::inboxes(self.ask("inboxStates", json!({ "inboxIds": inbox_ids })).await?)
    }

    /// As [`Official::inbox_states`], without a client.
    pub(crate) async fn inbox_states_statically(&self, inbox_ids: &[&str]) -> Result<Vec<Inbox>> {
        inbox::inboxes(self.ask("inboxStatesStatically", self.statically(json!({ "inboxIds": inbox_ids }))).await?)
    }

    /// How many updates each inbox has, if the generation tells.
    pub(crate) async fn update_counts(&self, inbox_ids: &[&str]) -> Result<Option<Vec<u64>>> {
        let counts: Option<BTreeMap<String, u64>> = self.read("updateCounts", json!({ "inboxIds": inbox_ids })).await?;
        let in_order = |counts: BTreeMap<String, u64>| {
            inbox_ids.iter().map(|id| counts.get(*id).copied().context("an inbox is not counted")).collect()
        };
        counts.map(in_order).transpose()
    }

    pub(crate) async fn key_packages(&self, installations: &[&str]) -> Result<Vec<Option<Lifetime>>> {
        let statuses = self.ask("keyPackages", json!({ "installations": installations })).await?;
        installations.iter().map(|id| lifetime(statuses.get(id).context("an installation has no status")?)).collect()
    }

    pub(crate) async fn is_authorized(&self, inbox_id: &str, member: &Member) -> Result<bool> {
        let request = match member {
            Member::Identifier(identifier) => json!({ "inboxId": inbox_id, "address": identifier.to_string() }),
            Member::Installation(id) => json!({ "inboxId": inbox_id, "installation": id }),
        };
        self.read("isAuthorized", self.statically(request)).await
    }

    pub(crate) async fn add_account(&self, account: &Account, reassign: bool) -> Result<()> {
        self.ask("addAccount", json!({ "account": account.to_json(), "reassign": reassign })).await.map(drop)
    }

    pub(crate) async fn remove_account(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        let request = json!({ "identifier": identifier_to_json(identifier), "by": by.to_json() });
        self.ask("removeAccount", request).await.map(drop)
    }

    pub(crate) async fn change_recovery(&self, identifier: &Identifier, by: &Account) -> Result<()> {
        let request = json!({ "identifier": identifier_to_json(identifier), "by": by.to_json() });
        self.ask("changeRecovery", request).await.map(drop)
    }

    pub(crate) async fn revoke(&self, installations: &[&str], by: &Account) -> Result<()> {
        self.ask("revoke", json!({ "installations": installations, "by": by.to_json() })).await.map(drop)
    }

    pub(crate) async fn revoke_others(&self, by: &Account) -> Result<()> {
        self.ask("revokeOthers", json!({ "by": by.to_json() })).await.map(drop)
    }

    /// Revokes installations of any inbox, without a client.
    pub(crate) async fn revoke_statically(&self, inbox_id: &str, installations: &[&str], by: &Account) -> Result<()> {
        let request = json!({ "inboxId": inbox_id, "installations": installations, "by": by.to_json() });
        self.ask("revokeStatically", self.statically(request)).await.map(drop)
    }

    /// Signs with the installation's key; hex.
    pub(crate) async fn sign_text(&self, text: &str) -> Result<String> {
        self.ask_id("signText", json!({ "text": text })).await
    }

    pub(crate) async fn verify_text(&self, text: &str, signature: &str, installation: &str) -> Result<bool> {
        let request = json!({ "text": text, "signature": signature, "installation": installation });
        self.read("verifyText", request).await
    }

    /// Functions without a client are told where the network is.
    fn statically(&self, mut request: Value) -> Value {
        if let Value::Object(request) = &mut request {
            request.insert("apiUrl".to_owned(), json!(self.setup.api_url));
        }
        request
    }
}

fn all_to_json(identifiers: &[Identifier]) -> Vec<Value> {
    identifiers.iter().map(identifier_to_json).collect()
}

/// The lifetime in a status; a key package that is missing or broken has none.
fn lifetime(status: &Value) -> Result<Option<Lifetime>> {
    let Some(lifetime) = status.get("lifetime").filter(|lifetime| !lifetime.is_null()) else {
        return Ok(None);
    };
    let seconds = |name: &str| {
        let value = lifetime.get(name).and_then(Value::as_str);
        value.with_context(|| format!("a lifetime is {lifetime}"))?.parse::<u64>().map_err(anyhow::Error::from)
    };
    Ok(Some(Lifetime { not_before: seconds("notBefore")?, not_after: seconds("notAfter")? }))
}
