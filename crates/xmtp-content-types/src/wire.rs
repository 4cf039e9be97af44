//! Between our words and the wire types: the only file that names them.
use crate::{
    AccountChange, ContentError, ContentTypeId, DeleteMessage, EncodedContent, GroupUpdated, LeaveRequest,
    MembershipChange, MetadataChange, MultiRemoteAttachment, Reaction, ReactionAction, ReactionSchema, Reference,
    RemoteAttachment,
};
use prost::Message;
use xmtp_proto::xmtp::mls::message_contents::{
    self as proto,
    content_types::{self, ReactionV2, RemoteAttachmentInfo},
    group_updated::{Inbox, MetadataFieldChange},
};
use xmtp_types::InboxId;
use zeroize::Zeroizing;

fn read<M: Message + Default>(bytes: &[u8], what: &'static str) -> Result<M, ContentError> {
    M::decode(bytes).map_err(|_| ContentError::Malformed { what })
}

pub(crate) fn read_encoded(bytes: &[u8]) -> Result<EncodedContent, ContentError> {
    let wire: proto::EncodedContent = read(bytes, "encoded content")?;
    let type_id = wire.r#type.unwrap_or_default();
    Ok(EncodedContent {
        type_id: ContentTypeId::new(
            type_id.authority_id,
            type_id.type_id,
            type_id.version_major,
            type_id.version_minor,
        ),
        parameters: wire.parameters,
        fallback: wire.fallback,
        content: wire.content,
        compression: wire.compression,
    })
}

pub(crate) fn write_encoded(encoded: &EncodedContent) -> Vec<u8> {
    let id = &encoded.type_id;
    let type_id = (*id != ContentTypeId::default()).then(|| proto::ContentTypeId {
        authority_id: id.authority().to_owned(),
        type_id: id.name().to_owned(),
        version_major: id.major(),
        version_minor: id.minor(),
    });
    proto::EncodedContent {
        r#type: type_id,
        parameters: encoded.parameters.clone(),
        fallback: encoded.fallback.clone(),
        content: encoded.content.clone(),
        compression: encoded.compression,
    }
    .encode_to_vec()
}

pub(crate) fn read_reaction(bytes: &[u8]) -> Result<Reaction, ContentError> {
    let wire: ReactionV2 = read(bytes, "reaction")?;
    Ok(Reaction {
        action: match wire.action() {
            content_types::ReactionAction::Unspecified => ReactionAction::Unspecified,
            content_types::ReactionAction::Added => ReactionAction::Added,
            content_types::ReactionAction::Removed => ReactionAction::Removed,
        },
        schema: match wire.schema() {
            content_types::ReactionSchema::Unspecified => ReactionSchema::Unspecified,
            content_types::ReactionSchema::Unicode => ReactionSchema::Unicode,
            content_types::ReactionSchema::Shortcode => ReactionSchema::Shortcode,
            content_types::ReactionSchema::Custom => ReactionSchema::Custom,
        },
        reference: wire.reference.into(),
        reference_inbox_id: wire.reference_inbox_id.parse().ok(),
        content: wire.content,
    })
}

pub(crate) fn write_reaction(reaction: &Reaction) -> Vec<u8> {
    let action = match reaction.action {
        ReactionAction::Unspecified => content_types::ReactionAction::Unspecified,
        ReactionAction::Added => content_types::ReactionAction::Added,
        ReactionAction::Removed => content_types::ReactionAction::Removed,
    };
    let schema = match reaction.schema {
        ReactionSchema::Unspecified => content_types::ReactionSchema::Unspecified,
        ReactionSchema::Unicode => content_types::ReactionSchema::Unicode,
        ReactionSchema::Shortcode => content_types::ReactionSchema::Shortcode,
        ReactionSchema::Custom => content_types::ReactionSchema::Custom,
    };
    ReactionV2 {
        reference: reaction.reference.to_string(),
        reference_inbox_id: reaction.reference_inbox_id.map(String::from).unwrap_or_default(),
        action: action.into(),
        content: reaction.content.clone(),
        schema: schema.into(),
    }
    .encode_to_vec()
}

