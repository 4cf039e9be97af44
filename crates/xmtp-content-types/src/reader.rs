//! From bytes to content: which type is read by what.
use crate::{
    ActionsCodec, AttachmentCodec, Codec, Codecs, Content, ContentError, ContentTypeId, DeleteMessageCodec,
    EncodedContent, GroupUpdatedCodec, IntentCodec, LeaveRequestCodec, MAX_REPLY_DEPTH, MarkdownCodec,
    MembershipChangeCodec, MultiRemoteAttachmentCodec, ReactionCodec, ReactionV1Codec, ReadReceiptCodec,
    RemoteAttachmentCodec, TextCodec, TransactionReferenceCodec, UnknownContent, WalletSendCallsCodec, edit_message,
    reply,
};

type Decode = fn(&EncodedContent, Reader<'_>) -> Result<Content, ContentError>;

/// Every built-in type and what reads it.
static BUILT_IN: [(ContentTypeId, Decode); 18] = [
    (ContentTypeId::TEXT, |encoded, _| TextCodec.decode(encoded).map(Content::Text)),
    (ContentTypeId::MARKDOWN, |encoded, _| MarkdownCodec.decode(encoded).map(Content::Markdown)),
    (ContentTypeId::REPLY, |encoded, reader| reply::decode(encoded, reader).map(Content::Reply)),
    (ContentTypeId::REACTION, |encoded, _| ReactionCodec.decode(encoded).map(Content::Reaction)),
    (ContentTypeId::REACTION_V1, |encoded, _| ReactionV1Codec.decode(encoded).map(Content::Reaction)),
    (ContentTypeId::READ_RECEIPT, |encoded, _| ReadReceiptCodec.decode(encoded).map(|()| Content::ReadReceipt)),
    (ContentTypeId::ATTACHMENT, |encoded, _| AttachmentCodec.decode(encoded).map(Content::Attachment)),
    (ContentTypeId::REMOTE_ATTACHMENT, |encoded, _| {
        RemoteAttachmentCodec.decode(encoded).map(Content::RemoteAttachment)
    }),
    (ContentTypeId::MULTI_REMOTE_ATTACHMENT, |encoded, _| {
        MultiRemoteAttachmentCodec.decode(encoded).map(Content::MultiRemoteAttachment)
    }),
    (ContentTypeId::TRANSACTION_REFERENCE, |encoded, _| {
        TransactionReferenceCodec.decode(encoded).map(Content::TransactionReference)
    }),
    (ContentTypeId::WALLET_SEND_CALLS, |encoded, _| WalletSendCallsCodec.decode(encoded).map(Content::WalletSendCalls)),
    (ContentTypeId::ACTIONS, |encoded, _| ActionsCodec.decode(encoded).map(Content::Actions)),
    (ContentTypeId::INTENT, |encoded, _| IntentCodec.decode(encoded).map(Content::Intent)),
    (ContentTypeId::GROUP_UPDATED, |encoded, _| GroupUpdatedCodec.decode(encoded).map(Content::GroupUpdated)),
    (ContentTypeId::MEMBERSHIP_CHANGE, |encoded, _| {
        MembershipChangeCodec.decode(encoded).map(Content::MembershipChange)
    }),
    (ContentTypeId::LEAVE_REQUEST, |encoded, _| LeaveRequestCodec.decode(encoded).map(Content::LeaveRequest)),
    (ContentTypeId::DELETE_MESSAGE, |encoded, _| DeleteMessageCodec.decode(encoded).map(Content::DeleteMessage)),
    (ContentTypeId::EDIT_MESSAGE, |encoded, reader| edit_message::decode(encoded, reader).map(Content::EditMessage)),
];

/// The ids of all types that are built in.
pub(crate) fn built_in() -> impl Iterator<Item = &'static ContentTypeId> {
    BUILT_IN.iter().map(|(id, _)| id)
}

/// Reads content, that within content too, to a depth and with an application's own codecs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    codecs: Option<&'a Codecs>,
    depth: usize,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self { codecs: None, depth: MAX_REPLY_DEPTH }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn with(codecs: &'a Codecs) -> Self {
        Self { codecs: Some(codecs), ..Self::default() }
    }

    /// A reader of what is within; none if that would be too deep.
    pub(crate) fn one_deeper(self) -> Option<Self> {
        Some(Self { depth: self.depth.checked_sub(1)?, ..self })
    }

    // CONTENT.R4
    pub(crate) fn read(self, bytes: &[u8]) -> Content {
        let encoded = match EncodedContent::from_bytes(bytes) {
            Ok(encoded) => encoded,
            Err(error) => {
                return Content::Unknown(UnknownContent::new(EncodedContent::default(), bytes.to_vec(), error));
            }
        };
        match self.decode(&encoded, bytes) {
            Ok(content) => content,
            Err(error) => Content::Unknown(UnknownContent::new(encoded, bytes.to_vec(), error)),
        }
    }

    /// Reads content of a built-in type, or of one that a codec was added for. `bytes` are those it came as.
    pub(crate) fn decode(self, encoded: &EncodedContent, bytes: &[u8]) -> Result<Content, ContentError> {
        if let Some((_, decode)) = BUILT_IN.iter().find(|(id, _)| id.reads(encoded.type_id())) {
            return decode(encoded, self);
        }
        match self.codecs.and_then(|codecs| codecs.decode(encoded, bytes)) {
            Some(outcome) => outcome.map(Content::Custom),
            None => Err(ContentError::UnknownType(encoded.type_id().clone())),
        }
    }
}
