//! A group that asks for a client newer than its members have. Only clients of ours can ask for one.
use anyhow::Result;

use super::{Scenario, scenarios};
use crate::{
    check::{refused, same, same_group, same_history, texts},
    seen::{Message, Said},
    user::User,
    world::World,
};

/// As new as ours says it is, so that ours can ask for it. The official client is older before its generation 6.
const NEWEST: &str = "1.10.0";

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "versions_pause: members whose clients are too old pause in that group and go on in others" => pause,
        "versions_met: a group that asks for an old version goes on" => met,
    ]
}

/// A group of one of ours, who asks for versions, and of one of each side.
async fn three(world: &World) -> Result<(User, User, User, String)> {
    let (alix, bo, caro) = (world.ours("alix").await?, world.opener("bo").await?, world.other("caro").await?);
    let group = alix.group(&[&bo, &caro], "versions").await?;
    for user in [&bo, &caro] {
        user.sync_all().await?;
    }
    Ok((alix, bo, caro, group))
}

async fn pause(world: World) -> Result<()> {
    let (alix, bo, caro, group) = three(&world).await?;
    let other = alix.group(&[&bo, &caro], "other").await?;
    alix.say(&group, "before").await?;
    alix.require_version(&group, NEWEST).await?;
    for user in [&bo, &caro] {
        user.sync_all().await?;
        user.refresh(&group).await?;
        let is_too_old = world.is_before_6() && matches!(user, User::Official(_));
        let missing = is_too_old.then(|| NEWEST.to_owned());
        same("the version that is missing", &user.paused_for(&group).await?, &missing)?;
        same("what it has read", &texts(&user.messages(&group).await?), &vec!["before"])?;
        if is_too_old {
            refused("a text in a paused group", user.say(&group, "after").await)?;
            refused("a new name of a paused group", user.rename(&group, "after").await)?;
        } else {
            user.rename(&group, "after").await?;
        }
        same("no version is missing", &user.paused_for(&other).await?, &None)?;
        user.say(&other, "elsewhere").await?;
    }
    same("the texts elsewhere", &texts(&same_history(&[&alix, &bo, &caro], &other).await?), &vec!["elsewhere"; 2])
}

async fn met(world: World) -> Result<()> {
    let (alix, bo, caro, group) = three(&world).await?;
    alix.require_version(&group, "1.0.0").await?;
    for user in [&bo, &caro] {
        user.refresh(&group).await?;
        same("no version is missing", &user.paused_for(&group).await?, &None)?;
        user.say(&group, "new enough").await?;
    }
    bo.refresh(&group).await?;
    bo.rename(&group, "of bo").await?;
    let all = [&alix, &bo, &caro];
    same("the texts", &texts(&same_history(&all, &group).await?), &vec!["new enough"; 2])?;
    same("the name", &same_group(&all, &group).await?.name.as_str(), &"of bo")?;
    let of = |field: &str, old: &str, new: &str| (field.to_owned(), old.to_owned(), new.to_owned());
    let expected =
        [of("minimum_supported_protocol_version", "", "1.0.0"), of("group_name", "versions", "of bo")].to_vec();
    for user in all {
        // Under a version that is asked for, the official client writes an update of nothing for every other commit.
        let changes = |message: Message| match message.said {
            Said::Updated(update) => update.metadata,
            _ => Vec::new(),
        };
        let told: Vec<_> = user.messages(&group).await?.into_iter().flat_map(changes).collect();
        same("what was told", &told, &expected)?;
    }
    Ok(())
}
