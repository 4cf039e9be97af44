//! Streams while much is said.
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use super::{Scenario, scenarios, trio};
use crate::{
    check::{ids, only_conversation, same, same_history},
    seen::{GroupSetup, Message, Said, Stream},
    user::User,
    world::World,
};

/// What each of two says in one go.
const SAID_BY_EACH: usize = 120;

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = scenarios![
        "streams_load: hundreds of messages of both sides arrive once and in order, on all streams of ours at once" => load,
        "streams_commits: messages between commits arrive once and in order" => commits,
        "streams_conversation: the stream of a conversation gives that conversation alone" => conversation,
        "streams_kinds: streams of groups and of DMs give what they are for" => kinds,
        "streams_new: a stream of conversations gives groups and DMs, each once" => new_conversations,
        "streams_added: a stream goes on into a group that its reader is added to, removed from and added to" => added,
        "streams_ended: a stream that has ended leaves the others alone" => ended,
        "streams_installations: a stream gives what another installation of the own inbox sends" => installations,
    ];
    let restart = scenarios![
        "streams_restart: a stream goes on when the node is back, and has missed nothing" => node_restart,
    ];
    all.extend(restart.into_iter().map(|scenario| Scenario { alone: true, ..scenario }));
    all
}

/// Says things one after the other and gives the ids.
async fn burst(user: &User, conversation: &str, count: usize) -> Result<Vec<String>> {
    let mut sent = Vec::new();
    for index in 0..count {
        sent.push(user.say(conversation, &format!("number {index}")).await?);
    }
    Ok(sent)
}

/// Messages that a member sent, of those a stream gave.
fn ids_by(messages: &[Message], sender: &User) -> Vec<String> {
    messages.iter().filter(|message| message.sender == sender.inbox_id()).map(|message| message.id.clone()).collect()
}

/// Reads a stream until it has given so many texts; anything twice is a failure.
async fn texts_of(user: &mut User, stream: &str, count: usize) -> Result<Vec<Message>> {
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    while all.len() < count {
        for message in user.next_messages(stream, 1).await? {
            ensure!(seen.insert(message.id.clone()), "a stream gave one message twice: {message:?}");
            if matches!(message.said, Said::Text(_)) {
                all.push(message);
            }
        }
    }
    Ok(all)
}

/// Both listeners hear both sides. Of two streams of one official client, one may lose the first message after it began,
/// although the node sent it on both; so an official listener has one stream, and one of ours has two.
async fn load(world: World) -> Result<()> {
    let (alix, bo, caro, group) = trio(&world, &GroupSetup::named("loud")).await?;
    let dani = world.other("dani").await?;
    alix.add(&group, &[&dani]).await?;
    let (all, this) = (Stream::Messages, Stream::Conversation(group.clone()));
    let mut listeners = [(caro, vec![&all]), (dani, vec![&this])];
    for (user, streams) in &mut listeners {
        if matches!(user, User::Ours(_)) {
            *streams = vec![&all, &this];
        }
    }
    for (user, streams) in &mut listeners {
        user.sync_all().await?;
        for stream in &*streams {
            user.follow(stream.name(), stream).await?;
        }
    }
    bo.refresh(&group).await?;
    let (of_alix, of_bo) = tokio::try_join!(burst(&alix, &group, SAID_BY_EACH), burst(&bo, &group, SAID_BY_EACH))?;
    for (user, streams) in &mut listeners {
        for stream in &*streams {
            let heard = texts_of(user, stream.name(), 2 * SAID_BY_EACH).await?;
            same("what one side said", &ids_by(&heard, &alix), &of_alix)?;
            same("what the other side said", &ids_by(&heard, &bo), &of_bo)?;
        }
    }
    let [(caro, _), (dani, _)] = &listeners;
    let history = same_history(&[&alix, &bo, caro, dani], &group).await?;
    same("how many are kept", &history.len(), &(2 * SAID_BY_EACH))
}

async fn commits(world: World) -> Result<()> {
    let (alix, bo, mut caro, group) = trio(&world, &GroupSetup::named("moving")).await?;
    let mut dani = world.other("dani").await?;
    alix.add(&group, &[&dani]).await?;
    for user in [&mut caro, &mut dani] {
        user.sync_all().await?;
        user.follow_messages("messages").await?;
    }
    let mut said = Vec::new();
    for round in 0..6 {
        for user in [&alix, &bo] {
            user.refresh(&group).await?;
            user.rename(&group, &format!("name {round}")).await?;
            said.push(user.say(&group, &format!("round {round}")).await?);
        }
    }
    for user in [&mut caro, &mut dani] {
        let heard = texts_of(user, "messages", said.len()).await?;
        same("what was said", &ids(&heard), &said.iter().map(String::as_str).collect())?;
    }
    same_history(&[&alix, &bo, &caro, &dani], &group).await.map(drop)
}

async fn conversation(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    let (group, other) = (alix.group(&[&bo], "this").await?, alix.group(&[&bo], "other").await?);
    bo.sync_all().await?;
    bo.follow("this", &Stream::Conversation(group.clone())).await?;
    let mut said = Vec::new();
    for index in 0..5 {
        alix.say(&other, &format!("elsewhere {index}")).await?;
        said.push(alix.say(&group, &format!("here {index}")).await?);
    }
    let heard = texts_of(&mut bo, "this", said.len()).await?;
    same("what was said here", &ids(&heard), &said.iter().map(String::as_str).collect())
}

