//! A conversation as a client shows it.
use crate::kill::{Seen, SeenMessage};
use xmtp_client::{ClientError, Conversation, DeliveryStatus, GroupStatus, MessageKind, MessageQuery};

/// Everything a member can see of a conversation without asking the network.
///
/// # Errors
/// [`ClientError`] if the store cannot be read.
pub async fn conversation(conversation: &Conversation) -> Result<Seen, ClientError> {
    let info = conversation.info().await?;
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    let messages = conversation.messages(query).await?.into_iter().map(|message| SeenMessage {
        id: hex::encode(message.id.as_bytes()),
        says: String::from_utf8_lossy(&message.content).into_owned(),
        sent_at: message.sent_at.as_nanos(),
        published: message.status == DeliveryStatus::Published,
    });
    Ok(Seen {
        active: conversation.status().await? == GroupStatus::Active,
        epoch: info.epoch.as_u64(),
        authenticator: hex::encode(&info.epoch_authenticator),
        members: info.members.keys().map(|inbox| hex::encode(inbox.as_bytes())).collect(),
        messages: messages.collect(),
    })
}
