//! Messages by time, kind, type, sender and number.
use anyhow::{Context, Result, anyhow, ensure};

use super::{Scenario, pair, scenarios};
use crate::{
    check::{same, same_enriched},
    seen::{Enriched, GroupSetup, MessageType, Query, Said},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "queries_time: messages are found between two times, both excluded" => time,
        "queries_pages: messages are read in pages from either end" => pages,
        "queries_kind: what members sent and what commits led to are told apart" => kind,
        "queries_types: messages are found by type, and without types" => types,
        "queries_senders: messages are found without those of a sender" => senders,
        "queries_counts: both sides count the same, reactions and receipts included" => counts,
        "queries_last: both sides have the same last message that a member sent, whatever its type" => last,
    ]
}

/// A group in which both sides said things of every type.
async fn talk(world: &World) -> Result<(User, User, String, [Enriched; 5])> {
    let (alix, bo, group) = pair(world, &GroupSetup::named("talk")).await?;
    let first = alix.say(&group, "one").await?;
    bo.refresh(&group).await?;
    bo.say(&group, "two").await?;
    bo.send(&group, &Said::Markdown("# three".to_owned())).await?;
    bo.send(&group, &Said::Reaction { reference: first.clone(), emoji: "👍".to_owned(), removed: false }).await?;
    bo.send(&group, &Said::ReadReceipt).await?;
    alix.refresh(&group).await?;
    alix.rename(&group, "talked").await?;
    alix.send(&group, &Said::Reply { reference: first, text: "four".to_owned() }).await?;
    alix.say(&group, "five").await?;
    let listed = same_enriched(&[&alix, &bo], &group).await?;
    let listed = listed.try_into();
    Ok((alix, bo, group, listed.map_err(|all: Vec<_>| anyhow!("five messages are listed, not {}", all.len()))?))
}

fn ids(messages: &[Enriched]) -> Vec<&str> {
    messages.iter().map(|message| message.id.as_str()).collect()
}

/// What a query finds on both sides, which has to be the same.
async fn found(users: [&User; 2], group: &str, query: &Query) -> Result<Vec<Enriched>> {
    let [left, right] = users;
    let found = left.enriched(group, query).await?;
    same("what two sides find", &right.enriched(group, query).await?, &found)?;
    Ok(found)
}

const SENT: Query = Query {
    after: None,
    before: None,
    limit: None,
    newest_first: false,
    sent: Some(true),
    published: None,
    types: Vec::new(),
    not_types: Vec::new(),
    not_senders: Vec::new(),
};

async fn time(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    let users = [&alix, &bo];
    let at = |index: usize| all.get(index).map(|message| message.sent_at_ns);
    let later = found(users, &group, &Query { after: at(1), ..SENT }).await?;
    same("what came later", &ids(&later), &ids(&all[2..]))?;
    let earlier = found(users, &group, &Query { before: at(2), ..SENT }).await?;
    same("what came earlier", &ids(&earlier), &ids(&all[..2]))?;
    let between = found(users, &group, &Query { after: at(0), before: at(4), ..SENT }).await?;
    same("what came between", &ids(&between), &ids(&all[1..4]))
}

async fn pages(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    let users = [&alix, &bo];
    let plain = Query { not_types: vec![MessageType::Reaction, MessageType::ReadReceipt], ..SENT };
    let first = found(users, &group, &Query { limit: Some(2), ..plain.clone() }).await?;
    same("the first page", &ids(&first), &ids(&all[..2]))?;
    let after = first.last().map(|message| message.sent_at_ns);
    let second = found(users, &group, &Query { limit: Some(2), after, ..plain.clone() }).await?;
    same("the second page", &ids(&second), &ids(&all[2..4]))?;
    let mut reversed = ids(&all);
    reversed.reverse();
    let newest = found(users, &group, &Query { newest_first: true, ..plain.clone() }).await?;
    same("the newest first", &ids(&newest), &reversed)?;
    let newest = found(users, &group, &Query { newest_first: true, limit: Some(3), ..plain }).await?;
    same("the newest three", &ids(&newest), &reversed.into_iter().take(3).collect())
}

