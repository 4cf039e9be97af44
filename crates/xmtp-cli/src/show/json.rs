//! Messages as JSON. Fields are only ever added.
use super::time::rfc3339;
use serde::Serialize;
use serde_json::{Map, Value, json};
use xmtp_client::{DeliveryStatus, InboxId, Message, MessageKind};
use xmtp_content_types::{Content, GroupUpdated, Reaction, ReactionAction, RemoteAttachment};

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
        "reference": message.reference.map(|reference| reference.to_string()),
        "content": match message.deleted {
            None => content(&Content::from_bytes(&message.content)),
            Some(_) => Value::Null,
        },
        "deleted": message.deleted.is_some(),
        "expires_at": message.expires_at.map(rfc3339),
    })
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
        Content::Attachment(file) => json!({
            "type": "attachment",
            "filename": file.filename,
            "media_type": file.mime_type,
            "bytes": file.data.len(),
        }),
        Content::RemoteAttachment(file) => {
            let mut object = remote_attachment(file);
            object.insert("type".to_owned(), "remote_attachment".into());
            Value::Object(object)
        }
        Content::MultiRemoteAttachment(files) => {
            let files: Vec<_> = files.attachments.iter().map(remote_attachment).collect();
            json!({ "type": "multi_remote_attachment", "attachments": files })
        }
        Content::TransactionReference(transaction) => as_it_travels("transaction_reference", transaction),
        Content::WalletSendCalls(request) => as_it_travels("wallet_send_calls", request),
        Content::Actions(question) => as_it_travels("actions", question),
        Content::Intent(choice) => as_it_travels("intent", choice),
        Content::EditMessage(edit) => {
            let (reference, now) = (edit.reference.as_str(), content(&edit.content));
            json!({ "type": "edit_message", "reference": reference, "content": now })
        }
        Content::MembershipChange(_) => json!({ "type": "membership_change" }),
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

/// A type that is JSON already: its own fields, named as they are on the wire, and `type`.
fn as_it_travels(name: &str, said: &impl Serialize) -> Value {
    match serde_json::to_value(said) {
        Ok(Value::Object(mut object)) => {
            object.insert("type".to_owned(), name.into());
            Value::Object(object)
        }
        _ => json!({ "type": name }),
    }
}

/// Where a file is, without the secret that opens it.
fn remote_attachment(file: &RemoteAttachment) -> Map<String, Value> {
    Map::from_iter([
        ("url".to_owned(), file.url.clone().into()),
        ("filename".to_owned(), file.filename.clone().into()),
        ("content_digest".to_owned(), hex::encode(file.content_digest).into()),
        ("content_length".to_owned(), file.content_length.into()),
    ])
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
    use xmtp_content_types::{Attachment, Intent};

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
    fn files_say_what_they_are_and_never_how_they_are_opened() {
        let file = content(&Content::from(Attachment::new("a.txt", "text/plain", b"hi".to_vec())));
        assert_eq!(file, json!({ "type": "attachment", "filename": "a.txt", "media_type": "text/plain", "bytes": 2 }));
        let sealed = RemoteAttachment::new("https://example.org/f", [1; 32], [7; 32].into(), [3; 32], [4; 12]);
        let sealed = content(&Content::from(sealed));
        assert_eq!((&sealed["type"], &sealed["url"]), (&json!("remote_attachment"), &json!("https://example.org/f")));
        assert!(!sealed.to_string().contains(&"07".repeat(32)));
    }

    #[test]
    fn questions_and_choices_are_as_they_travel() {
        let choice = content(&Content::from(Intent::new("menu", "yes")));
        assert_eq!(choice, json!({ "type": "intent", "id": "menu", "actionId": "yes" }));
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
