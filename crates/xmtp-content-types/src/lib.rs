//! What an XMTP application says, to bytes and back.
//!
//! [`Content`] is everything that is built in: text, markdown, replies, reactions, read receipts, files, transactions,
//! questions with buttons, group updates, requests to leave, deletions and edits. Content of any other type survives as
//! [`Content::Unknown`] with its bytes and its fallback, and a [`Codec`] of your own reads it, or, added to [`Codecs`],
//! makes it a [`Content::Custom`]. Reading never fails, never panics, and never takes more memory than a message is
//! worth; it is patient with what other clients are known to write. [`Content::check`] says whether content may be sent.
//!
//! ```
//! use xmtp_content_types::{Content, ContentTypeId, EncodedContent};
//!
//! let sent: EncodedContent = Content::text("hi").encode();
//! assert_eq!(sent.type_id(), &ContentTypeId::TEXT);
//!
//! let received = Content::from_bytes(&sent.to_bytes());
//! assert_eq!(received.as_text(), Some("hi"));
//!
//! // What was said never reaches a log by accident.
//! assert_eq!(format!("{received:?}"), "Text(2 bytes)");
//! ```
//!
//! The rules this crate keeps are numbered in `xips/content-types.md`. It does no I/O and draws no randomness.

mod codec;
mod codecs;
mod content;
mod encoded;
mod type_id;
mod unknown;

mod delete_message;
mod group_updated;
mod leave_request;
mod markdown;
mod reaction;
mod read_receipt;
mod reply;
mod text;

mod attachment;
mod attachment_stream;
mod multi_remote_attachment;
mod remote_attachment;

mod actions;
mod intent;
mod transaction_reference;
mod wallet_send_calls;

mod edit_message;
mod membership_change;

mod convert;
mod error;
mod inflate;
mod json;
mod reader;
mod redact;
mod reference;
mod url;
mod wire;

pub use actions::{Action, ActionStyle, Actions, ActionsCodec, MAX_ACTIONS};
pub use attachment::{Attachment, AttachmentCodec};
pub use attachment_stream::{AttachmentDecoder, AttachmentHead};
pub use codec::Codec;
pub use codecs::{Codecs, CustomContent};
pub use content::Content;
pub use delete_message::{DeleteMessage, DeleteMessageCodec};
pub use edit_message::{EditMessage, EditMessageCodec};
pub use encoded::{EncodedContent, MAX_DECOMPRESSED};
pub use error::ContentError;
pub use group_updated::{GroupUpdated, GroupUpdatedCodec, MetadataChange};
pub use intent::{Intent, IntentCodec, MAX_INTENT_METADATA};
pub use json::JsonObject;
pub use leave_request::{LeaveRequest, LeaveRequestCodec};
pub use markdown::MarkdownCodec;
pub use membership_change::{AccountChange, MembershipChange, MembershipChangeCodec};
pub use multi_remote_attachment::{MultiRemoteAttachment, MultiRemoteAttachmentCodec};
pub use reaction::{Reaction, ReactionAction, ReactionCodec, ReactionSchema, ReactionV1Codec};
pub use read_receipt::ReadReceiptCodec;
pub use reference::Reference;
pub use remote_attachment::{RemoteAttachment, RemoteAttachmentCodec};
pub use reply::{MAX_REPLY_DEPTH, Reply, ReplyCodec};
pub use text::TextCodec;
pub use transaction_reference::{TransactionMetadata, TransactionReference, TransactionReferenceCodec};
pub use type_id::ContentTypeId;
pub use unknown::UnknownContent;
pub use wallet_send_calls::{WalletCall, WalletCallMetadata, WalletSendCalls, WalletSendCallsCodec};
