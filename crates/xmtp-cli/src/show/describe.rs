//! What a message says, in words.
use super::{Names, choices, clean, files, money, short_id};
use xmtp_client::{Client, DeletionCause, Message, MessageKind};
use xmtp_content_types::{Content, GroupUpdated, MetadataChange, Reaction, ReactionAction, Reference};

/// How much of an earlier message is repeated where one refers to it. Unit: characters.
const QUOTE: usize = 40;

/// What a message says.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Words {
    /// The sender's own words; first a line on what they answer, if they answer something.
    Said { about: Option<String>, text: String },
    /// What the sender did.
    Did(String),
}

/// Puts a message into words.
pub(super) async fn describe(message: &Message, client: &Client, names: &mut Names) -> Words {
    match message.deleted {
        None => {}
        Some(DeletionCause::SuperAdmin(inbox)) => {
            return Words::Did(format!("said something that {} has deleted", names.of(inbox).await));
        }
        Some(_) => return Words::Did("has deleted a message".to_owned()),
    }
    match Content::from_bytes(&message.content) {
        Content::Text(text) | Content::Markdown(text) => said(&text),
        Content::Reply(reply) => {
            let about = Some(format!("answers {}", quoted(&reply.reference, client).await));
            match reply.content.as_text() {
                Some(text) => Words::Said { about, text: clean(text).into_owned() },
                None => Words::Said { about, text: inside(&reply.content) },
            }
        }
        Content::Reaction(reaction) => Words::Did(reacted(&reaction, client).await),
        Content::ReadReceipt => Words::Did("has read the conversation".to_owned()),
        Content::GroupUpdated(update) if message.kind == MessageKind::MembershipChange => {
            Words::Did(changed(&update, names).await)
        }
        Content::Attachment(file) => said(&files::attachment(&file)),
        Content::RemoteAttachment(file) => said(&files::remote(&file)),
        Content::MultiRemoteAttachment(files) => {
            said(&files.attachments.iter().map(files::remote).collect::<Vec<_>>().join("\n"))
        }
        Content::TransactionReference(transaction) => Words::Did(money::transaction(&transaction)),
        Content::WalletSendCalls(request) => said(&money::request(&request)),
        Content::Actions(question) => said(&choices::question(&question)),
        Content::Intent(choice) => Words::Did(choices::choice(&choice)),
        Content::EditMessage(edit) => {
            let about = quoted(&edit.reference, client).await;
            let now = edit.content.as_text().map_or_else(|| unreadable(&edit.content), |text| clean(text).into_owned());
            Words::Said { about: Some(format!("changes {about}")), text: now }
        }
        // Anyone can send these bytes: they are no news of the group.
        Content::GroupUpdated(_) => Words::Did("sent what looks like a change of the group and is none".to_owned()),
        Content::LeaveRequest(_) => Words::Did("asks to leave the group".to_owned()),
        Content::DeleteMessage(deletion) => {
            Words::Did(format!("asks to hide {}", quoted(&deletion.reference, client).await))
        }
        other => said(&unreadable(&other)),
    }
}

fn said(text: &str) -> Words {
    Words::Said { about: None, text: clean(text).into_owned() }
}

/// What an answer holds that is no text.
fn inside(content: &Content) -> String {
    match content {
        Content::Attachment(file) => files::attachment(file),
        Content::RemoteAttachment(file) => files::remote(file),
        other => unreadable(other),
    }
}

fn unreadable(content: &Content) -> String {
    match content.fallback() {
        Some(fallback) if !fallback.is_empty() => clean(&fallback).into_owned(),
        _ => format!("[content of type {}, which cannot be shown here]", clean(&content.type_id().to_string())),
    }
}

async fn reacted(reaction: &Reaction, client: &Client) -> String {
    let emoji = clean(&reaction.content).replace('\n', " ");
    let quoted = quoted(&reaction.reference, client).await;
    match reaction.action {
        ReactionAction::Removed => format!("took {emoji} back from {quoted}"),
        _ => format!("reacted {emoji} to {quoted}"),
    }
}

/// The beginning of the message that is referred to, if it is kept here.
async fn quoted(reference: &Reference, client: &Client) -> String {
    let Some(id) = reference.message_id() else { return "an unknown message".to_owned() };
    match client.message(id).await {
        Ok(Some(message)) if message.deleted.is_some() => "a deleted message".to_owned(),
        Ok(Some(message)) => match Content::from_bytes(&message.content).as_text() {
            Some(text) => format!("“{}”", beginning(&clean(text))),
            None => format!("message {}", short_id(&id.to_string())),
        },
        _ => format!("message {}, which is not here", short_id(&id.to_string())),
    }
}

fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

async fn changed(update: &GroupUpdated, names: &mut Names) -> String {
    let lists = [
        ("added", &update.added, ""),
        ("removed", &update.removed, ""),
        ("saw", &update.left, " leave"),
        ("made", &update.added_admins, " admin"),
        ("took admin rights from", &update.removed_admins, ""),
        ("made", &update.added_super_admins, " super admin"),
        ("took super admin rights from", &update.removed_super_admins, ""),
    ];
    let mut parts = Vec::new();
    for (before, inboxes, after) in lists {
        if !inboxes.is_empty() {
            parts.push(format!("{before} {}{after}", names.of_all(inboxes).await));
        }
    }
    parts.extend(update.metadata.iter().map(renamed));
    if parts.is_empty() { "changed the group".to_owned() } else { parts.join("; ") }
}

fn renamed(change: &MetadataChange) -> String {
    let field = match change.field.as_str() {
        "group_name" => "name",
        "description" => "description",
        "group_image_url_square" => "picture",
        "message_disappear_from_ns" | "message_disappear_in_ns" => return "changed how long messages stay".to_owned(),
        other => return format!("changed {}", clean(other)),
    };
    match change.new.as_deref().filter(|value| !value.is_empty()) {
        Some(value) => format!("changed the {field} of the group to “{}”", beginning(&clean(value))),
        None => format!("removed the {field} of the group"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_one_short_line() {
        assert_eq!(beginning("a\n  b"), "a b");
        assert_eq!(beginning(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn a_new_name_is_told_and_a_removed_one_too() {
        let change = |field: &str, new: Option<&str>| {
            renamed(&MetadataChange { field: field.to_owned(), old: None, new: new.map(str::to_owned) })
        };
        assert_eq!(change("group_name", Some("us")), "changed the name of the group to “us”");
        assert_eq!(change("description", Some("")), "removed the description of the group");
        assert_eq!(change("app\u{1b}_data", None), "changed app_data");
    }

    #[test]
    fn content_of_no_known_type_says_its_type() {
        let content = Content::from_bytes(&[0xff]);
        assert!(unreadable(&content).contains("cannot be shown"), "{}", unreadable(&content));
    }
}
