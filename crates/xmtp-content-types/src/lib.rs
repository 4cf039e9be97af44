//! What an XMTP application says, to bytes and back.
//!
//! [`Content`] is everything that is built in: text, markdown, replies, reactions, read receipts, group updates,
//! requests to leave and deletions. Content of any other type survives as [`Content::Unknown`] with its bytes and its
//! fallback, and a [`Codec`] of your own reads it. Reading never fails, never panics, and never takes more memory than
//! a message is worth.
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

mod error;
mod inflate;
mod redact;
mod reference;
mod wire;

pub use codec::Codec;
pub use content::Content;
pub use delete_message::{DeleteMessage, DeleteMessageCodec};
pub use encoded::{EncodedContent, MAX_DECOMPRESSED};
pub use error::ContentError;
pub use group_updated::{GroupUpdated, GroupUpdatedCodec, MetadataChange};
pub use leave_request::{LeaveRequest, LeaveRequestCodec};
pub use markdown::MarkdownCodec;
pub use reaction::{Reaction, ReactionAction, ReactionCodec, ReactionSchema, ReactionV1Codec};
pub use read_receipt::ReadReceiptCodec;
pub use reference::Reference;
pub use reply::{MAX_REPLY_DEPTH, Reply, ReplyCodec};
pub use text::TextCodec;
pub use type_id::ContentTypeId;
pub use unknown::UnknownContent;
