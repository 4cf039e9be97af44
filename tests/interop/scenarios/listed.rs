//! Messages with their answers, reactions and parents, and who has read how far.
use anyhow::{Context, Result};

use super::{Scenario, pair, scenarios, trio};
use crate::{
    check::{same, same_enriched},
    seen::{GroupSetup, Said},
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "listed_replies: answers are counted, and each shows what it answers" => replies,
        "listed_chain: an answer to an answer shows the one before it" => chain,
        "listed_reactions: reactions hang on their message with sender and order" => reactions,
        "listed_unknown: an answer to a message nobody has shows no parent" => unknown,
        "listed_all_types: a conversation of every type is listed alike" => all_types,
        "receipts_times: both sides know when each member read last" => times,
        "receipts_newest: only the newest receipt of a member counts" => newest,
    ]
}

fn reply(reference: &str, text: &str) -> Said {
    Said::Reply { reference: reference.to_owned(), text: text.to_owned() }
}

fn reaction(reference: &str, emoji: &str, removed: bool) -> Said {
    Said::Reaction { reference: reference.to_owned(), emoji: emoji.to_owned(), removed }
}

async fn replies(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("replies")).await?;
    let question = alix.say(&group, "tea or coffee?").await?;
    let other = alix.say(&group, "and where?").await?;
    for user in [&bo, &caro] {
        user.refresh(&group).await?;
        user.send(&group, &reply(&question, "tea")).await?;
    }
    bo.refresh(&group).await?;
    bo.send(&group, &reply(&other, "here")).await?;
    let listed = same_enriched(&[&alix, &bo, &caro], &group).await?;
    let counts: Vec<_> = listed.iter().map(|message| message.replies).collect();
    same("how many answers each has", &counts, &vec![2, 1, 0, 0, 0])?;
    let parents: Vec<_> = listed.into_iter().skip(2).map(|message| message.parent).collect();
    let parent = |id: &String, text: &str| Some((id.clone(), Said::Text(text.to_owned())));
    let tea = parent(&question, "tea or coffee?");
    same("what they answer", &parents, &vec![tea.clone(), tea, parent(&other, "and where?")])
}

async fn chain(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("chain")).await?;
    let first = alix.say(&group, "first").await?;
    bo.refresh(&group).await?;
    let second = bo.send(&group, &reply(&first, "second")).await?;
    alix.refresh(&group).await?;
    alix.send(&group, &reply(&second, "third")).await?;
    let listed = same_enriched(&[&alix, &bo], &group).await?;
    let counts: Vec<_> = listed.iter().map(|message| message.replies).collect();
    same("how many answers each has", &counts, &vec![1, 1, 0])?;
    let parent = listed.into_iter().next_back().and_then(|message| message.parent);
    same("what the last one answers", &parent, &Some((second, reply(&first, "second"))))
}

async fn reactions(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("reactions")).await?;
    let first = alix.say(&group, "we won").await?;
    let second = alix.say(&group, "we lost").await?;
    let given = [
        (&bo, reaction(&first, "🎉", false)),
        (&caro, reaction(&first, "👍", false)),
        (&bo, reaction(&second, "😢", false)),
        (&bo, reaction(&first, "🎉", true)),
    ];
    for (user, reaction) in &given {
        user.refresh(&group).await?;
        user.send(&group, reaction).await?;
    }
    let listed = same_enriched(&[&alix, &bo, &caro], &group).await?;
    let seen: Vec<Vec<(String, Said)>> = listed
        .into_iter()
        .map(|message| message.reactions.into_iter().map(|it| (it.sender, it.said)).collect())
        .collect();
    let [tada, thumb, tear, taken] = given.map(|(user, reaction)| (user.inbox_id().to_owned(), reaction));
    same("the reactions", &seen, &vec![vec![tada, thumb, taken], vec![tear]])
}

async fn unknown(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("unknown")).await?;
    let nowhere = "ab".repeat(32);
    bo.send(&group, &reply(&nowhere, "to whom?")).await?;
    let listed = same_enriched(&[&alix, &bo], &group).await?;
    let [answer] = listed.as_slice() else { anyhow::bail!("one answer was expected, not {listed:?}") };
    same("the answer", &(&answer.said, &answer.parent), &(&reply(&nowhere, "to whom?"), &None))
}

async fn all_types(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("types")).await?;
    for user in [&alix, &bo] {
        user.refresh(&group).await?;
        let first = user.say(&group, "text").await?;
        let said = [
            Said::Markdown("*markdown*".to_owned()),
            reply(&first, "answer"),
            reaction(&first, "👍", false),
            Said::ReadReceipt,
            Said::Unknown { type_id: "example.org/poll".to_owned(), fallback: Some("a poll".to_owned()) },
            Said::Unknown { type_id: "example.org/silent".to_owned(), fallback: None },
        ];
        for said in said {
            user.send(&group, &said).await?;
        }
    }
    let listed = same_enriched(&[&alix, &bo, &caro], &group).await?;
    same("how many are listed", &listed.len(), &10)
}

async fn times(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("receipts")).await?;
    alix.say(&group, "read me").await?;
    let mut receipts = Vec::new();
    for user in [&bo, &caro] {
        user.refresh(&group).await?;
        receipts.push((user, user.send(&group, &Said::ReadReceipt).await?));
    }
    let all = [&alix, &bo, &caro];
    for user in all {
        user.refresh(&group).await?;
    }
    let known = alix.read_times(&group).await?;
    for user in all {
        same("when members read", &user.read_times(&group).await?, &known)?;
    }
    same("how many have read", &known.len(), &2)?;
    for (user, receipt) in receipts {
        let sent_at = alix.message(&receipt).await?.context("the receipt is not stored")?.sent_at_ns;
        #[expect(clippy::cast_precision_loss, reason = "as JavaScript holds it")]
        let expected = Some(sent_at as f64);
        same("when a member read", &known.get(user.inbox_id()).copied(), &expected)?;
    }
    Ok(())
}

async fn newest(world: World) -> Result<()> {
    let (alix, bo, group) = pair(&world, &GroupSetup::named("receipts")).await?;
    bo.send(&group, &Said::ReadReceipt).await?;
    alix.refresh(&group).await?;
    let first = alix.read_times(&group).await?;
    bo.send(&group, &Said::ReadReceipt).await?;
    alix.refresh(&group).await?;
    bo.refresh(&group).await?;
    let second = alix.read_times(&group).await?;
    let at = |times: &std::collections::BTreeMap<String, f64>| times.get(bo.inbox_id()).copied().unwrap_or_default();
    anyhow::ensure!(at(&second) > at(&first), "a newer receipt does not count: {first:?}, {second:?}");
    same("when members read", &bo.read_times(&group).await?, &second)
}
