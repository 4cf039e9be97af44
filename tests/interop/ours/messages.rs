//! What a user of our client says and reads.
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use xmtp_client::{
    Body, DeletionCause, DeliveryStatus, EnrichedMessage, InboxId, MessageKind, MessageOrder, MessageQuery, Timestamp,
};
use xmtp_content_types::{
    Content, ContentTypeId, EncodedContent, GroupUpdated, Reaction, ReactionAction, Reference, Reply,
};

use super::{Ours, inboxes};
use crate::seen::{Enriched, Message, MessageType, Query, Said, Updated};

impl Ours {
    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        let all = self.find(conversation).await?.messages(MessageQuery::default()).await?;
        Ok(all.iter().map(read).collect())
    }

    pub(crate) async fn message(&self, id: &str) -> Result<Option<Message>> {
        Ok(self.client.message(id.parse()?).await?.as_ref().map(read))
    }

    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        let encoded = encode(said)?;
        let should_push = Content::from(encoded.clone()).should_push();
        Ok(self.find(conversation).await?.send(encoded.to_bytes(), should_push).await?.to_string())
    }

    pub(crate) async fn send_later(&self, conversation: &str, said: &Said) -> Result<String> {
        let encoded = encode(said)?;
        let should_push = Content::from(encoded.clone()).should_push();
        Ok(self.find(conversation).await?.send_later(encoded.to_bytes(), should_push).await?.to_string())
    }

    pub(crate) async fn publish(&self, conversation: &str) -> Result<()> {
        Ok(self.find(conversation).await?.publish().await?)
    }

    pub(crate) async fn delete_message(&self, conversation: &str, id: &str) -> Result<()> {
        self.find(conversation).await?.delete_message(id.parse()?).await?;
        Ok(())
    }

    pub(crate) async fn enriched(&self, conversation: &str, query: &Query) -> Result<Vec<Enriched>> {
        let listed = self.find(conversation).await?.enriched(message_query(query)?).await?;
        Ok(listed.iter().map(enriched).collect())
    }

    pub(crate) async fn count(&self, conversation: &str, query: &Query) -> Result<u64> {
        Ok(self.find(conversation).await?.count_messages(message_query(query)?).await?)
    }

    pub(crate) async fn last(&self, conversation: &str) -> Result<Option<Message>> {
        let last = self.find(conversation).await?.last_message().await?;
        Ok(last.map(|last| Message { said: body(&last.body), ..read(&last.message) }))
    }

    /// When members read last, in nanoseconds since 1970, as a number of JavaScript holds it.
    pub(crate) async fn read_times(&self, conversation: &str) -> Result<BTreeMap<String, f64>> {
        let times = self.find(conversation).await?.last_read_times().await?;
        #[expect(clippy::cast_precision_loss, reason = "as JavaScript holds it")]
        let number = |at: Timestamp| at.as_nanos() as f64;
        Ok(times.into_iter().map(|(inbox, at)| (inbox.to_string(), number(at))).collect())
    }
}

fn message_query(query: &Query) -> Result<MessageQuery> {
    let names = |types: &[MessageType]| types.iter().map(|it| format!("xmtp.org/{}", type_name(*it))).collect();
    Ok(MessageQuery {
        sent_after: query.after.map(Timestamp::from_nanos),
        sent_before: query.before.map(Timestamp::from_nanos),
        kind: query.sent.map(|sent| if sent { MessageKind::Application } else { MessageKind::MembershipChange }),
        status: query.published.map(|it| if it { DeliveryStatus::Published } else { DeliveryStatus::Unpublished }),
        content_types: names(&query.types),
        excluded_types: names(&query.not_types),
        excluded_senders: inboxes(&query.not_senders)?,
        order: if query.newest_first { MessageOrder::SentDescending } else { MessageOrder::SentAscending },
        limit: query.limit,
        ..MessageQuery::default()
    })
}

const fn type_name(of: MessageType) -> &'static str {
    match of {
        MessageType::GroupUpdated => "group_updated",
        MessageType::Markdown => "markdown",
        MessageType::Reaction => "reaction",
        MessageType::ReadReceipt => "readReceipt",
        MessageType::Reply => "reply",
        MessageType::Text => "text",
    }
}

