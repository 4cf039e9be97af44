//! The example that is a shop.
use xmtp_agent::{
    prelude::*,
    testing::{TestNetwork, TestUser},
};
use xmtp_content_types::{Actions, Intent};

#[path = "../../examples/general_store.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

async fn menu(user: &mut TestUser) -> Actions {
    let content = user.hears().await.unwrap();
    let Content::Actions(actions) = content else { panic!("{content:?} is no menu") };
    actions
}

#[tokio::test]
async fn goods_go_from_the_shelf_to_the_cart_and_from_the_cart_to_the_customer() {
    let network = TestNetwork::new();
    let agent = network.agent(example::general_store).await.unwrap();
    let (mut alice, mut bob) = (network.user().await.unwrap(), network.user().await.unwrap());
    alice.say_to(&agent, "/shop").await.unwrap();
    let shelf = menu(&mut alice).await;
    for good in ["tea", "apple", "tea", "gold"] {
        alice.say_to(&agent, Intent::new(&shelf.id, good)).await.unwrap();
    }
    for (label, count) in [("Tea", 1), ("Apple", 1), ("Tea", 2)] {
        assert!(alice.hears_text().await.unwrap().starts_with(&format!("{label}: {count} in your cart.")));
    }
    alice.say_to(&agent, "/cart").await.unwrap();
    let bill = "- 1 × Apple: $0.80\n- 2 × Tea: $8.40\n\n**Total: $9.20**";
    assert_eq!(alice.hears_text().await.unwrap(), bill);
    bob.say_to(&agent, "/cart").await.unwrap();
    assert!(bob.hears_text().await.unwrap().starts_with("Your cart is empty."));

    alice.say_to(&agent, "/checkout").await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "Where shall we deliver it?");
    alice.say_to(&agent, "home").await.unwrap();
    assert!(alice.hears_text().await.unwrap().starts_with("Please write the whole address"));
    alice.say_to(&agent, "1 Main Street").await.unwrap();
    let when = menu(&mut alice).await;
    alice.say_to(&agent, Intent::new(&when.id, "today")).await.unwrap();
    menu(&mut alice).await;
    alice.say_to(&agent, "1").await.unwrap();
    let receipt = alice.hears_text().await.unwrap();
    assert_eq!(receipt, format!("**Thank you!**\n\n{bill}\n\nOn its way to 1 Main Street."));
    alice.say_to(&agent, "/cart").await.unwrap();
    assert!(alice.hears_text().await.unwrap().starts_with("Your cart is empty."));
}

#[tokio::test]
async fn a_checkout_survives_a_restart_of_the_shop() {
    let network = TestNetwork::new();
    let mut agent = network.agent(example::general_store).await.unwrap();
    let mut alice = network.user().await.unwrap();
    alice.say_to(&agent, "/checkout").await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "Where shall we deliver it?");
    agent.start(example::general_store).await.unwrap();
    alice.say_to(&agent, "1 Main Street").await.unwrap();
    let when = menu(&mut alice).await;
    let back = &when.actions.last().unwrap().id;
    alice.say_to(&agent, Intent::new(&when.id, back)).await.unwrap();
    assert_eq!(alice.hears_text().await.unwrap(), "Your cart is as it was.");
}
