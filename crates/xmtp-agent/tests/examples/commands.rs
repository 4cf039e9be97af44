//! The example that takes commands.
use xmtp_agent::{prelude::*, testing::TestNetwork};

#[path = "../../examples/commands.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn commands_are_answered_and_everything_else_is_told_about_them() {
    let network = TestNetwork::new();
    let agent = network.agent(example::commands).await.unwrap();
    let mut alice = network.user().await.unwrap();
    for (said, answer) in [
        ("/add 2 3", "5"),
        ("/plus\n20 30", "50"),
        ("/add 2", "please add a second number\nUsage: /add <number> <number>"),
        ("/shout be  quiet", "BE  QUIET"),
        ("/dance", "I do not know that one. Try /help"),
        ("hello", "I take commands. Try /help"),
    ] {
        alice.say_to(&agent, said).await.unwrap();
        assert_eq!(alice.hears_text().await.unwrap(), answer, "{said}");
    }
    alice.say_to(&agent, "/help").await.unwrap();
    let Content::Reply(help) = alice.hears().await.unwrap() else { panic!("no reply") };
    assert_eq!(help.content.as_text().unwrap().lines().count(), 3);

    let group = alice.group(&[agent.inbox_id()]).await.unwrap();
    alice.say(&group, "hello all").await.unwrap();
    agent.settle().await.unwrap();
    assert!(alice.heard().await.unwrap().is_empty());
    alice.say(&group, "@clerk /add 1 1").await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "2");
}