fn enriched(message: &EnrichedMessage) -> Enriched {
    let reactions = message.reactions.iter().map(|it| Message {
        id: it.message.to_string(),
        sender: it.sender.to_string(),
        sent_at_ns: it.sent_at.as_nanos(),
        said: said(it.reaction.clone().into()),
    });
    Enriched {
        id: message.message.id.to_string(),
        sender: message.message.sender.to_string(),
        sent_at_ns: message.message.sent_at.as_nanos(),
        said: body(&message.body),
        parent: message.in_reply_to.as_ref().map(|it| (it.message.id.to_string(), body(&it.body))),
        replies: u64::try_from(message.replies).unwrap_or(u64::MAX),
        reactions: reactions.collect(),
        expires: message.message.expires_at.is_some(),
        is_published: message.message.status == DeliveryStatus::Published,
    }
    .comparable()
}

fn body(body: &Body) -> Said {
    match body {
        Body::Content(content) => said(content.clone()),
        Body::Deleted(DeletionCause::SuperAdmin(inbox)) => Said::Deleted { by_admin: Some(inbox.to_string()) },
        Body::Deleted(_) => Said::Deleted { by_admin: None },
    }
}

fn encode(said: &Said) -> Result<EncodedContent> {
    let content = match said {
        Said::Text(text) => Content::text(text),
        Said::Markdown(text) => Content::markdown(text),
        Said::ReadReceipt => Content::ReadReceipt,
        Said::Reply { reference, text } => Reply::new(Reference::from(reference.as_str()), text.as_str()).into(),
        Said::Reaction { reference, emoji, removed: false } => Reaction::added(reference.parse()?, emoji).into(),
        Said::Reaction { reference, emoji, removed: true } => Reaction::removed(reference.parse()?, emoji).into(),
        Said::Unknown { type_id, fallback } => {
            let (authority, name) = type_id.split_once('/').context("a content type has a slash")?;
            let encoded = EncodedContent::new(ContentTypeId::new(authority, name, 1, 0), "its own bytes");
            return Ok(match fallback {
                Some(fallback) => encoded.with_fallback(fallback),
                None => encoded,
            });
        }
        Said::Fields(fields) => super::contents::content(fields)?,
        Said::Updated(_) | Said::LeaveRequest | Said::Deleted { .. } => bail!("{said:?} is not sent so"),
    };
    Ok(content.encode())
}

pub(super) fn read(message: &xmtp_client::Message) -> Message {
    Message {
        id: message.id.to_string(),
        sender: message.sender.to_string(),
        sent_at_ns: message.sent_at.as_nanos(),
        said: said(Content::from_bytes(&message.content)),
    }
}

fn said(content: Content) -> Said {
    let unknown = |type_id: &ContentTypeId, fallback: Option<&str>| Said::Unknown {
        type_id: format!("{}/{}", type_id.authority(), type_id.name()),
        fallback: fallback.map(str::to_owned),
    };
    match content {
        Content::Text(text) => Said::Text(text),
        Content::Markdown(text) => Said::Markdown(text),
        Content::ReadReceipt => Said::ReadReceipt,
        Content::LeaveRequest(_) => Said::LeaveRequest,
        Content::Reply(reply) => Said::Reply {
            reference: reply.reference.as_str().to_owned(),
            text: reply.content.as_text().unwrap_or_default().to_owned(),
        },
        Content::Reaction(reaction) => Said::Reaction {
            reference: reaction.reference.as_str().to_owned(),
            removed: reaction.action == ReactionAction::Removed,
            emoji: reaction.content,
        },
        Content::GroupUpdated(update) => Said::Updated(updated(&update)),
        Content::Unknown(content) => unknown(content.encoded().type_id(), content.fallback()),
        other => match super::contents::fields(&other) {
            Some(fields) => Said::Fields(fields),
            None => unknown(&other.type_id(), other.fallback().as_deref()),
        },
    }
}

fn updated(update: &GroupUpdated) -> Updated {
    let ids = |inboxes: &[InboxId]| inboxes.iter().map(ToString::to_string).collect();
    Updated {
        by: update.initiated_by.map(|inbox| inbox.to_string()).unwrap_or_default(),
        added: ids(&update.added),
        removed: ids(&update.removed),
        left: ids(&update.left),
        admins_added: ids(&update.added_admins),
        admins_removed: ids(&update.removed_admins),
        super_admins_added: ids(&update.added_super_admins),
        super_admins_removed: ids(&update.removed_super_admins),
        metadata: update
            .metadata
            .iter()
            .map(|it| (it.field.clone(), it.old.clone().unwrap_or_default(), it.new.clone().unwrap_or_default()))
            .collect(),
    }
}