async fn kinds(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    let (group, dm) = (alix.group(&[&bo], "kinds").await?, alix.dm(&bo).await?);
    bo.sync_all().await?;
    bo.follow("groups", &Stream::GroupMessages).await?;
    bo.follow("dms", &Stream::DmMessages).await?;
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for index in 0..5 {
        for (stream, conversation) in [("groups", &group), ("dms", &dm)] {
            let id = alix.say(conversation, &format!("number {index}")).await?;
            said.entry(stream).or_default().push(id);
        }
    }
    for (stream, said) in said {
        let heard = texts_of(&mut bo, stream, said.len()).await?;
        same("what was said", &ids(&heard), &said.iter().map(String::as_str).collect())?;
    }
    Ok(())
}

/// Of three streams of one official client, one may lose the first conversation; so each has an installation of its own.
async fn new_conversations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let mut streams = vec![("all", Stream::Conversations), ("groups", Stream::Groups), ("dms", Stream::Dms)];
    let mut listeners = Vec::new();
    if matches!(bo, User::Official(_)) {
        for stream in streams.split_off(1) {
            listeners.push((world.other_as("bo", bo.account()).await?, vec![stream]));
        }
    }
    listeners.push((bo, streams));
    for (user, streams) in &mut listeners {
        for (name, stream) in streams {
            user.follow(name, stream).await?;
        }
    }
    let bo = &listeners.last().context("nobody listens")?.0;
    let first = alix.group(&[bo], "first").await?;
    let dm = alix.dm(bo).await?;
    alix.say(&dm, "hello").await?;
    let second = alix.group(&[bo], "second").await?;
    for (user, streams) in &mut listeners {
        for (name, stream) in streams {
            let is_given = |is_dm: bool| match stream {
                Stream::Groups => !is_dm,
                Stream::Dms => is_dm,
                _ => true,
            };
            for (id, is_dm) in [(&first, false), (&dm, true), (&second, false)] {
                if is_given(is_dm) {
                    let seen = user.next_conversation(name).await?;
                    same("a new conversation", &(&seen.id, seen.is_dm), &(id, is_dm))?;
                }
            }
        }
    }
    Ok(())
}

async fn added(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    bo.follow_messages("messages").await?;
    let group = alix.group(&[&bo], "turnstile").await?;
    let first = alix.say(&group, "you are in").await?;
    let heard = texts_of(&mut bo, "messages", 1).await?;
    same("what is heard", &ids(&heard), &vec![first.as_str()])?;
    alix.remove(&group, &[&bo]).await?;
    alix.say(&group, "you are out").await?;
    alix.add(&group, &[&bo]).await?;
    let second = alix.say(&group, "you are in again").await?;
    let heard = texts_of(&mut bo, "messages", 1).await?;
    same("what is heard", &ids(&heard), &vec![second.as_str()])?;
    same("the group's id", &only_conversation(&bo).await?, &group)
}

async fn ended(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    let dm = alix.dm(&bo).await?;
    bo.sync_all().await?;
    bo.follow_messages("ends").await?;
    bo.follow_messages("stays").await?;
    let first = alix.say(&dm, "first").await?;
    for stream in ["ends", "stays"] {
        same("what is heard", &ids(&texts_of(&mut bo, stream, 1).await?), &vec![first.as_str()])?;
    }
    bo.end_stream("ends").await?;
    let second = alix.say(&dm, "second").await?;
    same("what is heard", &ids(&texts_of(&mut bo, "stays", 1).await?), &vec![second.as_str()])?;
    bo.follow_messages("begins").await?;
    let third = alix.say(&dm, "third").await?;
    for stream in ["begins", "stays"] {
        same("what is heard", &ids(&texts_of(&mut bo, stream, 1).await?), &vec![third.as_str()])?;
    }
    Ok(())
}

async fn installations(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let mut alix_too = world.other_as("alix", alix.account()).await?;
    let group = alix.group(&[&bo], "devices").await?;
    for user in [&alix_too, &bo] {
        user.sync_all().await?;
    }
    alix_too.follow_messages("messages").await?;
    let said = [alix.say(&group, "from the first").await?, bo.say(&group, "from bo").await?];
    let heard = texts_of(&mut alix_too, "messages", 2).await?;
    same("what is heard", &ids(&heard), &said.iter().map(String::as_str).collect())?;
    same("who said it", &heard.first().map(|first| first.sender.as_str()), &Some(alix.inbox_id()))
}

/// Nobody is told that the node goes. A stream of the official client may miss what was said until it had followed the
/// node again; ours gives all.
async fn node_restart(world: World) -> Result<()> {
    let (alix, mut bo) = (world.opener("alix").await?, world.other("bo").await?);
    let group = alix.group(&[&bo], "restart").await?;
    bo.sync_all().await?;
    bo.follow_messages("messages").await?;
    let before = burst(&alix, &group, 5).await?;
    let mut heard = ids_by(&texts_of(&mut bo, "messages", 5).await?, &alix);
    same("what is heard before", &heard, &before)?;
    world.restart_node().await?;
    let meanwhile = burst(&alix, &group, 5).await?;
    let may_miss = bo.stream_restarted("messages").await?;
    if may_miss {
        bo.refresh(&group).await?;
    }
    let after = burst(&alix, &group, 5).await?;
    while heard.last() != after.last() {
        heard.extend(ids_by(&texts_of(&mut bo, "messages", 1).await?, &alix));
    }
    let is_missed = |id: &&String| may_miss && meanwhile.contains(id) && !heard.contains(id);
    let expected = [before, meanwhile.clone(), after].concat();
    same("what is heard", &heard.iter().collect(), &expected.iter().filter(|id| !is_missed(id)).collect::<Vec<_>>())?;
    same_history(&[&alix, &bo], &group).await.map(drop)
}