pub(crate) fn read_leave_request(bytes: &[u8]) -> Result<LeaveRequest, ContentError> {
    let wire: content_types::LeaveRequest = read(bytes, "request to leave")?;
    Ok(LeaveRequest { authenticated_note: wire.authenticated_note })
}

pub(crate) fn write_leave_request(request: &LeaveRequest) -> Vec<u8> {
    content_types::LeaveRequest { authenticated_note: request.authenticated_note.clone() }.encode_to_vec()
}

pub(crate) fn read_delete_message(bytes: &[u8]) -> Result<DeleteMessage, ContentError> {
    let wire: content_types::DeleteMessage = read(bytes, "deletion")?;
    Ok(DeleteMessage { reference: wire.message_id.into() })
}

pub(crate) fn write_delete_message(deletion: &DeleteMessage) -> Vec<u8> {
    content_types::DeleteMessage { message_id: deletion.reference.to_string() }.encode_to_vec()
}

pub(crate) fn read_group_updated(bytes: &[u8]) -> Result<GroupUpdated, ContentError> {
    let wire: proto::GroupUpdated = read(bytes, "group update")?;
    Ok(GroupUpdated {
        initiated_by: wire.initiated_by_inbox_id.parse().ok(),
        added: read_inboxes(wire.added_inboxes)?,
        removed: read_inboxes(wire.removed_inboxes)?,
        left: read_inboxes(wire.left_inboxes)?,
        added_admins: read_inboxes(wire.added_admin_inboxes)?,
        removed_admins: read_inboxes(wire.removed_admin_inboxes)?,
        added_super_admins: read_inboxes(wire.added_super_admin_inboxes)?,
        removed_super_admins: read_inboxes(wire.removed_super_admin_inboxes)?,
        metadata: wire
            .metadata_field_changes
            .into_iter()
            .map(|change| MetadataChange { field: change.field_name, old: change.old_value, new: change.new_value })
            .collect(),
    })
}

pub(crate) fn write_group_updated(update: &GroupUpdated) -> Vec<u8> {
    proto::GroupUpdated {
        initiated_by_inbox_id: update.initiated_by.map(String::from).unwrap_or_default(),
        added_inboxes: write_inboxes(&update.added),
        removed_inboxes: write_inboxes(&update.removed),
        metadata_field_changes: update
            .metadata
            .iter()
            .map(|change| MetadataFieldChange {
                field_name: change.field.clone(),
                old_value: change.old.clone(),
                new_value: change.new.clone(),
            })
            .collect(),
        left_inboxes: write_inboxes(&update.left),
        added_admin_inboxes: write_inboxes(&update.added_admins),
        removed_admin_inboxes: write_inboxes(&update.removed_admins),
        added_super_admin_inboxes: write_inboxes(&update.added_super_admins),
        removed_super_admin_inboxes: write_inboxes(&update.removed_super_admins),
    }
    .encode_to_vec()
}

fn read_inboxes(inboxes: Vec<Inbox>) -> Result<Vec<InboxId>, ContentError> {
    inboxes
        .into_iter()
        .map(|inbox| inbox.inbox_id.parse().map_err(|_| ContentError::Malformed { what: "inbox id in a group update" }))
        .collect()
}

fn write_inboxes(inboxes: &[InboxId]) -> Vec<Inbox> {
    inboxes.iter().map(|inbox| Inbox { inbox_id: inbox.to_string() }).collect()
}

pub(crate) fn read_multi_remote_attachment(bytes: &[u8]) -> Result<MultiRemoteAttachment, ContentError> {
    let wire: content_types::MultiRemoteAttachment = read(bytes, "list of remote attachments")?;
    let attachments = wire.attachments.into_iter().map(read_remote_attachment).collect::<Result<_, _>>()?;
    Ok(MultiRemoteAttachment { attachments })
}

