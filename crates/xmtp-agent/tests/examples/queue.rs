//! The example of one inbox with two installations.
use std::time::Duration;
use xmtp_agent::{
    prelude::*,
    testing::{TestError, TestNetwork},
};
use xmtp_client::{LocalWallet, MessageQuery};

#[path = "../../examples/queue.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

#[tokio::test]
async fn one_installation_reads_and_the_other_answers_in_order() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let wallet = LocalWallet::generate().unwrap();
    let client = async || {
        let builder = Client::builder(wallet.clone()).transport(network.transport()).clock(network.clock());
        builder.in_memory().build().await
    };
    let (reader, sender) = (client().await?, client().await?);
    let running = example::queue(Agent::new(reader.clone()), sender.clone(), Duration::ZERO).start().await?;

    let mut alice = network.user().await?;
    let dm = alice.client().conversations().dm(reader.inbox_id()).await?;
    for number in 0..3 {
        alice.say(&dm, format!("{number}")).await?;
    }
    for number in 0..3 {
        assert_eq!(alice.hears_text().await?, format!("You said: {number}"));
    }
    let others = MessageQuery { excluded_senders: vec![alice.inbox_id()], ..MessageQuery::default() };
    let answered_by: Vec<_> = dm.messages(others).await?.iter().map(|answer| answer.sender_installation).collect();
    assert_eq!(answered_by, [sender.installation_id(); 3]);
    running.stop().await?;
    Ok(())
}