async fn kind(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    same("what was sent", &found([&alix, &bo], &group, &SENT).await?, &all.to_vec())?;
    // The first update tells how each came in.
    let updates = Query { sent: Some(false), after: all.first().map(|first| first.sent_at_ns), ..SENT };
    let updates = found([&alix, &bo], &group, &updates).await?;
    let [renamed] = updates.as_slice() else { anyhow::bail!("one update was expected, not {updates:?}") };
    let Said::Updated(update) = &renamed.said else { anyhow::bail!("an update says {:?}", renamed.said) };
    same("what changed", &update.metadata, &vec![("group_name".into(), "talk".into(), "talked".into())])
}

async fn types(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    let users = [&alix, &bo];
    let of = |types: &[MessageType]| Query { types: types.to_vec(), ..SENT };
    let texts = found(users, &group, &of(&[MessageType::Text])).await?;
    same("texts", &ids(&texts), &vec![all[0].id.as_str(), &all[1].id, &all[4].id])?;
    let two = found(users, &group, &of(&[MessageType::Markdown, MessageType::Reply])).await?;
    same("markdown and answers", &ids(&two), &ids(&all[2..4]))?;
    let reactions = found(users, &group, &of(&[MessageType::Reaction])).await?;
    ensure!(reactions.is_empty(), "reactions are listed: {reactions:?}");
    let rest = Query { not_types: vec![MessageType::Text, MessageType::GroupUpdated], ..SENT };
    same("the rest", &ids(&found(users, &group, &rest).await?), &ids(&all[2..4]))
}

async fn senders(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    for (left_out, expected) in [(&alix, &all[1..3]), (&bo, &[all[0].clone(), all[3].clone(), all[4].clone()][..])] {
        let query = Query { not_senders: vec![left_out.inbox_id().to_owned()], ..SENT };
        same("the others' messages", &ids(&found([&alix, &bo], &group, &query).await?), &ids(expected))?;
    }
    Ok(())
}

async fn counts(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    let after = all.get(1).map(|message| message.sent_at_ns);
    let reactions = Query { types: vec![MessageType::Reaction], ..Query::default() };
    let texts = Query { types: vec![MessageType::Text], ..Query::default() };
    let of_bo = Query { not_senders: vec![alix.inbox_id().to_owned()], ..Query::default() };
    let later = Query { after, ..Query::default() };
    for (query, expected) in [(Query::default(), 9), (SENT, 7), (reactions, 1), (texts, 3), (of_bo, 4), (later, 6)] {
        for user in [&alix, &bo] {
            same(&format!("how many by {query:?}"), &user.count(&group, &query).await?, &expected)?;
        }
    }
    Ok(())
}

async fn last(world: World) -> Result<()> {
    let (alix, bo, group, all) = talk(&world).await?;
    let shown = async |user: &User| user.last(&group).await?.map(|message| message.said).context("there is no last");
    for user in [&alix, &bo] {
        same("the last message", &shown(user).await?, &Said::Text("five".to_owned()))?;
    }
    bo.send(&group, &Said::Reaction { reference: all[0].id.clone(), emoji: "🎉".to_owned(), removed: false }).await?;
    bo.send(&group, &Said::ReadReceipt).await?;
    alix.refresh(&group).await?;
    for user in [&alix, &bo] {
        same("the last message after a reaction", &shown(user).await?, &Said::Text("five".to_owned()))?;
    }
    let markdown = Said::Markdown("*six*".to_owned());
    bo.send(&group, &markdown).await?;
    alix.refresh(&group).await?;
    for user in [&alix, &bo] {
        same("the last message", &shown(user).await?, &markdown)?;
    }
    // The official client counts what a commit led to, too; ours only what a member sent.
    alix.rename(&group, "renamed").await?;
    bo.refresh(&group).await?;
    for user in [&alix, &bo] {
        let (is_official, last) = (matches!(user, User::Official(_)), shown(user).await?);
        ensure!(if is_official { matches!(last, Said::Updated(_)) } else { last == markdown }, "the last is {last:?}");
    }
    Ok(())
}
