//! What the words of a user lead to: conversations, inboxes, messages.
use crate::{error::CliError, progress, target::Target};
use xmtp_client::{Client, ClientError, Conversation, Identifier, InboxId, Message, MessageId};

/// The conversation that is meant, as it is kept here.
///
/// # Errors
/// [`CliError::Refused`] if there is none.
pub(crate) async fn conversation(client: &Client, target: &Target) -> Result<Conversation, CliError> {
    let peer = match target {
        Target::Conversation(id) => return Ok(client.conversations().find(id).await?),
        Target::Address(address) => client.inbox_of(address).await?,
        Target::Inbox(inbox) => *inbox,
    };
    let dm = client.conversations().find_dm(peer).await?;
    dm.ok_or_else(|| CliError::Refused("there is no conversation with them yet: `xmtp send` begins one".to_owned()))
}

/// The conversation that is meant, up to date.
///
/// # Errors
/// [`CliError::Refused`] if there is none, [`CliError::Client`] if the network is away.
pub(crate) async fn fresh_conversation(client: &Client, target: &Target) -> Result<Conversation, CliError> {
    let fetching = async {
        client.conversations().sync().await?;
        let conversation = conversation(client, target).await?;
        conversation.sync().await?;
        Ok(conversation)
    };
    progress::during("syncing", fetching).await
}

/// As [`fresh_conversation`], or as it is kept here if the user wants no network.
///
/// # Errors
/// As [`fresh_conversation`].
pub(crate) async fn conversation_at(
    client: &Client,
    target: &Target,
    sync: &crate::args::SyncArgs,
) -> Result<Conversation, CliError> {
    if sync.no_sync { conversation(client, target).await } else { fresh_conversation(client, target).await }
}

/// The inboxes that are meant, in the order they were named; addresses are asked for together.
///
/// # Errors
/// [`CliError::Usage`] for a conversation, [`CliError::Client`] for an address that nobody has registered.
pub(crate) async fn inboxes(client: &Client, targets: &[Target]) -> Result<Vec<InboxId>, CliError> {
    let addresses: Vec<Identifier> = targets.iter().filter_map(Target::address).cloned().collect();
    let mut found = client.identities().inbox_ids(&addresses).await?.into_iter();
    let mut inboxes = Vec::with_capacity(targets.len());
    for target in targets {
        let inbox = match target {
            Target::Inbox(inbox) => *inbox,
            Target::Address(address) => {
                found.next().flatten().ok_or_else(|| ClientError::NotRegistered(address.clone()))?
            }
            Target::Conversation(_) => {
                return Err(CliError::usage("a person is meant here: give an address or an inbox id (64 characters)"));
            }
        };
        if !inboxes.contains(&inbox) {
            inboxes.push(inbox);
        }
    }
    Ok(inboxes)
}

/// A message that is kept here, or is once what is new was fetched, and its conversation.
///
/// # Errors
/// [`CliError::Refused`] if there is no such message.
pub(crate) async fn message(client: &Client, id: MessageId) -> Result<(Message, Conversation), CliError> {
    let message = match client.message(id).await? {
        Some(message) => message,
        None => {
            progress::sync_all(client, &[]).await?;
            client.message(id).await?.ok_or_else(no_such_message)?
        }
    };
    let conversation = client.conversations().find(&message.conversation).await?;
    Ok((message, conversation))
}

/// What there is to say about a message that is not kept.
pub(crate) fn no_such_message() -> CliError {
    CliError::Refused("no such message is kept: check its id; it may have disappeared".to_owned())
}
