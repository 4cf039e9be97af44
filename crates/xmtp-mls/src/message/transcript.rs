//! The entry that each member writes into the history of a group when it applies a commit. Never sent.
//!
//! Source of fact: the content type `xmtp.org/group_updated` 1.0 of released clients. Its id may differ between
//! clients, because the order inside its lists may.
use super::encoded;
use crate::commit::Change;
use xmtp_proto::xmtp::mls::message_contents::{
    GroupUpdated,
    group_updated::{Inbox, MetadataFieldChange},
};
use xmtp_types::InboxId;

/// What a commit changed, as the bytes of an `EncodedContent`.
pub(crate) fn transcript(change: &Change) -> Vec<u8> {
    let updated = GroupUpdated {
        initiated_by_inbox_id: change.actor.to_string(),
        added_inboxes: inboxes(&change.added),
        removed_inboxes: inboxes(&change.removed),
        metadata_field_changes: change
            .fields
            .iter()
            .map(|field| MetadataFieldChange {
                field_name: field.field.clone(),
                old_value: field.old.clone(),
                new_value: field.new.clone(),
            })
            .collect(),
        left_inboxes: inboxes(&change.left),
        added_admin_inboxes: inboxes(&change.admins_added),
        removed_admin_inboxes: inboxes(&change.admins_removed),
        added_super_admin_inboxes: inboxes(&change.super_admins_added),
        removed_super_admin_inboxes: inboxes(&change.super_admins_removed),
    };
    encoded("group_updated", &updated)
}

fn inboxes(ids: &[InboxId]) -> Vec<Inbox> {
    ids.iter().map(|id| Inbox { inbox_id: id.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{commit::FieldChange, message::describe};
    use xmtp_types::{Epoch, InstallationId};

    #[test]
    fn it_is_the_bytes_that_the_official_codec_writes() {
        let change = Change {
            added: vec![InboxId::from_bytes([0xcc; 32])],
            fields: vec![FieldChange { field: "group_name".into(), old: Some("Old".into()), new: Some("New".into()) }],
            ..Change::nothing(InboxId::from_bytes([0xbb; 32]), InstallationId::from_bytes([0; 32]), Epoch::from(1))
        };
        let official = format!(
            "0a1b0a08786d74702e6f7267120d67726f75705f757064617465641801229e010a40{}12420a40{}22160a0a67726f75705f6e61\
             6d6512034f6c641a034e6577",
            "62".repeat(64),
            "63".repeat(64)
        );
        assert_eq!(hex::encode(transcript(&change)), official);
        assert_eq!(describe(&transcript(&change)).0, "xmtp.org/group_updated:1.0");
    }
}
