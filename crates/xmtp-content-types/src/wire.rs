//! Between our words and the wire types: the only file that names them.
use crate::{
    ContentError, ContentTypeId, DeleteMessage, EncodedContent, GroupUpdated, LeaveRequest, MetadataChange, Reaction,
    ReactionAction, ReactionSchema,
};
use prost::Message;
use xmtp_proto::xmtp::mls::message_contents::{
    self as proto,
    content_types::{self, ReactionV2},
    group_updated::{Inbox, MetadataFieldChange},
};
use xmtp_types::InboxId;

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
