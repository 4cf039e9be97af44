//! The example that greets with a menu.
use xmtp_agent::{prelude::*, testing::TestNetwork};
use xmtp_content_types::Intent;

#[path = "../../examples/welcome.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn every_new_conversation_gets_a_menu_and_every_choice_an_answer() {
    let network = TestNetwork::new();
    let agent = network.agent(example::welcome).await.unwrap();
    let mut alice = network.user().await.unwrap();
    for is_group in [false, true] {
        let conversation = match is_group {
            true => alice.group(&[agent.inbox_id()]).await.unwrap(),
            false => alice.dm(&agent).await.unwrap(),
        };
        // A direct conversation reaches the other side with its first message.
        alice.say(&conversation, "hello").await.unwrap();
        let Content::Actions(menu) = alice.hears().await.unwrap() else { panic!("no menu") };
        assert_eq!(menu.actions.len(), 3);
        alice.say(&conversation, Intent::new(&menu.id, "members")).await.unwrap();
        assert_eq!(alice.hears_text().await.unwrap(), "There are 2 of us here.");
        for (id, action) in [("another menu", "members"), (menu.id.as_str(), "never offered")] {
            alice.say(&conversation, Intent::new(id, action)).await.unwrap();
        }
        agent.settle().await.unwrap();
        assert!(alice.heard().await.unwrap().is_empty());
    }
}
