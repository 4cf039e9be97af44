//! The example that shows that it is at work.
use std::time::Duration;
use xmtp_agent::{
    prelude::*,
    testing::{TestError, TestNetwork},
};

#[path = "../../examples/thinking.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn thinking_shows_an_hourglass_until_the_answer_is_there() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| example::thinking(agent, Duration::ZERO)).await?;
    let mut alice = network.user().await?;
    let asked = alice.say_to(&agent, "why?").await?;
    assert_eq!(alice.hears().await?, Reaction::added(asked, "⏳").to_inbox(alice.inbox_id()).into());
    assert_eq!(alice.hears_text().await?, "I thought about \"why?\".");
    assert_eq!(alice.hears().await?, Reaction::removed(asked, "⏳").to_inbox(alice.inbox_id()).into());
    Ok(())
}