fn read_remote_attachment(info: RemoteAttachmentInfo) -> Result<RemoteAttachment, ContentError> {
    let secret = Zeroizing::new(info.secret);
    let mut content_digest = [0; 32];
    hex::decode_to_slice(&info.content_digest, &mut content_digest)
        .map_err(|_| ContentError::Malformed { what: "contentDigest" })?;
    Ok(RemoteAttachment {
        url: info.url,
        content_digest,
        secret: Zeroizing::new(exactly(&secret, "secret")?),
        salt: exactly(&info.salt, "salt")?,
        nonce: exactly(&info.nonce, "nonce")?,
        scheme: info.scheme,
        content_length: info.content_length.map(u64::from),
        filename: info.filename,
    })
}

fn exactly<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], ContentError> {
    bytes.try_into().map_err(|_| ContentError::Malformed { what })
}

pub(crate) fn write_multi_remote_attachment(files: &MultiRemoteAttachment) -> Vec<u8> {
    let info = |file: &RemoteAttachment| RemoteAttachmentInfo {
        content_digest: hex::encode(file.content_digest),
        secret: file.secret.to_vec(),
        nonce: file.nonce.to_vec(),
        salt: file.salt.to_vec(),
        scheme: file.scheme.clone(),
        url: file.url.clone(),
        content_length: file.content_length.and_then(|length| length.try_into().ok()),
        filename: file.filename.clone(),
    };
    content_types::MultiRemoteAttachment { attachments: files.attachments.iter().map(info).collect() }.encode_to_vec()
}

/// The wire type of an edit, with the content left as bytes: of content that cannot be read, none may be lost.
#[derive(Clone, PartialEq, Message)]
struct RawEdit {
    #[prost(string, tag = "1")]
    message_id: String,
    #[prost(bytes = "vec", optional, tag = "2")]
    edited_content: Option<Vec<u8>>,
}

pub(crate) fn read_edit_message(bytes: &[u8]) -> Result<(Reference, Vec<u8>), ContentError> {
    let wire: RawEdit = read(bytes, "edit")?;
    let content = wire.edited_content.ok_or(ContentError::Malformed { what: "edit" })?;
    Ok((wire.message_id.into(), content))
}

pub(crate) fn write_edit_message(reference: &Reference, content: Vec<u8>) -> Vec<u8> {
    RawEdit { message_id: reference.to_string(), edited_content: Some(content) }.encode_to_vec()
}

pub(crate) fn read_membership_change(bytes: &[u8]) -> Result<MembershipChange, ContentError> {
    let wire: proto::GroupMembershipChanges = read(bytes, "membership change")?;
    let accounts = |changes: Vec<proto::MembershipChange>| {
        let account = |change: proto::MembershipChange| AccountChange {
            installations: change.installation_ids,
            address: change.account_address,
            initiated_by: change.initiated_by_account_address,
        };
        changes.into_iter().map(account).collect()
    };
    Ok(MembershipChange {
        members_added: accounts(wire.members_added),
        members_removed: accounts(wire.members_removed),
        installations_added: accounts(wire.installations_added),
        installations_removed: accounts(wire.installations_removed),
    })
}

pub(crate) fn write_membership_change(change: &MembershipChange) -> Vec<u8> {
    let accounts = |changes: &[AccountChange]| {
        let account = |change: &AccountChange| proto::MembershipChange {
            installation_ids: change.installations.clone(),
            account_address: change.address.clone(),
            initiated_by_account_address: change.initiated_by.clone(),
        };
        changes.iter().map(account).collect()
    };
    proto::GroupMembershipChanges {
        members_added: accounts(&change.members_added),
        members_removed: accounts(&change.members_removed),
        installations_added: accounts(&change.installations_added),
        installations_removed: accounts(&change.installations_removed),
    }
    .encode_to_vec()
}
