//! Examples that answer a message.
use crate::{gm::gm, thinking::thinking};
use std::time::Duration;
use xmtp_agent::{
    prelude::*,
    testing::{TestError, TestNetwork},
};

#[tokio::test]
async fn gm_answers_in_a_dm_and_in_groups_only_who_asks_for_it() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(gm).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "hello").await?;
    assert_eq!(alice.hears_text().await?, "gm");

    let group = alice.group(&[agent.inbox_id()]).await?;
    alice.say(&group, "good morning all").await?;
    agent.settle().await?;
    assert!(alice.heard().await?.is_empty());
    alice.say(&group, "and you, @gm?").await?;
    assert_eq!(alice.hears_text().await?, "gm");
    Ok(())
}

#[tokio::test]
async fn thinking_shows_an_hourglass_until_the_answer_is_there() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| thinking(agent, Duration::ZERO)).await?;
    let mut alice = network.user().await?;
    let asked = alice.say_to(&agent, "why?").await?;
    assert_eq!(alice.hears().await?, Reaction::added(asked, "⏳").to_inbox(alice.inbox_id()).into());
    assert_eq!(alice.hears_text().await?, "I thought about \"why?\".");
    assert_eq!(alice.hears().await?, Reaction::removed(asked, "⏳").to_inbox(alice.inbox_id()).into());
    Ok(())
}
