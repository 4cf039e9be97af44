//! The example that says whose names and addresses a message speaks of.
use futures::{FutureExt, future::BoxFuture};
use xmtp_agent::{
    names::{CachedNames, NameError, NameResolver},
    testing::TestNetwork,
};
use xmtp_client::Identifier;

#[path = "../../examples/resolver.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

/// `alice.eth` is one account, which calls itself so.
struct Alice(Identifier);

impl NameResolver for Alice {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>> {
        async move { Ok((name == "alice.eth").then(|| self.0.clone())) }.boxed()
    }

    fn reverse<'a>(&'a self, account: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>> {
        async move { Ok((*account == self.0).then(|| "alice.eth".to_owned())) }.boxed()
    }
}

#[tokio::test]
async fn names_and_addresses_of_a_message_are_told_apart_and_the_rest_is_left_alone() {
    let network = TestNetwork::new();
    let mut alice = network.user().await.unwrap();
    let address = alice.address().await.unwrap().unwrap();
    let names = CachedNames::new(Alice(address.clone()));
    let agent = network.agent(|agent| example::resolver(agent, names)).await.unwrap();
    let text = address.to_string();
    let short = format!("{}…{}", &text[..6], &text[38..]);
    alice.say_to(&agent, "nothing to look up here").await.unwrap();
    for (said, answer) in [
        ("who is alice.eth?".to_owned(), format!("alice.eth is {text}")),
        (format!("and {short}"), format!("{short} is {text}, also known as alice.eth")),
        ("or bob.eth".to_owned(), "bob.eth is nobody that I know".to_owned()),
    ] {
        alice.say_to(&agent, said.as_str()).await.unwrap();
        assert_eq!(alice.hears_text().await.unwrap(), answer);
    }
}
