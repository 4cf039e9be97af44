//! What a handler knows and can do: people, roles, consent, history, mentions.
use std::sync::{Arc, Mutex};
use xmtp_agent::{
    filter,
    prelude::*,
    testing::{TestError, TestNetwork},
};
use xmtp_client::{AdminChange, Body, ConsentState, GroupOptions, Role};

#[tokio::test]
async fn addresses_are_found_for_senders_and_for_those_nobody_has_met() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let stranger = network.user().await?;
    let unknown = stranger.inbox_id();
    let agent = network.agent(move |agent| {
        agent.on_text(move |ctx, _| async move {
            let address = |found: Option<_>| {
                found.map_or_else(|| "none".to_owned(), |it: xmtp_client::Identifier| it.to_string())
            };
            ctx.send(address(ctx.sender_address().await?)).await?;
            ctx.send(address(ctx.address_of(unknown).await?)).await?;
            // Again, from what is kept.
            ctx.send(address(ctx.address_of(unknown).await?)).await?;
            Ok(())
        })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "who am I?").await?;
    let (own, other) = (alice.address().await?.unwrap(), stranger.address().await?.unwrap());
    assert_eq!(alice.hears_text().await?, own.to_string());
    assert_eq!(alice.hears_text().await?, other.to_string());
    assert_eq!(alice.hears_text().await?, other.to_string());
    assert_eq!(agent.running()?.address().await?.unwrap().to_string(), agent.address().to_string());
    Ok(())
}

#[tokio::test]
async fn people_are_reached_added_and_removed_by_their_addresses() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| agent).await?;
    let (mut alice, bob) = (network.user().await?, network.user().await?);
    let (a, b) = (alice.address().await?.unwrap().to_string(), bob.address().await?.unwrap().to_string());
    let running = agent.running()?;
    running.create_dm_with_address(&a).await?.send_text("hi alice").await?;
    assert_eq!(alice.hears_text().await?, "hi alice");
    let group = running.create_group_with_addresses(&[&a], GroupOptions::default()).await?;
    group.add_members_with_addresses(&[&b]).await?;
    assert_eq!(group.members().await?.len(), 3);
    group.remove_members_with_addresses(&[&b]).await?;
    let again = running.conversation(group.id()).await?;
    assert!(!again.members().await?.contains_key(&bob.inbox_id()));
    assert_eq!(again.role_of(alice.inbox_id()).await?, Some(Role::Member));
    assert_eq!(again.role_of(bob.inbox_id()).await?, None);
    let nobody = "0x0000000000000000000000000000000000000001";
    for wrong in [nobody, "not an address"] {
        assert!(running.create_dm_with_address(wrong).await.is_err());
        assert!(group.add_members_with_addresses(&[wrong]).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn an_agent_decides_whom_it_wants_and_filters_by_it() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| {
        agent.only(filter::not_denied()).on_text(async |ctx, text| {
            let before = ctx.is_unknown().await?;
            if text == "go away" {
                ctx.send("gone").await?;
                ctx.deny().await?;
            } else {
                ctx.allow().await?;
                ctx.send(format!("{before} {} {}", ctx.is_allowed().await?, ctx.is_denied().await?)).await?;
            }
            Ok(())
        })
    });
    let agent = agent.await?;
    let (mut alice, mut bob) = (network.user().await?, network.user().await?);
    alice.say_to(&agent, "hi").await?;
    assert_eq!(alice.hears_text().await?, "true true false");
    bob.say_to(&agent, "go away").await?;
    assert_eq!(bob.hears_text().await?, "gone");
    agent.settle().await?;
    bob.say_to(&agent, "and now?").await?;
    agent.settle().await?;
    assert!(bob.heard().await?.is_empty());
    let dm = agent.running()?.client().conversations().find_dm(bob.inbox_id()).await?.unwrap();
    assert_eq!(dm.consent().await?, ConsentState::Denied);
    Ok(())
}

#[tokio::test]
async fn the_history_is_read_from_old_to_new_and_no_further_than_asked() -> Result<(), TestError> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent.on_text(move |ctx, text| {
            let notes = Arc::clone(&notes);
            async move {
                if text == "three" {
                    let history = ctx.history(3).await?;
                    let texts = history.iter().filter_map(|message| match &message.body {
                        Body::Content(content) => content.as_text().map(str::to_owned),
                        Body::Deleted(_) => None,
                    });
                    notes.lock().unwrap().extend(texts);
                } else {
                    ctx.reply_markdown(format!("*{text}*")).await?;
                }
                Ok(())
            }
        })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    for text in ["one", "two"] {
        alice.say_to(&agent, text).await?;
        alice.hears().await?;
    }
    alice.say_to(&agent, "three").await?;
    agent.settle().await?;
    assert_eq!(*seen.lock().unwrap(), ["two", "*two*", "three"]);
    Ok(())
}

