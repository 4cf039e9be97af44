//! What must hold once everybody has heard everything.
use crate::{member::Member, truth::Truth};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_client::{
    Client, ConversationKind, DeliveryStatus, GroupId, GroupInfo, GroupQuery, GroupStatus, Message, MessageId,
    MessageKind, MessageOrder, MessageQuery,
};
use xmtp_content_types::Content;

/// What one member has of the group in the end.
pub(crate) struct Seen {
    pub(crate) status: GroupStatus,
    pub(crate) info: GroupInfo,
    /// In the order in which they were stored.
    pub(crate) messages: Vec<Message>,
}

/// What one member has said and heard in conversations of two.
pub(crate) type Whispered = BTreeMap<MessageId, Message>;

/// What `client` has of conversations of two, those opened twice included.
pub(crate) async fn whispered(client: &Client) -> Result<Whispered> {
    let query = GroupQuery { kind: Some(ConversationKind::Dm), ..GroupQuery::default() };
    let mut all = Whispered::new();
    for dm in client.conversations().list(query).await? {
        all.extend(dm.messages(MessageQuery::default()).await?.into_iter().map(|message| (message.id, message)));
    }
    Ok(all)
}

/// What `client` has of the group; `None` if it never joined it.
pub(crate) async fn see(client: &Client, group: &GroupId) -> Result<Option<Seen>> {
    let Ok(conversation) = client.conversations().find(group).await else { return Ok(None) };
    let query = MessageQuery { order: MessageOrder::Stored, ..MessageQuery::default() };
    let messages = conversation.messages(query).await?;
    Ok(Some(Seen { status: conversation.status().await?, info: conversation.info().await?, messages }))
}

/// Holds everybody to the truth.
///
/// # Errors
/// The first thing that is not as it must be.
pub(crate) fn check(members: &[Member], seen: &[Option<Seen>], whispered: &[Whispered], truth: &Truth) -> Result<()> {
    let founder = seen.first().and_then(Option::as_ref).context("the founder has lost the group")?;
    for ((member, seen), dms) in members.iter().zip(seen).zip(whispered) {
        let place = member.place;
        let is_member = truth.members.contains_key(&member.inbox);
        match seen {
            None => ensure!(!is_member || member.is_locked_out, "member {place} was added and never joined"),
            Some(seen) if is_member && member.is_locked_out && seen.status == GroupStatus::Removed => {}
            Some(seen) => {
                if is_member {
                    ensure!(seen.status == GroupStatus::Active, "member {place} is {:?}", seen.status);
                    same_state(place, &seen.info, &founder.info)?;
                } else {
                    ensure!(seen.status == GroupStatus::Removed, "member {place} was removed and is {:?}", seen.status);
                }
                has_its_messages(member, seen, founder, truth)
                    .with_context(|| format!("messages of member {place}"))?;
            }
        }
        let stored = seen.iter().flat_map(|seen| &seen.messages).chain(dms.values());
        heard_them_once(member, stored).with_context(|| format!("the stream of member {place}"))?;
        whispers_arrived(member, members, whispered).with_context(|| format!("what member {place} said to one"))?;
        said_once(member, founder, truth).with_context(|| format!("what member {place} said"))?;
    }
    Ok(())
}

fn same_state(place: usize, info: &GroupInfo, founder: &GroupInfo) -> Result<()> {
    ensure!(info.epoch == founder.epoch, "member {place} is in {:?}, the founder in {:?}", info.epoch, founder.epoch);
    ensure!(info.epoch_authenticator == founder.epoch_authenticator, "member {place} is on another branch");
    ensure!(info == founder, "member {place} sees {info:?}, the founder {founder:?}");
    Ok(())
}

