//! `xmtp messages`, `message` and `count`.
use crate::support::{assert_shape, field, texts, world};
use serde_json::json;
use std::{io::Read, process::Stdio};

#[test]
fn messages_are_filtered_by_type_time_sender_kind_and_order() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &["--name", "us"]);
    let first = alice.json(&["send", &group, "one"]).remove(0);
    alice.json(&["send", &group, "# two", "--markdown"]);
    bob.json(&["reply", field(&first, "id"), "three"]);
    let all = alice.json(&["messages", &group]);
    let read = |args: &[&str]| alice.json(&[&["messages", &group, "--no-sync"], args].concat());
    assert_eq!(texts(&read(&["--type", "text"])), ["one"]);
    assert_eq!(texts(&read(&["--type", "text", "--type", "xmtp.org/markdown:1.0"])), ["one", "# two"]);
    assert_eq!(texts(&read(&["--kind", "application", "--not-type", "text"])), ["# two"]);
    assert_eq!(read(&["--kind", "application", "--not-from", &alice.inbox()]).len(), 1);
    assert_eq!(texts(&read(&["--kind", "application", "--not-from", &bob.address()])), ["one", "# two"]);
    let at = |text: &str| field(all.iter().find(|one| one["content"]["text"] == text).unwrap(), "sent_at").to_owned();
    assert_eq!(texts(&read(&["--sent-after", &at("one"), "--type", "markdown"])), ["# two"]);
    assert_eq!(texts(&read(&["--sent-before", &at("# two")])), ["one"]);
    assert!(read(&["--sent-before", "1d"]).is_empty());
    assert_eq!(texts(&read(&["--order", "newest"])), ["# two", "one"]);
    assert_eq!(texts(&read(&["--order", "oldest", "--kind", "application", "--limit", "1"])), ["one"]);
    assert_eq!(texts(&read(&["--limit", "2"])), ["# two"], "the newest, oldest of them first");
    assert_eq!(read(&["--order", "stored-newest"]).len(), all.len());
    assert_eq!(alice.json(&["count", &group, "--type", "reply"]), [json!({ "count": 1 })]);
    assert_eq!(alice.shown(&["count", &group, "--kind", "application"]), "3\n");
    assert_shape("count", &alice.json(&["count", &group])[0]);
    assert_eq!(alice.fails(&["messages", &group, "--sent-after", "some day"]).0, 2);
}

#[test]
fn one_message_is_found_by_its_id() {
    let (_folder, _network, [alice, bob]) = world();
    let sent = alice.json(&["send", &bob.address(), "this one"]).remove(0);
    let id = field(&sent, "id");
    assert_eq!(bob.fails(&["message", id, "--no-sync"]).0, 4, "it was not fetched yet");
    let message = bob.json(&["message", id]).remove(0);
    assert_shape("message", &message);
    assert_eq!(message["content"]["text"], "this one");
    assert_eq!(bob.fails(&["message", "zz"]).0, 2);
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let (_folder, _network, [alice, bob]) = world();
    let to = bob.address();
    let words = "many words ".repeat(8_000);
    for _ in 0..3 {
        alice.json(&["send", &to, &words]);
    }
    let mut command = alice.command(&["messages", &to]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap().as_str()), (Some(0), ""));
}
