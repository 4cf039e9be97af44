//! Several DMs between two inboxes are one conversation.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    check::{same, texts},
    seen::{Filter, Query, Said},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "stitching_both: DMs made by both sides at once are one conversation on both sides" => both,
        "stitching_active: whichever DM is named, what is said goes to the active one, and nothing is lost" => active,
        "stitching_found: asking for the DM again gives the active one on both sides" => found,
        "stitching_installations: DMs made by two installations of one inbox are one conversation" => installations,
        "stitching_listed: duplicates are listed only for who asks for them" => listed,
        "stitching_reply: an answer in one DM finds its question in the other" => reply,
        "stitching_counts: messages are counted once, and by time across both" => counts,
    ]
}

/// Two users who each opened a DM before hearing of the other's: alix's DM, bo's DM.
async fn crossed(world: &World) -> Result<(User, User, [String; 2])> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dms = [alix.dm(&bo).await?, bo.dm(&alix).await?];
    ensure!(dms[0] != dms[1], "two DMs made at once have one id");
    alix.say(&dms[0], "from alix").await?;
    bo.say(&dms[1], "from bo").await?;
    for user in [&alix, &bo] {
        user.sync_all().await?;
    }
    Ok((alix, bo, dms))
}

async fn both(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    for user in [&alix, &bo] {
        same("the listed conversations", &user.list(&Filter::default()).await?, &vec![dms[1].clone()])?;
        for dm in &dms {
            same("the texts", &texts(&user.messages(dm).await?), &vec!["from alix", "from bo"])?;
        }
    }
    Ok(())
}

async fn active(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    // By now the newest message is in bo's DM. Whichever id one goes by, that is where the next ones go.
    alix.say(&dms[0], "alix again").await?;
    for user in [&alix, &bo] {
        user.sync_all().await?;
        same("the active DM", &user.list(&Filter::default()).await?, &vec![dms[1].clone()])?;
    }
    bo.say(&dms[0], "bo again").await?;
    for user in [&alix, &bo] {
        user.sync_all().await?;
        same("the active DM", &user.list(&Filter::default()).await?, &vec![dms[1].clone()])?;
        for dm in &dms {
            let expected = vec!["from alix", "from bo", "alix again", "bo again"];
            same("the texts", &texts(&user.messages(dm).await?), &expected)?;
        }
    }
    Ok(())
}

async fn found(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    for (user, peer) in [(&alix, &bo), (&bo, &alix)] {
        same("the DM", &user.dm(peer).await?, &dms[1])?;
        let other = |dm: &String| *dm != dms[1];
        let expected: Vec<String> = dms.iter().filter(|dm| other(dm)).cloned().collect();
        same("its duplicates", &user.duplicates(&dms[1]).await?, &expected)?;
    }
    Ok(())
}

async fn installations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let alix_too = world.other_as("alix", alix.account()).await?;
    let dms = [alix.dm(&bo).await?, alix_too.dm(&bo).await?];
    ensure!(dms[0] != dms[1], "two DMs made at once have one id");
    alix.say(&dms[0], "from the first").await?;
    alix_too.say(&dms[1], "from the second").await?;
    let all = [&alix, &alix_too, &bo];
    for user in all {
        user.sync_all().await?;
        same("the listed conversations", &user.list(&Filter::default()).await?.len(), &1)?;
    }
    let dm = bo.dm(&alix).await?;
    bo.say(&dm, "to both").await?;
    for user in all {
        user.sync_all().await?;
        for dm in &dms {
            let expected = vec!["from the first", "from the second", "to both"];
            same("the texts", &texts(&user.messages(dm).await?), &expected)?;
        }
    }
    Ok(())
}

async fn listed(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    let group = bo.group(&[&alix], "beside").await?;
    alix.sync_all().await?;
    for user in [&alix, &bo] {
        let only_dms = Filter { dms: Some(true), ..Filter::default() };
        same("the DMs", &user.list(&only_dms).await?, &vec![dms[1].clone()])?;
        let with_duplicates = Filter { duplicates: true, ..only_dms };
        let mut all = user.list(&with_duplicates).await?;
        all.sort_unstable();
        let mut expected = dms.to_vec();
        expected.sort_unstable();
        same("the DMs with duplicates", &all, &expected)?;
        let groups = Filter { dms: Some(false), duplicates: true, ..Filter::default() };
        same("the groups", &user.list(&groups).await?, &vec![group.clone()])?;
    }
    Ok(())
}

async fn reply(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    let question = alix.say(&dms[0], "tea?").await?;
    bo.sync_all().await?;
    bo.send(&dms[1], &Said::Reply { reference: question.clone(), text: "please".to_owned() }).await?;
    bo.send(&dms[1], &Said::Reaction { reference: question.clone(), emoji: "🍵".to_owned(), removed: false }).await?;
    for user in [&alix, &bo] {
        user.sync_all().await?;
    }
    let sent = Query { sent: Some(true), ..Query::default() };
    for user in [&alix, &bo] {
        let listed = user.enriched(&dms[0], &sent).await?;
        let asked = listed.iter().find(|message| message.id == question);
        same("answers and reactions", &asked.map(|it| (it.replies, it.reactions.len())), &Some((1, 1)))?;
        let parent = listed.last().and_then(|answer| answer.parent.clone());
        same("what was answered", &parent, &Some((question.clone(), Said::Text("tea?".to_owned()))))?;
    }
    same("what both list", &alix.enriched(&dms[0], &sent).await?, &bo.enriched(&dms[0], &sent).await?)
}

async fn counts(world: World) -> Result<()> {
    let (alix, bo, dms) = crossed(&world).await?;
    let [first, _] = alix
        .messages(&dms[0])
        .await?
        .into_iter()
        .filter(is_text)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|all| anyhow::anyhow!("two texts were sent, not {all:?}"))?;
    for user in [&alix, &bo] {
        for dm in &dms {
            same("how many", &user.count(dm, &Query::default()).await?, &2)?;
            let later = Query { after: Some(first.sent_at_ns), ..Query::default() };
            same("how many later", &user.count(dm, &later).await?, &1)?;
            let last = user.last(dm).await?.map(|message| message.said);
            same("the last", &last, &Some(Said::Text("from bo".to_owned())))?;
        }
    }
    Ok(())
}

fn is_text(message: &crate::seen::Message) -> bool {
    matches!(message.said, Said::Text(_))
}
