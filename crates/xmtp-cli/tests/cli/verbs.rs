//! The verbs of a user, as a script uses them.
use crate::support::{Network, User, text, texts};
use serde_json::json;
use std::{io::Write, process::Stdio};

#[test]
fn two_users_find_write_and_read_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    let (me, them) = (&alice.json(&["whoami"])[0], &bob.json(&["whoami"])[0]);
    assert_eq!((&me["env"], &me["url"]), (&json!("local"), &json!(network.url())));
    assert_eq!(alice.json(&["whoami"])[0], *me, "who one is does not change");

    let sent = alice.json(&["send", them["address"].as_str().unwrap(), "by address"]);
    assert_eq!(sent[0]["status"], "published");
    let conversation = sent[0]["conversation_id"].as_str().unwrap();
    alice.json(&["send", them["inbox_id"].as_str().unwrap(), "by inbox id"]);
    alice.json(&["send", conversation, "-by conversation id"]);
    let answered = sent[0]["id"].as_str().unwrap();

    let received = bob.json(&["messages", me["address"].as_str().unwrap()]);
    assert_eq!(texts(&received), ["by address", "by inbox id", "-by conversation id"]);
    assert!(received.iter().any(|message| message["id"] == sent[0]["id"]));
    assert!(received.iter().all(|message| message["sender_inbox_id"] == me["inbox_id"]));

    bob.json(&["send", conversation, "**yes**", "--markdown", "--reply-to", answered]);
    let newest = alice.json(&["messages", conversation, "--limit", "1"]);
    assert_eq!(
        newest[0]["content"],
        json!({ "type": "reply", "reference": answered, "content": { "type": "markdown", "text": "**yes**" } })
    );

    let listed = bob.json(&["conversations"]);
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["id"], &listed[0]["kind"]), (&json!(conversation), &json!("dm")));
    assert_eq!(listed[0]["peer_inbox_id"], me["inbox_id"]);
    assert_eq!(listed[0]["member_inbox_ids"].as_array().unwrap().len(), 2);
}

#[test]
fn what_stands_on_standard_input_is_sent_as_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let user = User::new(network.url());
    let mut sending =
        user.command(&["send", network.agent(), "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    sending.stdin.take().unwrap().write_all("two\nlines, ünïcode 🦀\n".as_bytes()).unwrap();
    let output = sending.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(text(&output.stdout).trim().len(), 64, "the id of the message alone");
    let mut listening = user.start(&["listen", "--from", "start", "--json"]);
    listening.hear("two\nlines, ünïcode 🦀");
}

#[test]
fn listening_from_now_hears_what_comes_and_ends_cleanly_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    let to = bob.address();
    let mut listening = bob.start(&["listen", "--from", "start", "--json"]);
    for number in 0..5 {
        alice.json(&["send", &to, &format!("message {number}")]);
    }
    let heard: Vec<_> = (0..5).map(|number| listening.hear(&format!("message {number}"))["id"].clone()).collect();
    assert_eq!(heard.len(), 5);
    assert_eq!(listening.terminate(), (0, String::new()));
}

#[test]
fn for_a_person_messages_are_lines_with_time_and_sender_and_no_terminal_codes() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    alice.json(&["send", &bob.address(), "clear\u{1b}[2J the\u{7} screen"]);
    let output = bob.run(&["messages", &alice.address()]);
    let shown = text(&output.stdout);
    let address = alice.address();
    let line = shown.lines().last().unwrap();
    assert!(line.ends_with("  clear[2J the screen"), "{shown}");
    assert!(line.contains(&format!("{}…{}", &address[..6], &address[38..])), "{shown}");
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}'));
    assert!(shown.contains("added you"), "{shown}");
}

#[test]
fn what_is_known_here_is_shown_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    let sent = alice.json(&["send", &bob.address(), "kept"]);
    let conversation = sent[0]["conversation_id"].as_str().unwrap();
    network.running.terminate();
    assert_eq!(texts(&alice.json(&["messages", conversation, "--no-sync"])), ["kept"]);
    assert_eq!(alice.json(&["conversations", "--no-sync"])[0]["id"], conversation);
    let bobs = bob.shown(&["keys", "new"]);
    let table = alice.shown(&["conversations", "--no-sync"]);
    assert!(table.contains(&format!("{}…{}", &bobs[..6], &bobs[38..42])), "names too: {table}");
}
