//! The example that says what it is told.
use xmtp_agent::testing::{TestError, TestNetwork};

#[path = "../../examples/echo.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn echo_says_what_it_is_told() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(example::echo).await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, "hello").await?;
    assert_eq!(alice.hears_text().await?, "hello");
    Ok(())
}
