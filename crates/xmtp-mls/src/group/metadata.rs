//! What a group says about itself: what never changes, what members may edit, and who its admins are.
//!
//! Source of fact: extension 0xF000 holds a `GroupMetadataV1` behind a length prefix, extension 0xFF00 a bare
//! `GroupMutableMetadataV1`; attribute names, defaults and limits: observed on released clients.
use super::permissions::{PolicySet, Role};
use crate::{EngineError, WishError, intent::fits_attribute};
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet};
use tls_codec::{Deserialize as _, Serialize as _, VLBytes};
use xmtp_proto::xmtp::mls::message_contents::{
    ConversationType, DmMembers, GroupMetadataV1, GroupMutableMetadataV1, Inbox, Inboxes, OneshotMessage,
    ReaddRequest as WireReaddRequest, oneshot_message::MessageType,
};
use xmtp_storage::ConversationKind;
use xmtp_types::{GroupId, InboxId, SequenceId};

/// Attribute: the name of the group.
pub const NAME: &str = "group_name";
/// Attribute: what the group is about.
pub const DESCRIPTION: &str = "description";
/// Attribute: address of a square picture.
pub const IMAGE_URL: &str = "group_image_url_square";
/// Attribute: whatever the application likes.
pub const APP_DATA: &str = "app_data";
/// Attribute: decimal nanoseconds since the Unix epoch after which messages disappear.
pub const DISAPPEAR_FROM: &str = "message_disappear_from_ns";
/// Attribute: decimal nanoseconds after which a message disappears.
pub const DISAPPEAR_IN: &str = "message_disappear_in_ns";
/// Attribute: the protocol version that members need.
pub const MINIMUM_VERSION: &str = "minimum_supported_protocol_version";
/// Attribute: hexadecimal Ed25519 seed that signs the group's commit log. Known to all members.
pub(crate) const COMMIT_LOG_SIGNER: &str = "_commit_log_signer";

/// The attributes that every preset has a policy for.
pub(crate) const FIELDS_WITH_POLICY: &[&str] =
    &[NAME, DESCRIPTION, IMAGE_URL, DISAPPEAR_FROM, DISAPPEAR_IN, MINIMUM_VERSION, APP_DATA];

/// How long attributes may be, in bytes of UTF-8.
pub(crate) const LENGTH_LIMITS: &[(&str, usize)] =
    &[(NAME, 100), (DESCRIPTION, 1000), (IMAGE_URL, 2048), (APP_DATA, 8192)];

/// What a new group starts with.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GroupOptions {
    /// The name of the group, at most 100 bytes.
    pub name: String,
    /// What the group is about, at most 1000 bytes.
    pub description: String,
    /// Address of a square picture, at most 2048 bytes.
    pub image_url: String,
    /// Whatever the application likes, at most 8192 bytes.
    pub app_data: String,
    /// Messages disappear if they are sent after this point, in nanoseconds since the Unix epoch.
    pub disappear_from_ns: Option<i64>,
    /// Nanoseconds after which messages disappear.
    pub disappear_in_ns: Option<i64>,
    /// Who may change what. The policies of a direct conversation are fixed and this is ignored.
    pub permissions: PolicySet,
}

/// What never changes about a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ImmutableMetadata {
    pub(crate) kind: ConversationKind,
    pub(crate) creator: InboxId,
    /// The two inboxes of a direct conversation, its creator first.
    pub(crate) dm_members: Option<(InboxId, InboxId)>,
    /// What a one-shot group says.
    pub(crate) oneshot: Option<ReaddRequest>,
}

/// An installation's request to be taken out of a group and put back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ReaddRequest {
    /// The group.
    pub(crate) group: GroupId,
    /// The newest commit that the installation has read there.
    pub(crate) latest: SequenceId,
}

/// What members may edit, and who is an admin.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct MutableMetadata {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) admins: BTreeSet<InboxId>,
    pub(crate) super_admins: BTreeSet<InboxId>,
    /// Entries of the two lists that are no inbox ids. They have no meaning and are kept: a group whose lists hold
    /// such texts is one that released clients accept.
    pub(crate) unreadable: [Vec<String>; 2],
}

