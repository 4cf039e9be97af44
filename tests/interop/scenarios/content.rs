//! Content types, from each side to the other.
use anyhow::{Context, Result};

use super::{Scenario, scenarios};
use crate::{
    check::{ids, same, same_history},
    seen::{Message, Said},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "text of every script and length survives" => text,
        "markdown survives" => markdown,
        "a reply names what it answers" => reply,
        "a reaction is given and taken back" => reaction,
        "a read receipt arrives" => read_receipt,
        "an unknown type survives with its fallback" => unknown,
    ]
}

/// A DM between one user of each side.
pub(super) async fn dm(world: &World) -> Result<(User, User, String)> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    Ok((alix, bo, dm))
}

/// Each side sends `said` once; everyone must read exactly that.
pub(super) async fn both_send(world: &World, said: &[Said]) -> Result<Vec<Message>> {
    let (alix, bo, dm) = dm(world).await?;
    for said in said {
        alix.send(&dm, said).await?;
        bo.send(&dm, said).await?;
    }
    let history = same_history(&[&alix, &bo], &dm).await?;
    let expected: Vec<_> = said.iter().flat_map(|said| [said.clone(), said.clone()]).collect();
    same("what was said", &history.iter().map(|message| message.said.clone()).collect(), &expected)?;
    Ok(history)
}

async fn text(world: World) -> Result<()> {
    let texts = ["a", "grüße, 你好, مرحبا, 🦀👩‍👩‍👧", "line\nline\ttab\0nul", &"long ".repeat(20_000)];
    both_send(&world, &texts.map(|text| Said::Text(text.to_owned()))).await.map(drop)
}

async fn markdown(world: World) -> Result<()> {
    both_send(&world, &[Said::Markdown("# title\n\n- *one*\n- `two`".to_owned())]).await.map(drop)
}

async fn read_receipt(world: World) -> Result<()> {
    let (alix, bo, dm) = dm(&world).await?;
    let text = alix.say(&dm, "read me").await?;
    bo.refresh(&dm).await?;
    for (from, to) in [(&bo, &alix), (&alix, &bo)] {
        let receipt = from.send(&dm, &Said::ReadReceipt).await?;
        to.refresh(&dm).await?;
        for user in [from, to] {
            let seen = user.message(&receipt).await?.context("the receipt is not stored")?;
            same("the receipt", &(seen.said, seen.sender.as_str()), &(Said::ReadReceipt, from.inbox_id()))?;
        }
    }
    same("the listed messages", &ids(&same_history(&[&alix, &bo], &dm).await?), &vec![text.as_str()])
}

async fn reply(world: World) -> Result<()> {
    let (alix, bo, dm) = dm(&world).await?;
    let question = alix.say(&dm, "tea or coffee?").await?;
    bo.refresh(&dm).await?;
    let tea = Said::Reply { reference: question, text: "tea".to_owned() };
    let answer = bo.send(&dm, &tea).await?;
    alix.refresh(&dm).await?;
    let milk = Said::Reply { reference: answer, text: "with milk?".to_owned() };
    alix.send(&dm, &milk).await?;

    let history = same_history(&[&alix, &bo], &dm).await?;
    let said: Vec<_> = history.into_iter().skip(1).map(|message| message.said).collect();
    same("the replies", &said, &vec![tea, milk])
}

async fn reaction(world: World) -> Result<()> {
    let (alix, bo, dm) = dm(&world).await?;
    let reference = alix.say(&dm, "we won").await?;
    bo.refresh(&dm).await?;
    let given = Said::Reaction { reference: reference.clone(), emoji: "🎉".to_owned(), removed: false };
    bo.send(&dm, &given).await?;
    alix.send(&dm, &given).await?;
    let taken = Said::Reaction { reference, emoji: "🎉".to_owned(), removed: true };
    bo.send(&dm, &taken).await?;

    let history = same_history(&[&alix, &bo], &dm).await?;
    let by = |user: &User| -> Vec<_> {
        let reactions = history.iter().skip(1).filter(|message| message.sender == user.inbox_id());
        reactions.map(|message| message.said.clone()).collect()
    };
    same("bo's reactions", &by(&bo), &vec![given.clone(), taken])?;
    same("alix's reactions", &by(&alix), &vec![given])
}

async fn unknown(world: World) -> Result<()> {
    let with = Said::Unknown { type_id: "example.org/poll".to_owned(), fallback: Some("a poll".to_owned()) };
    let without = Said::Unknown { type_id: "example.org/silent".to_owned(), fallback: None };
    both_send(&world, &[with, without]).await.map(drop)
}
