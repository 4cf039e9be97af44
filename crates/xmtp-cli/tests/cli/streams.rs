//! `xmtp stream`.
use crate::support::{assert_shape, field, text, texts, world};
use serde_json::json;

#[test]
fn a_stream_ends_when_it_has_given_what_was_wanted() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &["--name", "us"]);
    for words in ["one", "two", "three"] {
        alice.json(&["send", &group, words]);
    }
    bob.json(&["sync"]);
    let heard = bob.json(&["stream", "messages", &group, "--from", "start", "--count", "3"]);
    assert_eq!(texts(&heard), ["one", "two"], "the first of the three says that bob was added");
    let heard = bob.json(&["stream", "messages", "--from", "start", "--count", "2", "--consent", "unknown"]);
    assert_eq!(heard.len(), 2);
    heard.iter().for_each(|message| assert_shape("message", message));
}

#[test]
fn a_stream_that_is_too_short_of_time_says_so_and_ends_with_3() {
    let (_folder, _network, [alice]) = world();
    alice.address();
    let (code, said) = alice.fails(&["stream", "messages", "--count", "1", "--timeout", "300ms"]);
    assert!(code == 3 && said.contains("0 of 1 came in time"), "{said}");
    let output = alice.run(&["stream", "deletions", "--timeout", "300ms"]);
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(0), ""),
        "without a number it is no failure"
    );
}

#[test]
fn new_conversations_are_streamed_by_kind() {
    let (_folder, _network, [alice, bob]) = world();
    alice.json(&["send", &bob.address(), "hi"]);
    let group = alice.group(&[&bob], &["--name", "us"]);
    bob.json(&["sync"]);
    let all = bob.json(&["stream", "conversations", "--from", "start", "--count", "2"]);
    all.iter().for_each(|conversation| assert_shape("conversation", conversation));
    assert_eq!((field(&all[0], "kind"), field(&all[1], "kind")), ("dm", "group"));
    let groups = bob.json(&["stream", "conversations", "--from", "start", "--count", "1", "--kind", "group"]);
    assert_eq!(field(&groups[0], "id"), group);
}

#[test]
fn a_conversation_appears_in_a_running_stream() {
    let (_folder, _network, [alice, bob]) = world();
    let inbox = bob.inbox();
    let mut streaming = bob.start(&["stream", "conversations", "--from", "start", "--json"]);
    let group = alice.json(&["group", "create", &inbox]).remove(0);
    let seen: serde_json::Value = serde_json::from_str(&streaming.line()).unwrap();
    assert_eq!(field(&seen, "id"), field(&group, "id"));
    assert_eq!(streaming.terminate(), (0, String::new()));
}

#[test]
fn decisions_and_deletions_are_streamed() {
    let (_folder, _network, [alice, bob]) = world();
    let sent = alice.json(&["send", &bob.address(), "a slip"]).remove(0);
    let inbox = bob.inbox();
    alice.json(&["consent", "set", "denied", &inbox]);
    alice.json(&["delete", field(&sent, "id"), "--yes"]);
    let gone = alice.json(&["stream", "deletions", "--from", "start", "--count", "1"]).remove(0);
    assert_shape("deletion", &gone);
    assert_eq!((field(&gone, "message_id"), field(&gone, "cause")), (field(&sent, "id"), "sender"));
    let mut preferences = alice.start(&["stream", "preferences", "--from", "start", "--json"]);
    loop {
        let change: serde_json::Value = serde_json::from_str(&preferences.line()).unwrap();
        if change["id"] == inbox.as_str() {
            assert_shape("preference", &change);
            assert_eq!((&change["entity"], &change["consent"]), (&json!("inbox"), &json!("denied")));
            break;
        }
    }
    assert_eq!(preferences.terminate().0, 0);
}
