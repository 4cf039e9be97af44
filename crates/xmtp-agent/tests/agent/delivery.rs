//! Delivery across stops and crashes: what comes again, what is flagged, and what is left out.
use crate::world::{next, reporter, soon};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, Semaphore};
use xmtp_agent::{
    prelude::*,
    testing::{TestAgent, TestError, TestNetwork},
};
use xmtp_client::LocalWallet;

/// Answers with what was said, and whether it may have been said before.
fn clerk(agent: Agent) -> Agent {
    agent.on_text(async |ctx, text| {
        ctx.send(format!("{text} {}", ctx.is_repeat())).await?;
        Ok(())
    })
}

/// An agent whose handlers begin and never end, until the agent is killed.
fn stuck(begun: &Arc<Notify>) -> impl FnOnce(Agent) -> Agent + use<> {
    let begun = Arc::clone(begun);
    move |agent| {
        agent.grace(Duration::from_millis(10)).on_text(move |_, _| {
            begun.notify_one();
            std::future::pending()
        })
    }
}

#[tokio::test]
async fn after_a_crash_what_had_begun_is_flagged_and_what_had_not_is_not() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let begun = Arc::new(Notify::new());
    let mut agent = network.agent(stuck(&begun)).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "begun").await?;
    soon(begun.notified()).await;
    alice.say_to(&agent, "waits behind it").await?;
    agent.crash().await;
    alice.say_to(&agent, "later").await?;
    agent.start(clerk).await?;
    for expected in ["begun true", "waits behind it false", "later false"] {
        assert_eq!(alice.hears_text().await?, expected);
    }
    agent.settle().await?;
    agent.start(clerk).await?;
    agent.settle().await?;
    assert!(alice.heard().await?.is_empty(), "what was handled came again");
    Ok(())
}

#[tokio::test]
async fn what_a_stop_did_not_let_end_comes_again_and_is_flagged() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let begun = Arc::new(Notify::new());
    let mut agent = network.agent(stuck(&begun)).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "stuck").await?;
    soon(begun.notified()).await;
    agent.stop().await?;
    agent.start(clerk).await?;
    assert_eq!(alice.hears_text().await?, "stuck true");
    Ok(())
}

#[tokio::test]
async fn after_a_crash_with_nothing_under_way_nothing_comes_again() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let mut agent = network.agent(clerk).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "handled").await?;
    assert_eq!(alice.hears_text().await?, "handled false");
    agent.settle().await?;
    // The log is written a moment after a handler ends; a second message makes sure that it was.
    alice.say_to(&agent, "handled too").await?;
    assert_eq!(alice.hears_text().await?, "handled too false");
    agent.settle().await?;
    agent.crash().await;
    agent.start(clerk).await?;
    agent.settle().await?;
    let again: Vec<_> =
        alice.heard().await?.iter().filter_map(|content| content.as_text().map(str::to_owned)).collect();
    assert!(again.is_empty() || again == ["handled too true"], "{again:?}");
    Ok(())
}

