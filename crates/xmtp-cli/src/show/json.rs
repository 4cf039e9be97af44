//! Messages as JSON. Fields are only ever added.
use super::time::rfc3339;
use serde_json::{Map, Value, json};
use xmtp_client::{ConversationKind, DeliveryStatus, InboxId, Message, MessageKind};
use xmtp_content_types::{Content, GroupUpdated, Reaction, ReactionAction};

/// A message as one object: whence and when, and under `content` what it says. Nanoseconds are text because most
/// readers of JSON round numbers of that size.
pub(crate) fn message(message: &Message) -> Value {
    json!({
        "id": message.id.to_string(),
        "conversation_id": message.conversation.to_string(),
        "sender_inbox_id": message.sender.to_string(),
        "sender_installation_id": message.sender_installation.to_string(),
        "sent_at": rfc3339(message.sent_at),
        "sent_at_ns": message.sent_at.as_nanos().to_string(),
        "kind": match message.kind {
            MessageKind::Application => "application",
            MessageKind::MembershipChange => "membership_change",
        },
        "status": status(message.status),
        "content_type": message.content_type,
        "content": match message.deleted {
            None => content(&Content::from_bytes(&message.content)),
            Some(_) => Value::Null,
        },
        "deleted": message.deleted.is_some(),
        "expires_at": message.expires_at.map(rfc3339),
    })
}

/// `dm`, `group` or `sync`.
pub(crate) const fn conversation_kind(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Dm => "dm",
        ConversationKind::Group => "group",
        ConversationKind::Sync => "sync",
    }
}

const fn status(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Unpublished => "unpublished",
        DeliveryStatus::Published => "published",
        DeliveryStatus::Failed => "failed",
    }
}

fn content(said: &Content) -> Value {
    match said {
        Content::Text(text) => json!({ "type": "text", "text": text }),
        Content::Markdown(text) => json!({ "type": "markdown", "text": text }),
        Content::Reply(reply) => {
            json!({ "type": "reply", "reference": reply.reference.as_str(), "content": content(&reply.content) })
        }
        Content::Reaction(given) => reaction(given),
        Content::ReadReceipt => json!({ "type": "read_receipt" }),
        Content::GroupUpdated(update) => group_updated(update),
        Content::LeaveRequest(_) => json!({ "type": "leave_request" }),
        Content::DeleteMessage(deletion) => {
            json!({ "type": "delete_message", "reference": deletion.reference.as_str() })
        }
        Content::Unknown(unknown) => json!({
            "type": "unknown",
            "fallback": unknown.fallback(),
            "encoded_hex": hex::encode(unknown.bytes()),
        }),
        _ => json!({ "type": "unknown", "fallback": said.fallback() }),
    }
}

fn reaction(given: &Reaction) -> Value {
    let action = match given.action {
        ReactionAction::Added => "added",
        ReactionAction::Removed => "removed",
        _ => "unspecified",
    };
    json!({
        "type": "reaction",
        "reference": given.reference.as_str(),
        "action": action,
        "reaction": given.content,
    })
}

/// Lists that are empty are left out.
fn group_updated(update: &GroupUpdated) -> Value {
    let mut object = Map::from_iter([("type".to_owned(), Value::from("group_updated"))]);
    if let Some(by) = update.initiated_by {
        object.insert("initiated_by".to_owned(), by.to_string().into());
    }
    let mut list = |name: &str, inboxes: &[InboxId]| {
        if !inboxes.is_empty() {
            object.insert(name.to_owned(), inboxes.iter().map(InboxId::to_string).collect());
        }
    };
    list("added", &update.added);
    list("removed", &update.removed);
    list("left", &update.left);
    list("added_admins", &update.added_admins);
    list("removed_admins", &update.removed_admins);
    list("added_super_admins", &update.added_super_admins);
    list("removed_super_admins", &update.removed_super_admins);
    if !update.metadata.is_empty() {
        let changes = update.metadata.iter();
        let changes = changes.map(|change| json!({ "field": change.field, "old": change.old, "new": change.new }));
        object.insert("metadata".to_owned(), changes.collect());
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_client::MessageId;

    #[test]
    fn each_type_says_what_it_is() {
        let id = MessageId::from_bytes([7; 32]);
        assert_eq!(content(&Content::text("hi")), json!({ "type": "text", "text": "hi" }));
        assert_eq!(
            content(&Content::reply(id, "yes")),
            json!({ "type": "reply", "reference": id.to_string(), "content": { "type": "text", "text": "yes" } })
        );
        assert_eq!(
            content(&Content::reaction(id, "👍")),
            json!({ "type": "reaction", "reference": id.to_string(), "action": "added", "reaction": "👍" })
        );
    }

    #[test]
    fn empty_lists_of_a_group_update_are_left_out() {
        let update = GroupUpdated { added: vec![InboxId::from_bytes([1; 32])], ..GroupUpdated::default() };
        assert_eq!(group_updated(&update), json!({ "type": "group_updated", "added": ["01".repeat(32)] }));
    }

    #[test]
    fn what_cannot_be_read_keeps_its_bytes() {
        let shown = content(&Content::from_bytes(&[0xff, 0x01]));
        assert_eq!((&shown["type"], &shown["encoded_hex"]), (&json!("unknown"), &json!("ff01")));
    }
}
