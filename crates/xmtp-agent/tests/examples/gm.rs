//! The example that says gm.
use xmtp_agent::testing::{TestError, TestNetwork};

#[path = "../../examples/gm.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn gm_answers_in_a_dm_and_in_groups_only_who_asks_for_it() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(example::gm).await?;
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
