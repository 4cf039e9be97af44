//! People by their addresses: whom to write to, whom to add to a group.
//!
//! ```no_run
//! # use xmtp_agent::{people, prelude::*};
//! # fn build() -> Result<Agent, AgentError> {
//! let agent = Agent::from_env()?.on_start(async |client| {
//!     let owner = people::dm_with_address(&client, "0x34dd95109b587ca90778cde5e2dd87e022453699").await?;
//!     owner.send(Content::text("I am up").to_bytes(), true).await?;
//!     Ok(())
//! });
//! # Ok(agent)
//! # }
//! ```
use crate::AgentError;
use xmtp_client::{Client, ClientError, Conversation, GroupOptions, Identifier, InboxId};

/// The inboxes of addresses, in the order given.
///
/// # Errors
/// [`AgentError::Client`] if one is no address, or nobody has registered it.
pub async fn inboxes_of(client: &Client, addresses: &[&str]) -> Result<Vec<InboxId>, AgentError> {
    let parse = |address: &&str| address.parse::<Identifier>().map_err(ClientError::from);
    let identifiers = addresses.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let found = client.identities().inbox_ids(&identifiers).await?;
    let known = |(identifier, inbox): (Identifier, Option<InboxId>)| {
        inbox.ok_or_else(|| ClientError::NotRegistered(identifier).into())
    };
    identifiers.into_iter().zip(found).map(known).collect()
}

/// The direct conversation with whoever has this address: the one there is, or a new one.
///
/// # Errors
/// [`AgentError::Client`] if the text is no address, or nobody has registered it.
pub async fn dm_with_address(client: &Client, address: &str) -> Result<Conversation, AgentError> {
    let identifier: Identifier = address.parse().map_err(ClientError::from)?;
    let peer = client.inbox_of(&identifier).await?;
    Ok(client.conversations().dm(peer).await?)
}

/// A new group with whoever has these addresses.
///
/// # Errors
/// As for [`inboxes_of`]; then there is no group.
pub async fn group_with_addresses(
    client: &Client,
    addresses: &[&str],
    options: GroupOptions,
) -> Result<Conversation, AgentError> {
    let members = inboxes_of(client, addresses).await?;
    Ok(client.conversations().create_group(&members, options).await?)
}
