//! Streams: what arrives without asking.
use anyhow::Result;

use super::{Scenario, scenarios};
use crate::{
    check::{inboxes, same},
    seen::Said,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "streamed messages arrive once and in order" => messages,
        "a new group arrives on a stream" => new_group,
        "messages of a group made later arrive on an open stream" => messages_of_new_group,
    ]
}

async fn messages(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    bo.follow_messages("messages").await?;
    for index in 0..10 {
        let text = format!("live {index}");
        let id = alix.say(&dm, &text).await?;
        let message = bo.next_message("messages").await?;
        same("the message", &(message.id, message.said), &(id, Said::Text(text)))?;
    }
    Ok(())
}

async fn new_group(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    bo.follow_conversations("conversations").await?;
    let group = alix.group(&[&bo], "live").await?;
    let seen = bo.next_conversation("conversations").await?;
    same("the group", &(seen.id, seen.name.as_str()), &(group, "live"))?;
    same("the members", &seen.members, &inboxes(&[&alix, &bo]))
}

async fn messages_of_new_group(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    bo.follow_messages("messages").await?;
    let group = alix.group(&[&bo], "live").await?;
    let id = alix.say(&group, "did you hear?").await?;
    loop {
        let message = bo.next_message("messages").await?;
        // Clients may or may not stream the update that brought them in.
        if let Said::Text(text) = message.said {
            return same("the message", &(message.id, text.as_str()), &(id, "did you hear?"));
        }
    }
}