#[tokio::test]
async fn messages_that_are_too_old_are_left_out_and_count_as_handled() -> Result<(), TestError> {
    let limited = |agent: Agent| clerk(agent.max_age(Duration::from_secs(60)));
    let (network, mut agent, mut alice) = stopped().await?;
    alice.say_to(&agent, "old").await?;
    network.advance(Duration::from_secs(61));
    alice.say_to(&agent, "new").await?;
    agent.start(limited).await?;
    assert_eq!(alice.hears_text().await?, "new false");
    agent.settle().await?;
    agent.start(clerk).await?;
    agent.settle().await?;
    assert!(alice.heard().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_agent_that_skips_what_it_missed_begins_with_what_comes() -> Result<(), TestError> {
    let (_network, mut agent, mut alice) = stopped().await?;
    alice.say_to(&agent, "missed").await?;
    agent.start(|agent| clerk(agent.skip_missed())).await?;
    // Once it is connected it has read what it missed.
    let mut connection = agent.running()?.client().connection();
    soon(connection.wait_for(|state| *state == xmtp_client::Connection::Following)).await.unwrap();
    alice.say_to(&agent, "not missed").await?;
    assert_eq!(alice.hears_text().await?, "not missed false");
    Ok(())
}

#[tokio::test]
async fn a_message_that_was_deleted_while_the_agent_was_down_is_not_handled() -> Result<(), TestError> {
    let (_network, mut agent, mut alice) = stopped().await?;
    let regretted = alice.say_to(&agent, "regretted").await?;
    alice.dm(&agent).await?.delete_message(regretted).await?;
    alice.say_to(&agent, "meant").await?;
    agent.start(clerk).await?;
    assert_eq!(alice.hears_text().await?, "meant false");
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_deleted_while_it_waits_is_not_handled() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent.on_text(move |_, text| {
            let (report, gate) = (report.clone(), Arc::clone(&held));
            async move {
                report.tell(text);
                gate.acquire().await?.forget();
                Ok(())
            }
        })
    });
    let agent = agent.await?;
    let alice = network.user().await?;
    alice.say_to(&agent, "first").await?;
    assert_eq!(next(&mut reports).await, "first");
    let regretted = alice.say_to(&agent, "regretted").await?;
    alice.dm(&agent).await?.delete_message(regretted).await?;
    let meant = alice.say_to(&agent, "meant").await?;
    let client = agent.running()?.client();
    soon(async {
        while client.message(meant).await.unwrap().is_none() {
            client.conversations().sync_all().await.unwrap();
        }
    })
    .await;
    gate.add_permits(3);
    assert_eq!(next(&mut reports).await, "meant");
    Ok(())
}

#[tokio::test]
async fn direct_conversations_with_one_inbox_are_one_and_keep_their_order() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let network = TestNetwork::new();
    // Two installations of one inbox, neither of which knows of the other's conversation when it opens its own.
    let wallet = LocalWallet::generate().map_err(xmtp_client::ClientError::from)?;
    let device = async || Client::builder(wallet.clone()).transport(network.transport()).in_memory().build().await;
    let (phone, laptop) = (device().await?, device().await?);
    let dms = report.clone();
    let agent = network.agent(move |agent| {
        agent
            .on_dm(move |_| {
                dms.tell("a dm");
                async { Ok(()) }
            })
            .on_text(move |_, text| {
                let (report, gate) = (report.clone(), Arc::clone(&held));
                async move {
                    report.tell(text);
                    gate.acquire().await?.forget();
                    Ok(())
                }
            })
    });
    let agent = agent.await?;
    let first = phone.conversations().dm(agent.inbox_id()).await?;
    let second = laptop.conversations().dm(agent.inbox_id()).await?;
    assert_ne!(first.id(), second.id());
    first.send(Content::text("from the phone").to_bytes(), true).await?;
    assert_eq!(next(&mut reports).await, "a dm");
    assert_eq!(next(&mut reports).await, "from the phone");
    second.send(Content::text("from the laptop").to_bytes(), true).await?;
    // Another conversation goes on meanwhile: whatever could begin has begun when it has.
    network.user().await?.say_to(&agent, "from somebody else").await?;
    assert_eq!(next(&mut reports).await, "a dm");
    assert_eq!(next(&mut reports).await, "from somebody else");
    gate.add_permits(3);
    assert_eq!(next(&mut reports).await, "from the laptop");
    Ok(())
}

/// An agent that ran and was stopped, and somebody who writes to it.
async fn stopped() -> Result<(TestNetwork, TestAgent, xmtp_agent::testing::TestUser), TestError> {
    let network = TestNetwork::new();
    let mut agent = network.agent(clerk).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "hello").await?;
    assert_eq!(alice.hears_text().await?, "hello false");
    agent.settle().await?;
    agent.stop().await?;
    Ok((network, agent, alice))
}