/// Metadata cannot be read. No retry can help.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum MetadataError {
    #[error("the {0} of the group does not decode")]
    Malformed(&'static str),
    #[error("the metadata of the group lacks {0}")]
    Missing(&'static str),
    #[error("{0} in the metadata of the group is not an inbox id")]
    NotAnInbox(&'static str),
    #[error("the conversation is of an unknown type")]
    UnknownType,
}

impl GroupOptions {
    /// Checks the lengths and the permissions.
    ///
    /// # Errors
    /// [`EngineError::Wish`] about the first option that no group can start with.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let texts = [
            (NAME, &self.name),
            (DESCRIPTION, &self.description),
            (IMAGE_URL, &self.image_url),
            (APP_DATA, &self.app_data),
        ];
        texts.into_iter().try_for_each(|(field, value)| fits_attribute(field, value))?;
        for (field, nanos) in [(DISAPPEAR_FROM, self.disappear_from_ns), (DISAPPEAR_IN, self.disappear_in_ns)] {
            nanos.map_or(Ok(()), |nanos| fits_attribute(field, &nanos.to_string()))?;
        }
        Ok(self.permissions.check().map_err(WishError::Policy)?)
    }
}

impl ImmutableMetadata {
    /// Reads the data of extension 0xF000.
    pub(crate) fn decode(data: &[u8]) -> Result<Self, MetadataError> {
        const WHAT: &str = "immutable metadata";
        let inner = VLBytes::tls_deserialize_exact(data).map_err(|_| MetadataError::Malformed(WHAT))?;
        let wire = GroupMetadataV1::decode(inner.as_slice()).map_err(|_| MetadataError::Malformed(WHAT))?;
        let kind = match wire.conversation_type() {
            ConversationType::Group => ConversationKind::Group,
            ConversationType::Dm => ConversationKind::Dm,
            ConversationType::Sync => ConversationKind::Sync,
            ConversationType::Oneshot => ConversationKind::Oneshot,
            ConversationType::Unspecified => return Err(MetadataError::UnknownType),
        };
        let creator = wire.creator_inbox_id.parse().map_err(|_| MetadataError::NotAnInbox("the creator"))?;
        let dm_members = wire.dm_members.map(decode_dm_members).transpose()?;
        if kind == ConversationKind::Dm && dm_members.is_none() {
            return Err(MetadataError::Missing("the members of a direct conversation"));
        }
        let oneshot = wire.oneshot_message.and_then(|message| message.message_type).map(decode_oneshot);
        if kind == ConversationKind::Oneshot && oneshot.is_none() {
            return Err(MetadataError::Missing("the message of a one-shot group"));
        }
        Ok(Self { kind, creator, dm_members, oneshot })
    }

    /// The data of extension 0xF000.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, MetadataError> {
        let kind = match self.kind {
            ConversationKind::Group => ConversationType::Group,
            ConversationKind::Dm => ConversationType::Dm,
            ConversationKind::Sync => ConversationType::Sync,
            ConversationKind::Oneshot => ConversationType::Oneshot,
        };
        let inbox = |id: InboxId| Some(Inbox { inbox_id: id.to_string() });
        let wire = GroupMetadataV1 {
            conversation_type: kind.into(),
            creator_account_address: String::new(),
            creator_inbox_id: self.creator.to_string(),
            dm_members: self
                .dm_members
                .map(|(one, two)| DmMembers { dm_member_one: inbox(one), dm_member_two: inbox(two) }),
            oneshot_message: self.oneshot.as_ref().map(encode_oneshot),
        };
        VLBytes::from(wire.encode_to_vec())
            .tls_serialize_detached()
            .map_err(|_| MetadataError::Malformed("immutable metadata"))
    }
}

fn decode_oneshot(message: MessageType) -> ReaddRequest {
    let MessageType::ReaddRequest(request) = message;
    ReaddRequest { group: GroupId::from(request.group_id), latest: SequenceId::new(request.latest_commit_sequence_id) }
}

fn encode_oneshot(request: &ReaddRequest) -> OneshotMessage {
    let request = WireReaddRequest {
        group_id: request.group.as_bytes().to_vec(),
        latest_commit_sequence_id: request.latest.as_u64(),
    };
    OneshotMessage { message_type: Some(MessageType::ReaddRequest(request)) }
}

fn decode_dm_members(members: DmMembers) -> Result<(InboxId, InboxId), MetadataError> {
    let inbox = |member: Option<Inbox>| {
        let member = member.ok_or(MetadataError::Missing("a member of a direct conversation"))?;
        member.inbox_id.parse().map_err(|_| MetadataError::NotAnInbox("a member"))
    };
    Ok((inbox(members.dm_member_one)?, inbox(members.dm_member_two)?))
}

impl MutableMetadata {
    /// What a new group starts with: its creator is the only super admin.
    pub(crate) fn of_group(creator: InboxId, options: &GroupOptions, commit_log_seed: &[u8; 32]) -> Self {
        let mut metadata = Self::started_with(options, commit_log_seed);
        metadata.set_attribute(APP_DATA, &options.app_data);
        metadata.super_admins.insert(creator);
        metadata
    }

