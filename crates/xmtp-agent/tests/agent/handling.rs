//! What reaches a handler, in which order, and what its failure does.
use crate::world::{World, next, reporter, say, soon};
use std::sync::Arc;
use tokio::sync::Semaphore;
use xmtp_agent::{FailureCause, prelude::*};

#[tokio::test]
async fn an_agent_answers_in_a_dm_and_never_hears_itself() {
    let world = World::new();
    let agent = Agent::new(world.client().await).on_text(async |ctx, text| {
        ctx.send(format!("you said {text}")).await?;
        Ok(())
    });
    let agent = agent.start().await.unwrap();
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    for word in ["one", "two"] {
        say(&dm, word).await;
        assert_eq!(alice.hears_text().await, format!("you said {word}"));
    }
    agent.stop().await.unwrap();
}

#[tokio::test]
async fn replies_and_reactions_refer_to_the_message_and_its_sender() {
    let world = World::new();
    let agent = Agent::new(world.client().await).on_text(async |ctx, text| {
        ctx.reply(text).await?;
        ctx.react("👍").await?;
        ctx.unreact("👍").await?;
        Ok(())
    });
    let agent = agent.start().await.unwrap();
    let mut alice = world.person().await;
    let asked = say(&alice.dm(agent.inbox_id()).await, "hi").await;
    let inbox = alice.client.inbox_id();
    assert!(alice.hears().await == Reply::new(asked, "hi").to_inbox(inbox).into());
    assert!(alice.hears().await == Reaction::added(asked, "👍").to_inbox(inbox).into());
    assert!(alice.hears().await == Reaction::removed(asked, "👍").to_inbox(inbox).into());
}

#[tokio::test]
async fn each_kind_has_its_handler_and_every_message_the_last_one() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let tell = move |what: &'static str| {
        let report = report.clone();
        move || {
            report.tell(what);
            async { Ok(()) }
        }
    };
    let [text, markdown, reply, reaction, receipt, update, unknown, any] =
        ["text", "markdown", "reply", "reaction", "receipt", "update", "unknown", "any"].map(tell);
    let agent = Agent::new(world.client().await)
        .on_text(move |_, _| text())
        .on_markdown(move |_, _| markdown())
        .on_reply(move |_, _| reply())
        .on_reaction(move |_, _| reaction())
        .on_read_receipt(move |_| receipt())
        .on_group_update(move |_, _| update())
        .on_unknown(move |_, _| unknown())
        .on_message(move |_, _| any());
    let agent = agent.start().await.unwrap();
    let alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    let first = say(&dm, "hi").await;
    say(&dm, Content::markdown("# hi")).await;
    say(&dm, Content::reply(first, "hi")).await;
    say(&dm, Content::reaction(first, "👍")).await;
    say(&dm, Content::ReadReceipt).await;
    say(&dm, EncodedContent::new("example.org/poll:1.0".parse().unwrap(), "?")).await;
    // Sent by a member, so nobody's commit says so.
    say(&dm, Content::GroupUpdated(GroupUpdated::default())).await;
    say(&dm, "end").await;

    let mut heard = Vec::new();
    while heard.iter().filter(|what| *what == "text").count() < 2 || heard.last().is_none_or(|what| what != "any") {
        heard.push(next(&mut reports).await);
    }
    let expected = "text any markdown any reply any reaction any receipt any unknown any any text any";
    assert!(heard.join(" ").ends_with(expected), "{heard:?}");
}

#[tokio::test]
async fn errors_and_panics_are_told_and_everything_else_goes_on() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = Agent::new(world.client().await)
        .on_text(async |_, text| if text == "error" { Err("an error of the handler".into()) } else { Ok(()) })
        .on_text(async |_, text| {
            assert_ne!(text, "panic", "on purpose");
            Ok(())
        })
        .on_text(async |ctx, text| {
            ctx.send(text).await?;
            Ok(())
        })
        .on_error(move |failure| {
            report.tell(match failure.cause {
                FailureCause::Error(error) => error.to_string(),
                FailureCause::Panic => "panic".to_owned(),
                other => format!("{other:?}"),
            });
            async { Ok(()) }
        });
    let agent = agent.start().await.unwrap();
    let mut alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    for word in ["error", "panic", "fine"] {
        say(&dm, word).await;
        assert_eq!(alice.hears_text().await, word);
    }
    agent.stop().await.unwrap();
    assert_eq!(next(&mut reports).await, "an error of the handler");
    assert_eq!(next(&mut reports).await, "panic");
    assert_eq!(soon(reports.recv()).await, None);
}

#[tokio::test]
async fn a_conversation_waits_for_its_own_messages_and_not_for_those_of_others() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let agent = Agent::new(world.client().await).on_text(move |_, text| {
        let (report, gate) = (report.clone(), Arc::clone(&held));
        async move {
            if text == "slow" {
                gate.acquire().await?.forget();
            }
            report.tell(text);
            Ok(())
        }
    });
    let agent = agent.start().await.unwrap();
    let (alice, bob) = (world.person().await, world.person().await);
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "slow").await;
    say(&dm, "after slow").await;
    say(&bob.dm(agent.inbox_id()).await, "bob").await;
    assert_eq!(next(&mut reports).await, "bob");
    gate.add_permits(1);
    assert_eq!(next(&mut reports).await, "slow");
    assert_eq!(next(&mut reports).await, "after slow");
}

#[tokio::test]
async fn only_what_passes_the_filters_is_handled() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let agent = Agent::new(world.client().await)
        .only(filter::dm() | filter::mentions("@gm"))
        .only(!filter::starts_with("!"))
        .on_text(move |_, text| {
            report.tell(text);
            async { Ok(()) }
        });
    let agent = agent.start().await.unwrap();
    let alice = world.person().await;
    let group = alice.client.conversations().create_group(&[agent.inbox_id()], Default::default()).await.unwrap();
    let dm = alice.dm(agent.inbox_id()).await;
    for text in ["talk among us", "@GM, talk to us", "!@gm quiet"] {
        say(&group, text).await;
    }
    assert_eq!(next(&mut reports).await, "@GM, talk to us");
    for text in ["!quiet", "in a dm"] {
        say(&dm, text).await;
    }
    assert_eq!(next(&mut reports).await, "in a dm");
    agent.stop().await.unwrap();
    assert_eq!(soon(reports.recv()).await, None);
}

#[tokio::test]
async fn a_start_handler_runs_first_and_its_failure_is_the_agents() {
    let world = World::new();
    let client = world.client().await;
    let inbox = client.inbox_id();
    let (report, mut reports) = reporter();
    let agent = Agent::new(client.clone()).on_start(async move |client: Client| {
        report.tell(client.inbox_id().to_string());
        Ok(())
    });
    agent.start().await.unwrap().stop().await.unwrap();
    assert_eq!(next(&mut reports).await, inbox.to_string());

    let failing = Agent::new(client).on_start(async |_| Err("no route".into()));
    assert!(matches!(failing.start().await, Err(AgentError::OnStart(_))));
}
