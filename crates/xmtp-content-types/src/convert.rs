//! What turns into content by itself.
use crate::{
    Actions, Attachment, Content, CustomContent, EncodedContent, Intent, MultiRemoteAttachment, Reaction,
    RemoteAttachment, Reply, TransactionReference, UnknownContent, WalletSendCalls,
};

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

impl From<Attachment> for Content {
    fn from(attachment: Attachment) -> Self {
        Self::Attachment(attachment)
    }
}

impl From<RemoteAttachment> for Content {
    fn from(attachment: RemoteAttachment) -> Self {
        Self::RemoteAttachment(attachment)
    }
}

impl From<MultiRemoteAttachment> for Content {
    fn from(attachments: MultiRemoteAttachment) -> Self {
        Self::MultiRemoteAttachment(attachments)
    }
}

impl From<TransactionReference> for Content {
    fn from(reference: TransactionReference) -> Self {
        Self::TransactionReference(reference)
    }
}

impl From<WalletSendCalls> for Content {
    fn from(request: WalletSendCalls) -> Self {
        Self::WalletSendCalls(request)
    }
}

impl From<Actions> for Content {
    fn from(actions: Actions) -> Self {
        Self::Actions(actions)
    }
}

impl From<Intent> for Content {
    fn from(intent: Intent) -> Self {
        Self::Intent(intent)
    }
}

impl From<CustomContent> for Content {
    fn from(content: CustomContent) -> Self {
        Self::Custom(content)
    }
}
