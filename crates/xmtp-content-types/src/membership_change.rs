//! Who joined and left a group, in the oldest form: `xmtp.org/group_membership_change:1.0`. Read and never sent.
//!
//! Stands in old histories alone: it speaks of accounts, from before there were inboxes. Source of fact: the schema.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, redact::Size, wire};
use std::fmt;

/// Who joined and left a group, in the oldest form.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MembershipChange {
    /// Accounts that joined.
    pub members_added: Vec<AccountChange>,
    /// Accounts that were removed.
    pub members_removed: Vec<AccountChange>,
    /// Accounts that got further installations.
    pub installations_added: Vec<AccountChange>,
    /// Accounts that lost installations.
    pub installations_removed: Vec<AccountChange>,
}

/// What became of one account.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct AccountChange {
    /// The account's installations that this is about.
    pub installations: Vec<Vec<u8>>,
    /// The address of the account.
    pub address: String,
    /// The address of the account that did it.
    pub initiated_by: String,
}

impl fmt::Debug for AccountChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountChange")
            .field("installations", &self.installations.len())
            .field("address", &Size::of(&self.address))
            .finish_non_exhaustive()
    }
}

/// Reads membership changes of the oldest form.
#[derive(Clone, Copy, Debug)]
pub struct MembershipChangeCodec;

impl Codec for MembershipChangeCodec {
    type Content = MembershipChange;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::MEMBERSHIP_CHANGE
    }

    /// Never: today's form is [`GroupUpdated`](crate::GroupUpdated).
    fn encode(&self, _change: &MembershipChange) -> Result<EncodedContent, ContentError> {
        Err(ContentError::NeverSent(ContentTypeId::MEMBERSHIP_CHANGE))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<MembershipChange, ContentError> {
        wire::read_membership_change(&encoded.content()?)
    }

    fn should_push(&self, _change: &MembershipChange) -> bool {
        false
    }
}

/// The bytes of a change that was read, for those who keep or forward it.
pub(crate) fn encode(change: &MembershipChange) -> EncodedContent {
    EncodedContent::new(ContentTypeId::MEMBERSHIP_CHANGE, wire::write_membership_change(change))
}