/// The member has what it can read of what the founder has, and nothing else; both in the network's order.
fn has_its_messages(member: &Member, seen: &Seen, founder: &Seen, truth: &Truth) -> Result<()> {
    let mut expected: Vec<_> = spoken(founder).collect();
    expected.retain(|it| truth.readers.get(&it.sent_at).is_some_and(|readers| readers.contains(&member.inbox)));
    let mut have: Vec<_> = spoken(seen).collect();
    if member.is_second {
        // Others let it in when they notice it. It has everything from then on, and the log does not say when that was.
        let since = have.iter().filter_map(|message| truth.epochs.get(&message.sent_at)).min().copied();
        expected.retain(|it| truth.epochs.get(&it.sent_at).copied() >= since.or(Some(u64::MAX)));
    }
    expected.sort_by_key(|message| message.sent_at);
    // What becomes of a message that the network took after the commit that removed its sender, the sender never hears.
    let is_unheard =
        |it: &&Message| it.sender_installation == member.installation && !truth.readers.contains_key(&it.sent_at);
    have.retain(|it| !(truth.once_removed.contains(&member.inbox) && is_unheard(it)));
    have.sort_by_key(|message| message.sent_at);
    let waits = seen.messages.iter().find(|message| message.status == DeliveryStatus::Unpublished);
    ensure!(waits.is_none() || is_alone(seen), "{waits:?} never went out");
    let name = |message: &&Message| (message.sent_at, text(message));
    let (expected, have): (Vec<_>, Vec<_>) = (expected.iter().map(name).collect(), have.iter().map(name).collect());
    if let Some(lost) = expected.iter().find(|it| !have.contains(it)) {
        bail!("{lost:?} is lost; it has {have:?}");
    }
    if let Some(more) = have.iter().find(|it| !expected.contains(it)) {
        bail!("{more:?} is too many; it should have {expected:?}");
    }
    ensure!(have == expected, "the order is {have:?} and not {expected:?}");
    let readable: BTreeSet<_> = spoken(founder).map(|message| message.sent_at).collect();
    let lost = truth.readers.keys().find(|at| !readable.contains(at));
    ensure!(lost.is_none(), "the founder lacks the message of {lost:?}");
    Ok(())
}

/// The stream gave each stored message of others once.
fn heard_them_once<'m>(member: &Member, stored: impl Iterator<Item = &'m Message>) -> Result<()> {
    let mut count = BTreeMap::<MessageId, usize>::new();
    member.heard.iter().for_each(|id| *count.entry(*id).or_default() += 1);
    ensure!(count.values().all(|count| *count == 1), "a message came twice");
    let others = stored.filter(|message| message.sender_installation != member.installation);
    for message in others {
        ensure!(count.remove(&message.id).is_some(), "{:?} never came", text(message));
    }
    ensure!(count.is_empty(), "messages came that are not stored");
    Ok(())
}

/// What was accepted stands once in the conversation, in the order in which it was said.
fn said_once(member: &Member, founder: &Seen, truth: &Truth) -> Result<()> {
    let mut all: Vec<_> = spoken(founder).filter(|it| it.sender_installation == member.installation).collect();
    all.sort_by_key(|message| message.sent_at);
    // A wish to leave is a message too, and has no text.
    let all: Vec<String> = all.into_iter().map(text).filter(|text| !text.is_empty()).collect();
    let order: Vec<usize> = all
        .iter()
        .map(|it| member.said.iter().position(|said| said.to.is_none() && said.text == *it))
        .collect::<Option<_>>()
        .context("something was never said")?;
    ensure!(order.windows(2).all(|pair| pair.first() < pair.last()), "it stands there as {all:?}");
    if !is_alone(founder) && !truth.once_removed.contains(&member.inbox) && truth.members.contains_key(&member.inbox) {
        let lost = member.said.iter().find(|said| said.to.is_none() && said.is_accepted && !all.contains(&said.text));
        ensure!(lost.is_none(), "{lost:?} is lost; there are {all:?}");
    }
    Ok(())
}

/// What is queued in a group in which nobody else is waits for somebody to come.
fn is_alone(seen: &Seen) -> bool {
    seen.info.members.len() < 2
}

/// What a client took for one member alone, that member has once, also if each had opened the conversation.
fn whispers_arrived(member: &Member, members: &[Member], whispered: &[Whispered]) -> Result<()> {
    for said in member.said.iter().filter(|said| said.is_accepted) {
        let Some((to, heard)) = said.to.and_then(|place| members.get(place).zip(whispered.get(place))) else {
            continue;
        };
        let count = heard.values().filter(|message| text(message) == said.text).count();
        // An installation that came later is let in when others notice it.
        ensure!(count == 1 || (to.is_second && count == 0), "{said:?} arrived {count} times");
    }
    Ok(())
}

/// Messages that the network took.
fn spoken(seen: &Seen) -> impl Iterator<Item = &Message> {
    let is_taken = |it: &&Message| it.kind == MessageKind::Application && it.status == DeliveryStatus::Published;
    seen.messages.iter().filter(is_taken)
}

fn text(message: &Message) -> String {
    Content::from_bytes(&message.content).as_text().unwrap_or_default().to_owned()
}
