//! Messages as an application shows them: read, and with what others said about them.
//!
//! Source of fact: released clients for what is left out, one level of what was answered, and the place of deleted ones.
use crate::{Message, conversation::narrowed};
use std::collections::{BTreeMap, HashMap};
use xmtp_content_types::{Content, Reaction, ReactionAction, ReactionSchema};
use xmtp_storage::{DeletionCause, MessageQuery, StorageError, StoreRead};
use xmtp_types::{InboxId, MessageId, Timestamp};

/// Types that say something about another message, or that are nothing to show, and what is not an `EncodedContent`.
const LEFT_OUT: [&str; 4] = ["xmtp.org/reaction", "xmtp.org/readReceipt", "xmtp.org/deleteMessage", ""];

/// A message with what others said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct EnrichedMessage {
    /// The message as it is stored.
    pub message: Message,
    /// What it says.
    pub body: Body,
    /// The message it answers, if it answers one that is kept; one level.
    pub in_reply_to: Option<Parent>,
    /// Reactions to it, the oldest first, those that were taken back among them; none if it was deleted.
    pub reactions: Vec<Reacted>,
    /// How many messages answer it; none if it was deleted.
    pub replies: usize,
}

/// What a message says, unless it was deleted.
#[expect(clippy::large_enum_variant, reason = "almost every message is of the larger variant")]
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// This.
    Content(Content),
    /// A member has deleted it.
    Deleted(DeletionCause),
}

/// A message that another one answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Parent {
    /// The message as it is stored.
    pub message: Message,
    /// What it says.
    pub body: Body,
}

/// A reaction as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Reacted {
    /// The message that brought it.
    pub message: MessageId,
    /// Who sent it.
    pub sender: InboxId,
    /// When.
    pub sent_at: Timestamp,
    /// The reaction.
    pub reaction: Reaction,
}

/// A reaction and who stands by it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tally {
    /// The reaction: an emoji, a shortcode, or anything.
    pub content: String,
    /// How to read it.
    pub schema: ReactionSchema,
    /// Who gave it and has not taken it back, by id.
    pub inboxes: Vec<InboxId>,
}

impl EnrichedMessage {
    /// The reactions that stand, in the order in which each was first given.
    pub fn tally(&self) -> Vec<Tally> {
        let mut given: Vec<(&str, ReactionSchema, BTreeMap<InboxId, bool>)> = Vec::new();
        for reacted in &self.reactions {
            let (content, schema) = (reacted.reaction.content.as_str(), reacted.reaction.schema);
            // MSG.R12
            let stands = reacted.reaction.action != ReactionAction::Removed;
            match given.iter_mut().find(|(known, as_read, _)| (*known, *as_read) == (content, schema)) {
                Some((_, _, by)) => drop(by.insert(reacted.sender, stands)),
                None => given.push((content, schema, BTreeMap::from([(reacted.sender, stands)]))),
            }
        }
        let tally = |(content, schema, by): (&str, ReactionSchema, BTreeMap<InboxId, bool>)| {
            let inboxes: Vec<_> = by.into_iter().filter(|(_, stands)| *stands).map(|(inbox, _)| inbox).collect();
            (!inboxes.is_empty()).then(|| Tally { content: content.to_owned(), schema, inboxes })
        };
        given.into_iter().filter_map(tally).collect()
    }

    /// What it says; `None` if it was deleted.
    pub const fn content(&self) -> Option<&Content> {
        match &self.body {
            Body::Content(content) => Some(content),
            Body::Deleted(_) => None,
        }
    }
}

/// Messages that fit `query`, enriched.
///
/// # Errors
/// [`StorageError`] if the store cannot be read.
pub(crate) fn list(store: &mut dyn StoreRead, mut query: MessageQuery) -> Result<Vec<EnrichedMessage>, StorageError> {
    // MSG.R11
    query.excluded_types.extend(LEFT_OUT.map(str::to_owned));
    let query = narrowed(store, query)?;
    let messages = Message::list(store, &query)?;
    let mut about = said_about(store, &query, &messages)?;
    messages.into_iter().map(|message| enrich(store, &query, message, &mut about)).collect()
}

/// What was said about a message.
#[derive(Default)]
struct About {
    reactions: Vec<Reacted>,
    replies: usize,
}

/// What was said about each of `messages` in the same conversation, by what it is about.
fn said_about(
    store: &mut dyn StoreRead,
    query: &MessageQuery,
    messages: &[Message],
) -> Result<HashMap<MessageId, About>, StorageError> {
    let mut about: HashMap<MessageId, About> = HashMap::new();
    if messages.is_empty() {
        return Ok(about);
    }
    let referring = MessageQuery {
        group: query.group.clone(),
        dm_peer: query.dm_peer,
        referring_to: messages.iter().map(|message| message.id).collect(),
        content_types: ["xmtp.org/reaction", "xmtp.org/reply"].map(str::to_owned).to_vec(),
        unexpired_at: query.unexpired_at,
        ..MessageQuery::default()
    };
    for row in store.messages(&referring)? {
        let Some(reference) = row.reference else { continue };
        let entry = about.entry(reference).or_default();
        match Content::from_bytes(&row.content) {
            Content::Reaction(reaction) => {
                let (message, sender, sent_at) = (row.id, row.sender_inbox, row.sent_at);
                entry.reactions.push(Reacted { message, sender, sent_at, reaction });
            }
            Content::Reply(_) => entry.replies = entry.replies.saturating_add(1),
            _ => {}
        }
    }
    Ok(about)
}

fn enrich(
    store: &mut dyn StoreRead,
    query: &MessageQuery,
    message: Message,
    about: &mut HashMap<MessageId, About>,
) -> Result<EnrichedMessage, StorageError> {
    let body = body(&message);
    let answers = matches!(body, Body::Content(Content::Reply(_)));
    let in_reply_to = match message.reference.filter(|_| answers) {
        Some(reference) => parent(store, query, &message, &reference)?,
        None => None,
    };
    let about = match body {
        Body::Content(_) => about.remove(&message.id).unwrap_or_default(),
        // MSG.R13
        Body::Deleted(_) => About::default(),
    };
    Ok(EnrichedMessage { message, body, in_reply_to, reactions: about.reactions, replies: about.replies })
}

/// The message that `reply` answers, if it is kept, has not expired, and is of the same conversation.
fn parent(
    store: &mut dyn StoreRead,
    query: &MessageQuery,
    reply: &Message,
    reference: &MessageId,
) -> Result<Option<Parent>, StorageError> {
    let Some(row) = store.message(reference)? else { return Ok(None) };
    let is_here = match query.dm_peer {
        Some(peer) => store.group(&row.group)?.is_some_and(|group| group.dm_peer == Some(peer)),
        None => row.group == reply.conversation,
    };
    if !is_here || query.unexpired_at.is_some_and(|now| row.has_expired(now)) {
        return Ok(None);
    }
    let position = store.stored_position(reference)?.unwrap_or_default();
    let message = Message::read(store, (position, row))?;
    let body = body(&message);
    Ok(Some(Parent { message, body }))
}

fn body(message: &Message) -> Body {
    message.deleted.map_or_else(|| Body::Content(Content::from_bytes(&message.content)), Body::Deleted)
}