    /// What a new direct conversation starts with: no admins.
    pub(crate) fn of_dm(options: &GroupOptions, commit_log_seed: &[u8; 32]) -> Self {
        let settings = GroupOptions {
            disappear_from_ns: options.disappear_from_ns,
            disappear_in_ns: options.disappear_in_ns,
            ..GroupOptions::default()
        };
        Self::started_with(&settings, commit_log_seed)
    }

    fn started_with(options: &GroupOptions, commit_log_seed: &[u8; 32]) -> Self {
        let mut metadata = Self::default();
        metadata.set_attribute(NAME, &options.name);
        metadata.set_attribute(DESCRIPTION, &options.description);
        metadata.set_attribute(IMAGE_URL, &options.image_url);
        metadata.set_attribute(COMMIT_LOG_SIGNER, &hex::encode(commit_log_seed));
        for (field, nanos) in [(DISAPPEAR_FROM, options.disappear_from_ns), (DISAPPEAR_IN, options.disappear_in_ns)] {
            if let Some(nanos) = nanos {
                metadata.set_attribute(field, &nanos.to_string());
            }
        }
        metadata
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, field: &str) -> Option<&str> {
        self.attributes.get(field).map(String::as_str)
    }

    /// Sets an attribute.
    pub(crate) fn set_attribute(&mut self, field: &str, value: &str) {
        self.attributes.insert(field.to_owned(), value.to_owned());
    }

    /// Messages sent after this point disappear, if the other setting is there too.
    pub(crate) fn disappear_from_ns(&self) -> Option<i64> {
        self.attribute(DISAPPEAR_FROM)?.parse().ok()
    }

    /// How long after they are processed messages disappear.
    pub(crate) fn disappear_in_ns(&self) -> Option<i64> {
        self.attribute(DISAPPEAR_IN)?.parse().ok()
    }

    /// What `inbox` is in the group, if it is a member at all.
    pub(crate) fn role_of(&self, inbox: &InboxId) -> Role {
        if self.super_admins.contains(inbox) {
            Role::SuperAdmin
        } else if self.admins.contains(inbox) {
            Role::Admin
        } else {
            Role::Member
        }
    }

    pub(crate) fn add_admin(&mut self, inbox: InboxId) {
        self.admins.insert(inbox);
    }

    pub(crate) fn remove_admin(&mut self, inbox: &InboxId) {
        self.admins.remove(inbox);
    }

    pub(crate) fn add_super_admin(&mut self, inbox: InboxId) {
        self.super_admins.insert(inbox);
    }

    pub(crate) fn remove_super_admin(&mut self, inbox: &InboxId) {
        self.super_admins.remove(inbox);
    }

    /// Reads the data of extension 0xFF00. Both lists must be there, though they may be empty.
    pub(crate) fn decode(data: &[u8]) -> Result<Self, MetadataError> {
        let wire = GroupMutableMetadataV1::decode(data).map_err(|_| MetadataError::Malformed("mutable metadata"))?;
        let admins = wire.admin_list.ok_or(MetadataError::Missing("the admin list"))?;
        let super_admins = wire.super_admin_list.ok_or(MetadataError::Missing("the super admin list"))?;
        let (admins, unreadable_admins) = readable(admins);
        let (super_admins, unreadable_super_admins) = readable(super_admins);
        Ok(Self {
            attributes: wire.attributes.into_iter().collect(),
            admins,
            super_admins,
            unreadable: [unreadable_admins, unreadable_super_admins],
        })
    }

    /// The data of extension 0xFF00.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let [unreadable_admins, unreadable_super_admins] = &self.unreadable;
        GroupMutableMetadataV1 {
            attributes: self.attributes.clone().into_iter().collect(),
            admin_list: Some(inboxes(&self.admins, unreadable_admins)),
            super_admin_list: Some(inboxes(&self.super_admins, unreadable_super_admins)),
        }
        .encode_to_vec()
    }
}

fn readable(list: Inboxes) -> (BTreeSet<InboxId>, Vec<String>) {
    let mut ids = BTreeSet::new();
    let mut unreadable = Vec::new();
    for text in list.inbox_ids {
        match text.parse() {
            Ok(id) => drop(ids.insert(id)),
            Err(_) => unreadable.push(text),
        }
    }
    (ids, unreadable)
}

fn inboxes(ids: &BTreeSet<InboxId>, unreadable: &[String]) -> Inboxes {
    Inboxes { inbox_ids: ids.iter().map(ToString::to_string).chain(unreadable.iter().cloned()).collect() }
}

#[cfg(test)]
mod tests;
