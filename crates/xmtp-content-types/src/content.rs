//! All that an application can say, as one enum.
use crate::{
    Actions, Attachment, ContentError, ContentTypeId, CustomContent, DeleteMessage, EditMessage, EncodedContent,
    GroupUpdated, Intent, LeaveRequest, MembershipChange, MultiRemoteAttachment, Reaction, RemoteAttachment, Reply,
    TransactionReference, UnknownContent, WalletSendCalls, actions, attachment, delete_message, edit_message,
    group_updated, intent, leave_request, markdown, membership_change, multi_remote_attachment, reaction, read_receipt,
    reader::Reader, redact::Size, remote_attachment, reply, text, transaction_reference, wallet_send_calls,
};
use std::{borrow::Cow, fmt};
use xmtp_types::MessageId;

/// What a message says.
///
/// `Debug` shows kinds and sizes, never what was said, so that a log line cannot leak it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Plain text.
    Text(String),
    /// Text in markdown.
    Markdown(String),
    /// An answer to an earlier message.
    Reply(Reply),
    /// A reaction to an earlier message.
    Reaction(Reaction),
    /// The sender has read the conversation.
    ReadReceipt,
    /// A file.
    Attachment(Attachment),
    /// A sealed file that lies on a server.
    RemoteAttachment(RemoteAttachment),
    /// Several sealed files that lie on servers.
    MultiRemoteAttachment(MultiRemoteAttachment),
    /// A transaction on a blockchain that was made.
    TransactionReference(TransactionReference),
    /// A request to a wallet to make calls on a blockchain.
    WalletSendCalls(WalletSendCalls),
    /// A question with buttons.
    Actions(Actions),
    /// A button of a question was pressed.
    Intent(Intent),
    /// What a commit changed in a group.
    GroupUpdated(GroupUpdated),
    /// Who joined and left a group, in the oldest form: from old histories alone.
    MembershipChange(MembershipChange),
    /// A member asks to be removed.
    LeaveRequest(LeaveRequest),
    /// An earlier message is to be hidden.
    DeleteMessage(DeleteMessage),
    /// An earlier message now says something else.
    EditMessage(EditMessage),
    /// A type of the application's own, read by a codec that was added to [`Codecs`](crate::Codecs).
    Custom(CustomContent),
    /// A type that is not built in, or content that is broken.
    Unknown(UnknownContent),
}

impl Content {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Text in markdown.
    pub fn markdown(markdown: impl Into<String>) -> Self {
        Self::Markdown(markdown.into())
    }

    /// An answer to `message`: text, or any other content.
    pub fn reply(message: MessageId, content: impl Into<Self>) -> Self {
        Self::Reply(Reply::new(message, content))
    }

    /// An emoji given to `message`.
    pub fn reaction(message: MessageId, emoji: impl Into<String>) -> Self {
        Self::Reaction(Reaction::added(message, emoji))
    }

