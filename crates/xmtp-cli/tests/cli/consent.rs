//! `xmtp consent`.
use crate::support::{User, assert_shape, field, world};
use serde_json::json;

#[test]
fn consent_is_unknown_until_it_is_decided_about_inboxes_and_conversations() {
    let (_folder, _network, [alice, bob]) = world();
    let group = bob.group(&[&alice], &[]);
    alice.json(&["sync"]);
    let (bobs, address) = (bob.inbox(), bob.address());
    let before = alice.json(&["consent", "show", &group, &address]);
    before.iter().for_each(|decision| assert_shape("consent", decision));
    assert_eq!(
        before,
        [
            json!({ "entity": "conversation", "id": group, "consent": "unknown" }),
            json!({ "entity": "inbox", "id": bobs, "consent": "unknown" }),
        ]
    );
    let decided = alice.json(&["consent", "set", "denied", &group, &address]);
    assert!(decided.iter().all(|decision| decision["consent"] == "denied"));
    alice.json(&["consent", "set", "allowed", &bobs]);
    assert_eq!(field(&alice.json(&["consent", "show", &bobs])[0], "consent"), "allowed");
    assert_eq!(alice.json(&["consent", "list", "--no-sync"]).len(), 2);
    let denied = alice.json(&["consent", "list", "--consent", "denied"]);
    assert_eq!((denied.len(), field(&denied[0], "id")), (1, group.as_str()));
    let table = alice.shown(&["consent", "list"]);
    assert!(table.contains("allowed  inbox") && table.contains("denied   conversation"), "{table}");
}

#[test]
fn other_installations_are_told() {
    let (_folder, network, [alice, bob]) = world();
    let bobs = bob.inbox();
    let phone = User::without_keys(network.url());
    std::fs::copy(alice.env_file(), phone.env_file()).unwrap();
    alice.json(&["sync", "--preferences"]);
    phone.json(&["sync", "--preferences"]);
    alice.json(&["consent", "set", "denied", &bobs]);
    phone.json(&["sync"]);
    assert_eq!(field(&phone.json(&["consent", "show", &bobs])[0], "consent"), "denied");
}

#[test]
fn a_conversation_that_is_not_there_cannot_be_decided_about() {
    let (_folder, _network, [alice]) = world();
    let (code, said) = alice.fails(&["consent", "set", "allowed", "00ff"]);
    assert!(code == 4 && said.contains("no such conversation"), "{said}");
    assert_eq!(alice.fails(&["consent", "set", "perhaps", "00ff"]).0, 2);
}
