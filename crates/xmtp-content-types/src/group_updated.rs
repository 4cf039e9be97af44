//! What a commit changed in a group: `xmtp.org/group_updated:1.0`.
//!
//! Never sent: each client writes it into its own history when it has processed a commit. A peer can still send content
//! of this type, so what it says is worth no more than where it came from. Source of fact: observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, redact::Size, wire};
use std::fmt;
use xmtp_types::InboxId;

/// What a commit changed in a group.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GroupUpdated {
    /// Whose commit it was, if known.
    pub initiated_by: Option<InboxId>,
    /// Inboxes that joined.
    pub added: Vec<InboxId>,
    /// Inboxes that were removed.
    pub removed: Vec<InboxId>,
    /// Inboxes that left of their own will.
    pub left: Vec<InboxId>,
    /// Inboxes that became admins.
    pub added_admins: Vec<InboxId>,
    /// Inboxes that are admins no more.
    pub removed_admins: Vec<InboxId>,
    /// Inboxes that became super admins.
    pub added_super_admins: Vec<InboxId>,
    /// Inboxes that are super admins no more.
    pub removed_super_admins: Vec<InboxId>,
    /// Changes to what the group says of itself.
    pub metadata: Vec<MetadataChange>,
}

/// A change to one metadata field of a group.
#[derive(Clone, Eq, PartialEq)]
pub struct MetadataChange {
    /// The field: `group_name`, `description`, `group_image_url_square`, `message_disappear_from_ns`,
    /// `message_disappear_in_ns`, `minimum_supported_protocol_version`, `app_data` or one of a later client.
    pub field: String,
    /// The value before, if there was one.
    pub old: Option<String>,
    /// The value now, if there is one.
    pub new: Option<String>,
}

impl fmt::Debug for MetadataChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataChange")
            .field("field", &self.field)
            .field("old", &self.old.as_deref().map(Size::of))
            .field("new", &self.new.as_deref().map(Size::of))
            .finish()
    }
}

/// Reads and writes group changes.
#[derive(Clone, Copy, Debug)]
pub struct GroupUpdatedCodec;

impl Codec for GroupUpdatedCodec {
    type Content = GroupUpdated;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::GROUP_UPDATED
    }

    fn encode(&self, update: &GroupUpdated) -> Result<EncodedContent, ContentError> {
        Ok(encode(update))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<GroupUpdated, ContentError> {
        wire::read_group_updated(&encoded.content()?)
    }

    fn should_push(&self, _update: &GroupUpdated) -> bool {
        false
    }
}

pub(crate) fn encode(update: &GroupUpdated) -> EncodedContent {
    EncodedContent::new(ContentTypeId::GROUP_UPDATED, wire::write_group_updated(update))
}