    /// Reads what a message carries. Never fails: what cannot be read is kept as [`Content::Unknown`].
    /// [`Codecs::read`](crate::Codecs::read) reads an application's own types as well.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Reader::default().read(bytes)
    }

    /// Reads content of a built-in type.
    ///
    /// A type is recognised by authority, name and major version.
    ///
    /// # Errors
    /// [`ContentError::UnknownType`] if the type is not built in, any other if the content is broken.
    pub fn decode(encoded: &EncodedContent) -> Result<Self, ContentError> {
        Reader::default().decode(encoded, &[])
    }

    /// Whether the content may be sent: whether released clients would read it, and nobody but them.
    ///
    /// Content that was received need not pass, since others send what we would not.
    ///
    /// # Errors
    /// What is wrong with it, as a [`ContentError`]: too many actions, a URL that is not `https`, and so on.
    pub fn check(&self) -> Result<(), ContentError> {
        match self {
            Self::RemoteAttachment(content) => content.check(),
            Self::MultiRemoteAttachment(content) => content.check(),
            Self::TransactionReference(content) => content.check(),
            Self::WalletSendCalls(content) => content.check(),
            Self::Actions(content) => content.check(),
            Self::Intent(content) => content.check(),
            Self::Reply(content) => content.content.check(),
            // CONTENT.R17
            Self::GroupUpdated(_) | Self::MembershipChange(_) | Self::EditMessage(_) => {
                Err(ContentError::NeverSent(self.type_id()))
            }
            _ => Ok(()),
        }
    }

    /// The content as it travels, with its fallback. [`Self::check`] says whether it may.
    pub fn encode(&self) -> EncodedContent {
        match self {
            Self::Text(content) => text::encode(content),
            Self::Markdown(content) => markdown::encode(content),
            Self::Reply(content) => reply::encode(content),
            Self::Reaction(content) => reaction::encode(content),
            Self::ReadReceipt => read_receipt::encode(),
            Self::Attachment(content) => attachment::encode(content),
            Self::RemoteAttachment(content) => remote_attachment::encode(content),
            Self::MultiRemoteAttachment(content) => multi_remote_attachment::encode(content),
            Self::TransactionReference(content) => transaction_reference::encode(content),
            Self::WalletSendCalls(content) => wallet_send_calls::encode(content),
            Self::Actions(content) => actions::encode(content),
            Self::Intent(content) => intent::encode(content),
            Self::GroupUpdated(content) => group_updated::encode(content),
            Self::MembershipChange(content) => membership_change::encode(content),
            Self::LeaveRequest(content) => leave_request::encode(content),
            Self::DeleteMessage(content) => delete_message::encode(content),
            Self::EditMessage(content) => edit_message::encode(content),
            Self::Custom(content) => content.encoded().clone(),
            Self::Unknown(content) => content.encoded().clone(),
        }
    }

    /// The bytes a message carries; of custom and unknown content, the very bytes received.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Custom(content) => content.bytes().to_vec(),
            Self::Unknown(content) => content.bytes().to_vec(),
            known => known.encode().to_bytes(),
        }
    }

    /// The type that [`Self::encode`] writes; of custom and unknown content, the type received.
    pub fn type_id(&self) -> ContentTypeId {
        match self {
            Self::Text(_) => ContentTypeId::TEXT,
            Self::Markdown(_) => ContentTypeId::MARKDOWN,
            Self::Reply(_) => ContentTypeId::REPLY,
            Self::Reaction(_) => ContentTypeId::REACTION,
            Self::ReadReceipt => ContentTypeId::READ_RECEIPT,
            Self::Attachment(_) => ContentTypeId::ATTACHMENT,
            Self::RemoteAttachment(_) => ContentTypeId::REMOTE_ATTACHMENT,
            Self::MultiRemoteAttachment(_) => ContentTypeId::MULTI_REMOTE_ATTACHMENT,
            Self::TransactionReference(_) => ContentTypeId::TRANSACTION_REFERENCE,
            Self::WalletSendCalls(_) => ContentTypeId::WALLET_SEND_CALLS,
            Self::Actions(_) => ContentTypeId::ACTIONS,
            Self::Intent(_) => ContentTypeId::INTENT,
            Self::GroupUpdated(_) => ContentTypeId::GROUP_UPDATED,
            Self::MembershipChange(_) => ContentTypeId::MEMBERSHIP_CHANGE,
            Self::LeaveRequest(_) => ContentTypeId::LEAVE_REQUEST,
            Self::DeleteMessage(_) => ContentTypeId::DELETE_MESSAGE,
            Self::EditMessage(_) => ContentTypeId::EDIT_MESSAGE,
            Self::Custom(content) => content.encoded().type_id().clone(),
            Self::Unknown(content) => content.encoded().type_id().clone(),
        }
    }

    /// What an application shows that cannot show the type itself, if anything.
    pub fn fallback(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Reply(content) => Some(reply::fallback(content).into()),
            Self::Reaction(content) => Some(reaction::fallback(content).into()),
            Self::Attachment(content) => Some(attachment::fallback(content).into()),
            Self::RemoteAttachment(content) => Some(remote_attachment::fallback(content).into()),
            Self::MultiRemoteAttachment(_) => Some(multi_remote_attachment::FALLBACK.into()),
            Self::TransactionReference(content) => Some(transaction_reference::fallback(content).into()),
            Self::WalletSendCalls(content) => Some(wallet_send_calls::fallback(content).into()),
            Self::Actions(content) => Some(actions::fallback(content).into()),
            Self::Intent(content) => Some(intent::fallback(content).into()),
            Self::Custom(content) => content.fallback().map(Cow::Borrowed),
            Self::Unknown(content) => content.fallback().map(Cow::Borrowed),
            _ => None,
        }
    }

    /// Whether the message is worth a push notification: a hint at publishing, invisible to receivers.
    pub const fn should_push(&self) -> bool {
        // CONTENT.R11
        match self {
            Self::Reaction(_)
            | Self::ReadReceipt
            | Self::GroupUpdated(_)
            | Self::MembershipChange(_)
            | Self::LeaveRequest(_)
            | Self::DeleteMessage(_)
            | Self::EditMessage(_) => false,
            Self::Custom(content) => content.should_push(),
            _ => true,
        }
    }

    /// The text of plain text, of markdown, and of replies that hold either.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Markdown(text) => Some(text),
            Self::Reply(reply) => reply.content.as_text(),
            _ => None,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&Size::of(text)).finish(),
            Self::Markdown(text) => f.debug_tuple("Markdown").field(&Size::of(text)).finish(),
            Self::Reply(content) => content.fmt(f),
            Self::Reaction(content) => content.fmt(f),
            Self::ReadReceipt => f.write_str("ReadReceipt"),
            Self::Attachment(content) => content.fmt(f),
            Self::RemoteAttachment(content) => content.fmt(f),
            Self::MultiRemoteAttachment(content) => content.fmt(f),
            Self::TransactionReference(content) => content.fmt(f),
            Self::WalletSendCalls(content) => content.fmt(f),
            Self::Actions(content) => content.fmt(f),
            Self::Intent(content) => content.fmt(f),
            Self::MembershipChange(content) => content.fmt(f),
            Self::EditMessage(content) => content.fmt(f),
            Self::Custom(content) => content.fmt(f),
            Self::GroupUpdated(content) => content.fmt(f),
            Self::LeaveRequest(content) => content.fmt(f),
            Self::DeleteMessage(content) => content.fmt(f),
            Self::Unknown(content) => content.fmt(f),
        }
    }
}
