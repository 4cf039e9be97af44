//! The example that lets people into a group.
use std::collections::BTreeSet;
use xmtp_agent::testing::{TestError, TestNetwork};
use xmtp_client::{ConversationKind, GroupQuery};

#[path = "../../examples/gated_group.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn whoever_knows_the_passphrase_gets_into_the_one_group_and_nobody_else() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| example::gated_group(agent, "open sesame".to_owned())).await?;
    let (mut alice, mut bo, mut eve) = (network.user().await?, network.user().await?, network.user().await?);

    eve.say_to(&agent, "let me in").await?;
    assert_eq!(eve.hears_text().await?, "What is the passphrase?");
    for user in [&mut alice, &mut bo] {
        user.say_to(&agent, "open sesame").await?;
        // Two conversations: which is heard first is for the network.
        let heard = BTreeSet::from([user.hears_text().await?, user.hears_text().await?]);
        assert_eq!(heard, BTreeSet::from(["Welcome to the group!".to_owned(), "You are in.".to_owned()]));
    }

    let groups = GroupQuery { kind: Some(ConversationKind::Group), ..GroupQuery::default() };
    let mut found = Vec::new();
    for user in [&alice, &bo] {
        user.client().conversations().sync_all().await?;
        found.push(user.client().conversations().list(groups.clone()).await?.pop().unwrap());
    }
    assert_eq!(found[0].id(), found[1].id());
    let members = found[1].info().await?.members;
    assert!(members.contains_key(&alice.inbox_id()) && members.contains_key(&bo.inbox_id()) && members.len() == 3);
    eve.client().conversations().sync_all().await?;
    assert!(eve.client().conversations().list(groups).await?.is_empty());
    Ok(())
}