#[tokio::test]
async fn an_agent_knows_when_it_is_meant() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| {
        agent.named("@gm").only(filter::mentioned() | filter::replied_to_me()).on_message(async |ctx, _| {
            ctx.send(format!("mentioned {} replied {}", ctx.mentions_me(), ctx.is_reply_to_me().await?)).await?;
            Ok(())
        })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    let group = alice.group(&[agent.inbox_id()]).await?;
    let own = alice.say(&group, "good morning all").await?;
    // Says that it answers the agent, and does not.
    alice.say(&group, Reply::new(own, "to myself").to_inbox(agent.inbox_id())).await?;
    alice.say(&group, "hello @GM!").await?;
    let (said, content) = alice.hears_message().await?;
    assert_eq!(content.as_text(), Some("mentioned true replied false"));
    alice.say(&group, format!("or {}", agent.address())).await?;
    assert_eq!(alice.hears_text().await?, "mentioned true replied false");
    alice.say(&group, Content::reply(said.id, "thanks")).await?;
    assert_eq!(alice.hears_text().await?, "mentioned false replied true");
    alice.say(&group, Content::reaction(said.id, "❤️")).await?;
    assert_eq!(alice.hears_text().await?, "mentioned false replied true");
    Ok(())
}

#[tokio::test]
async fn filters_tell_roles_senders_types_and_texts_apart() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let (mut owner, mut helper) = (network.user().await?, network.user().await?);
    let helped = helper.inbox_id();
    let agent = network.agent(move |agent| {
        agent.on_message(move |ctx, _| async move {
            let filters = [
                ("admin", filter::admin()),
                ("super admin", filter::super_admin()),
                ("helper", filter::from(helped)),
                ("either", filter::from_any([helped])),
                ("group", filter::group()),
                ("dm", filter::dm()),
                ("self", filter::from_self()),
                ("markdown", filter::of_type(ContentTypeId::MARKDOWN)),
                ("receipts", filter::of_type(ContentTypeId::READ_RECEIPT)),
                ("readable", filter::has_content()),
                ("long", filter::text_where(|text| text.len() > 10)),
                ("slash", filter::starts_with("/")),
            ];
            let mut passed = Vec::new();
            for (name, filter) in filters {
                if filter.passes(&ctx).await? {
                    passed.push(name);
                }
            }
            if !matches!(ctx.content(), Content::GroupUpdated(_)) {
                ctx.send(passed.join(", ")).await?;
            }
            Ok(())
        })
    });
    let agent = agent.await?;
    let group = owner.group(&[agent.inbox_id(), helped]).await?;
    group.update_role(helped, AdminChange::AddAdmin).await?;
    owner.say(&group, Content::markdown("/help")).await?;
    assert_eq!(owner.hears_text().await?, "super admin, group, markdown, readable, slash");
    helper.client().conversations().sync_all().await?;
    let theirs = helper.client().conversations().find(group.id()).await?;
    helper.say(&theirs, "a rather long text").await?;
    while helper.hears_text().await? != "admin, helper, either, group, readable, long" {}
    helper.say_to(&agent, EncodedContent::new("example.org/poll:1.0".parse()?, "?")).await?;
    while helper.hears_text().await? != "helper, either, dm" {}
    Ok(())
}

#[tokio::test]
async fn a_filter_that_cannot_tell_lets_nothing_through_however_it_is_combined() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let told = Arc::new(Mutex::new(0));
    let count = Arc::clone(&told);
    let agent = network.agent(move |agent| {
        let unsure =
            filter::when_async(
                async |ctx| {
                    if ctx.text() == Some("unsure") { Err("cannot tell".into()) } else { Ok(true) }
                },
            );
        agent
            .only(!(!unsure))
            .on_text(async |ctx, text| {
                ctx.send(text).await?;
                Ok(())
            })
            .on_error(move |failure| {
                assert_eq!(failure.during, xmtp_agent::During::Filter);
                *count.lock().unwrap() += 1;
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "unsure").await?;
    alice.say_to(&agent, "sure").await?;
    assert_eq!(alice.hears_text().await?, "sure");
    assert_eq!(*told.lock().unwrap(), 1);
    Ok(())
}
