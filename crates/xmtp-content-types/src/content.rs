//! All that an application can say, as one enum.
use crate::{
    Codec, ContentError, ContentTypeId, DeleteMessage, DeleteMessageCodec, EncodedContent, GroupUpdated,
    GroupUpdatedCodec, LeaveRequest, LeaveRequestCodec, MAX_REPLY_DEPTH, MarkdownCodec, Reaction, ReactionCodec,
    ReactionV1Codec, ReadReceiptCodec, Reply, ReplyCodec, TextCodec, UnknownContent, delete_message, group_updated,
    leave_request, markdown, reaction, read_receipt, redact::Size, reply, text,
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
    /// What a commit changed in a group.
    GroupUpdated(GroupUpdated),
    /// A member asks to be removed.
    LeaveRequest(LeaveRequest),
    /// An earlier message is to be hidden.
    DeleteMessage(DeleteMessage),
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
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::from_bytes_within(bytes, MAX_REPLY_DEPTH)
    }

    // CONTENT.R4
    pub(crate) fn from_bytes_within(bytes: &[u8], reply_depth: usize) -> Self {
        let encoded = match EncodedContent::from_bytes(bytes) {
            Ok(encoded) => encoded,
            Err(error) => {
                return Self::Unknown(UnknownContent::new(EncodedContent::default(), bytes.to_vec(), error));
            }
        };
        Self::decode_within(&encoded, reply_depth)
            .unwrap_or_else(|error| Self::Unknown(UnknownContent::new(encoded, bytes.to_vec(), error)))
    }

    /// Reads content of a built-in type.
    ///
    /// A type is recognised by authority, name and major version.
    ///
    /// # Errors
    /// [`ContentError::UnknownType`] if the type is not built in, any other if the content is broken.
    pub fn decode(encoded: &EncodedContent) -> Result<Self, ContentError> {
        Self::decode_within(encoded, MAX_REPLY_DEPTH)
    }

    fn decode_within(encoded: &EncodedContent, reply_depth: usize) -> Result<Self, ContentError> {
        let is = |known: ContentTypeId| known.reads(encoded.type_id());
        if is(ContentTypeId::TEXT) {
            TextCodec.decode(encoded).map(Self::Text)
        } else if is(ContentTypeId::MARKDOWN) {
            MarkdownCodec.decode(encoded).map(Self::Markdown)
        } else if is(ContentTypeId::REPLY) {
            reply::decode(encoded, reply_depth).map(Self::Reply)
        } else if is(ContentTypeId::REACTION) {
            ReactionCodec.decode(encoded).map(Self::Reaction)
        } else if is(ContentTypeId::REACTION_V1) {
            ReactionV1Codec.decode(encoded).map(Self::Reaction)
        } else if is(ContentTypeId::READ_RECEIPT) {
            ReadReceiptCodec.decode(encoded).map(|()| Self::ReadReceipt)
        } else if is(ContentTypeId::GROUP_UPDATED) {
            GroupUpdatedCodec.decode(encoded).map(Self::GroupUpdated)
        } else if is(ContentTypeId::LEAVE_REQUEST) {
            LeaveRequestCodec.decode(encoded).map(Self::LeaveRequest)
        } else if is(ContentTypeId::DELETE_MESSAGE) {
            DeleteMessageCodec.decode(encoded).map(Self::DeleteMessage)
        } else {
            Err(ContentError::UnknownType(encoded.type_id().clone()))
        }
    }

    /// The content as it travels, with its fallback.
    pub fn encode(&self) -> EncodedContent {
        match self {
            Self::Text(content) => text::encode(content),
            Self::Markdown(content) => markdown::encode(content),
            Self::Reply(content) => reply::encode(content),
            Self::Reaction(content) => reaction::encode(content),
            Self::ReadReceipt => read_receipt::encode(),
            Self::GroupUpdated(content) => group_updated::encode(content),
            Self::LeaveRequest(content) => leave_request::encode(content),
            Self::DeleteMessage(content) => delete_message::encode(content),
            Self::Unknown(content) => content.encoded().clone(),
        }
    }

    /// The bytes a message carries; of unknown content, the very bytes received.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Unknown(content) => content.bytes().to_vec(),
            known => known.encode().to_bytes(),
        }
    }

    /// The type that [`Self::encode`] writes; of unknown content, the type received.
    pub fn type_id(&self) -> ContentTypeId {
        match self {
            Self::Text(_) => ContentTypeId::TEXT,
            Self::Markdown(_) => ContentTypeId::MARKDOWN,
            Self::Reply(_) => ContentTypeId::REPLY,
            Self::Reaction(_) => ContentTypeId::REACTION,
            Self::ReadReceipt => ContentTypeId::READ_RECEIPT,
            Self::GroupUpdated(_) => ContentTypeId::GROUP_UPDATED,
            Self::LeaveRequest(_) => ContentTypeId::LEAVE_REQUEST,
            Self::DeleteMessage(_) => ContentTypeId::DELETE_MESSAGE,
            Self::Unknown(content) => content.encoded().type_id().clone(),
        }
    }

    /// What an application shows that cannot show the type itself, if anything.
    pub fn fallback(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Reply(content) => Some(reply::fallback(content).into()),
            Self::Reaction(content) => Some(reaction::fallback(content).into()),
            Self::Unknown(content) => content.fallback().map(Cow::Borrowed),
            _ => None,
        }
    }

    /// Whether the message is worth a push notification: a hint at publishing, invisible to receivers.
    pub fn should_push(&self) -> bool {
        // CONTENT.R11
        match self {
            Self::Text(content) => TextCodec.should_push(content),
            Self::Markdown(content) => MarkdownCodec.should_push(content),
            Self::Reply(content) => ReplyCodec.should_push(content),
            Self::Reaction(content) => ReactionCodec.should_push(content),
            Self::ReadReceipt => ReadReceiptCodec.should_push(&()),
            Self::GroupUpdated(content) => GroupUpdatedCodec.should_push(content),
            Self::LeaveRequest(content) => LeaveRequestCodec.should_push(content),
            Self::DeleteMessage(content) => DeleteMessageCodec.should_push(content),
            Self::Unknown(_) => true,
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
            Self::GroupUpdated(content) => content.fmt(f),
            Self::LeaveRequest(content) => content.fmt(f),
            Self::DeleteMessage(content) => content.fmt(f),
            Self::Unknown(content) => content.fmt(f),
        }
    }
}

impl From<EncodedContent> for Content {
    /// Reads encoded content; what cannot be read is kept as [`Content::Unknown`].
    fn from(encoded: EncodedContent) -> Self {
        Self::decode(&encoded).unwrap_or_else(|error| {
            let bytes = encoded.to_bytes();
            Self::Unknown(UnknownContent::new(encoded, bytes, error))
        })
    }
}

impl From<Content> for EncodedContent {
    fn from(content: Content) -> Self {
        content.encode()
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Reply> for Content {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

impl From<Reaction> for Content {
    fn from(reaction: Reaction) -> Self {
        Self::Reaction(reaction)
    }
}
