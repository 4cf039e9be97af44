//! What has to hold between sides.
use std::{collections::BTreeSet, fmt::Debug};

use anyhow::{Context, Result, ensure};

use crate::{
    inbox::Inbox,
    seen::{Conversation, Enriched, Message, Query, Said, Updated},
    user::User,
};

/// Fails unless both are equal; `what` says what they are.
pub(crate) fn same<T: Debug + PartialEq>(what: &str, left: &T, right: &T) -> Result<()> {
    ensure!(left == right, "{what}: {left:?} is not {right:?}");
    Ok(())
}

/// Fails unless what was asked for was refused.
pub(crate) fn refused<T>(what: &str, answer: Result<T>) -> Result<()> {
    ensure!(answer.is_err(), "{what}: it was not refused");
    Ok(())
}

/// Brings all users up to date in a conversation, and fails unless they see the same group: members, installations,
/// metadata, policies, admin lists and epoch.
pub(crate) async fn same_group(users: &[&User], conversation: &str) -> Result<Conversation> {
    let mut first: Option<Conversation> = None;
    for user in users {
        user.sync_all().await?;
        user.refresh(conversation).await?;
        let seen = user.describe(conversation).await?;
        match &first {
            Some(first) => same("what two sides know of a group", &seen, first)?,
            None => first = Some(seen),
        }
    }
    first.context("a group is compared between nobody")
}

/// As [`same_group`], and everyone has the same messages in the same order with the same ids.
pub(crate) async fn same_history(users: &[&User], conversation: &str) -> Result<Vec<Message>> {
    same_group(users, conversation).await?;
    let mut first: Option<Vec<Message>> = None;
    for user in users {
        let said = spoken(user.messages(conversation).await?);
        match &first {
            Some(first) => same_messages(&said, first)?,
            None => first = Some(said),
        }
    }
    first.context("messages are compared between nobody")
}

/// Fails unless all users list the same messages that members sent, each with the same answers, reactions, parent and
/// state. Updates are compared by [`same_updates`]: those of joining differ.
pub(crate) async fn same_enriched(users: &[&User], conversation: &str) -> Result<Vec<Enriched>> {
    let query = Query { sent: Some(true), ..Query::default() };
    let mut first: Option<Vec<Enriched>> = None;
    for user in users {
        user.sync_all().await?;
        user.refresh(conversation).await?;
        let seen = user.enriched(conversation, &query).await?;
        match &first {
            Some(first) => same("what two sides list", &seen, first)?,
            None => first = Some(seen),
        }
    }
    first.context("messages are compared between nobody")
}

/// Fails unless all users, who have been in the conversation since its first commit, were told the same of what commits
/// changed since, at the same time. The update that tells how each came in is left out.
pub(crate) async fn same_updates(users: &[&User], conversation: &str) -> Result<Vec<Updated>> {
    same_group(users, conversation).await?;
    let mut first: Option<Vec<(u64, Updated)>> = None;
    for user in users {
        let update = |message: Message| match message.said {
            Said::Updated(update) => Some((message.sent_at_ns, update)),
            _ => None,
        };
        let seen: Vec<_> = user.messages(conversation).await?.into_iter().filter_map(update).skip(1).collect();
        match &first {
            Some(first) => same("what two sides were told of commits", &seen, first)?,
            None => first = Some(seen),
        }
    }
    Ok(first.context("updates are compared between nobody")?.into_iter().map(|(_, update)| update).collect())
}

/// As [`same`], naming only where two histories part.
fn same_messages(left: &[Message], right: &[Message]) -> Result<()> {
    let parting = (0..left.len().max(right.len())).find(|at| left.get(*at) != right.get(*at));
    let Some(at) = parting else { return Ok(()) };
    let (lengths, left, right) = ((left.len(), right.len()), left.get(at), right.get(at));
    anyhow::bail!("two sides read {lengths:?} messages that part at {at}: {left:?} is not {right:?}")
}

/// Fails unless all users, with and without a client, see one state of an inbox: its id, who recovers it, its
/// identifiers, its installations and when they were added.
pub(crate) async fn same_inbox(users: &[&User], inbox_id: &str) -> Result<Inbox> {
    let mut first: Option<Inbox> = None;
    for user in users {
        for states in [user.inbox_states(&[inbox_id]).await?, user.inbox_states_statically(&[inbox_id]).await?] {
            let [seen] = states.as_slice() else { anyhow::bail!("one inbox has {} states", states.len()) };
            match &first {
                Some(first) => same("what two sides know of an inbox", seen, first)?,
                None => first = Some(seen.clone()),
            }
        }
    }
    first.context("an inbox is compared between nobody")
}

/// Messages that someone sent, without what commits led to, and without read receipts, which the official client does
/// not list.
fn spoken(messages: Vec<Message>) -> Vec<Message> {
    messages.into_iter().filter(|message| !matches!(message.said, Said::Updated(_) | Said::ReadReceipt)).collect()
}

/// The texts of a history, in order.
pub(crate) fn texts(messages: &[Message]) -> Vec<&str> {
    let text = |message: &&Message| matches!(message.said, Said::Text(_));
    messages
        .iter()
        .filter(text)
        .filter_map(|message| if let Said::Text(it) = &message.said { Some(it.as_str()) } else { None })
        .collect()
}

/// The ids of a history, in order.
pub(crate) fn ids(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

/// Inbox ids of users.
pub(crate) fn inboxes(users: &[&User]) -> BTreeSet<String> {
    users.iter().map(|user| user.inbox_id().to_owned()).collect()
}

/// The one conversation a user has.
pub(crate) async fn only_conversation(user: &User) -> Result<String> {
    user.sync_all().await?;
    let mut all = user.conversations().await?;
    ensure!(all.len() == 1, "one conversation was expected, not {}", all.len());
    all.pop().context("no conversation")
}
