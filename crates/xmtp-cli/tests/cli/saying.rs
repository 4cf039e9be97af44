//! Everything that can be said by a verb.
use crate::support::{assert_shape, field, texts, world};
use serde_json::json;
use std::fs;

#[test]
fn an_answer_and_a_reaction_name_the_message_and_its_sender() {
    let (_folder, _network, [alice, bob]) = world();
    let asked = alice.json(&["send", &bob.address(), "are you there?"]).remove(0);
    assert_shape("sent", &asked);
    let id = field(&asked, "id");
    let answered = bob.json(&["reply", id, "**yes**", "--markdown"]).remove(0);
    assert_shape("sent", &answered);
    bob.json(&["react", id, "👍"]);
    bob.json(&["react", id, "👍", "--remove"]);
    let heard = alice.json(&["messages", &bob.address(), "--about", id]);
    heard.iter().for_each(|message| assert_shape("message", message));
    assert!(heard.iter().all(|message| message["reference"] == id));
    assert_eq!(
        heard[0]["content"],
        json!({ "type": "reply", "reference": id, "content": { "type": "markdown", "text": "**yes**" } })
    );
    let reaction = |at: usize, action| {
        let wanted = json!({ "type": "reaction", "reference": id, "action": action, "reaction": "👍" });
        assert_eq!(heard[at]["content"], wanted);
    };
    reaction(1, "added");
    reaction(2, "removed");
    let shown = alice.shown(&["messages", &bob.address(), "--no-sync", "--ids"]);
    assert!(shown.contains(&format!("\n{}{id}\n", " ".repeat(20))), "{shown}");
    assert!(shown.contains("↳ answers “are you there?”"), "{shown}");
    assert!(shown.contains("reacted 👍 to “are you there?”"), "{shown}");
    assert_eq!(alice.fails(&["reply", &"0".repeat(64), "to nothing"]).0, 4);
}

#[test]
fn a_receipt_says_that_the_conversation_was_read() {
    let (_folder, _network, [alice, bob]) = world();
    alice.json(&["send", &bob.address(), "read this"]);
    bob.json(&["receipt", &alice.address()]);
    let newest = alice.json(&["messages", &bob.address(), "--limit", "1"]).remove(0);
    assert_eq!(newest["content"], json!({ "type": "read_receipt" }));
    assert!(alice.shown(&["messages", &bob.address()]).contains("has read the conversation"));
    let (code, said) = bob.fails(&["receipt", &bob.inbox()]);
    assert!(code == 4 && said.contains("no conversation with them"), "{said}");
}

#[test]
fn a_deleted_message_says_nothing_any_more_to_anybody() {
    let (_folder, _network, [alice, bob]) = world();
    let sent = alice.json(&["send", &bob.address(), "a slip"]).remove(0);
    let id = field(&sent, "id");
    bob.json(&["sync"]);
    let (code, said) = alice.fails(&["delete", id]);
    assert!(code == 2 && said.contains("hidden from everybody") && said.contains("--yes"), "{said}");
    assert_eq!(bob.fails(&["delete", id, "--yes"]).0, 4, "it is not his");
    assert_shape("sent", &alice.json(&["delete", id, "--yes"])[0]);
    for user in [&alice, &bob] {
        let gone = user.json(&["message", id, "--no-sync"]);
        let gone = if user.inbox() == bob.inbox() {
            user.json(&["sync"]);
            user.json(&["message", id])
        } else {
            gone
        };
        assert_eq!((&gone[0]["deleted"], &gone[0]["content"]), (&json!(true), &json!(null)));
        assert!(!user.shown(&["message", id]).contains("a slip"));
    }
}

#[test]
fn what_is_kept_for_later_goes_out_in_order_when_it_is_published() {
    let (_folder, _network, [alice, bob]) = world();
    alice.json(&["send", &bob.address(), "now"]);
    let kept = alice.json(&["send", &bob.address(), "later", "--later"]).remove(0);
    assert_eq!(field(&kept, "status"), "kept");
    let first = alice.json(&["messages", &bob.address(), "--no-sync", "--type", "text"]).remove(0);
    alice.json(&["reply", field(&first, "id"), "latest", "--later"]);
    let waiting = alice.json(&["messages", &bob.address(), "--no-sync", "--status", "unpublished"]);
    assert_eq!(waiting.len(), 2);
    alice.json(&["react", field(&first, "id"), "👍", "--later"]);
    alice.json(&["receipt", &bob.address(), "--later"]);
    assert_eq!(alice.json(&["publish", &bob.address()])[0]["published"], 4);
    assert_shape("published", &alice.json(&["publish", &bob.address()])[0]);
    assert_eq!(texts(&bob.json(&["messages", &alice.address(), "--type", "text"])), ["now", "later"]);
}

#[test]
fn a_file_travels_inside_a_message_and_is_written_down_again() {
    let (_folder, _network, [alice, bob]) = world();
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    fs::write(alice.folder.path().join("picture.png"), &bytes).unwrap();
    let sent = alice.json(&["send", &bob.address(), "--file", "picture.png"]).remove(0);
    let id = field(&sent, "id");
    let received = bob.json(&["message", id, "--save", "got.png"]).remove(0);
    let told = json!({ "type": "attachment", "filename": "picture.png", "media_type": "image/png", "bytes": 100_000 });
    assert_eq!(received["content"], told);
    assert_eq!(fs::read(bob.folder.path().join("got.png")).unwrap(), bytes);
    let (code, said) = bob.fails(&["message", id, "--save", "got.png"]);
    assert!(code == 1 && said.contains("got.png"), "nothing is written over: {said}");
    assert!(bob.shown(&["messages", &alice.address()]).contains("[file “picture.png”, image/png, 97.66 KiB]"));

    let answer = bob.json(&["send", &alice.address(), "--file", "got.png", "--media-type", "x/y", "--reply-to", id]);
    let answer = alice.json(&["message", field(&answer[0], "id"), "--save", "back.png"]).remove(0);
    assert_eq!(answer["content"]["content"]["media_type"], "x/y");
    assert_eq!(fs::read(alice.folder.path().join("back.png")).unwrap(), bytes);
    let text = bob.json(&["send", &alice.address(), "no file"]).remove(0);
    assert_eq!(alice.fails(&["message", field(&text, "id"), "--save", "nothing"]).0, 4);
}

#[test]
fn a_file_that_has_no_room_in_a_message_is_refused_before_anything_is_sent() {
    let (_folder, _network, [alice, bob]) = world();
    fs::write(alice.folder.path().join("big"), vec![0; 1_000_001]).unwrap();
    let to = bob.address();
    let (code, said) = alice.fails(&["send", &to, "--file", "big"]);
    assert!(code == 2 && said.contains("1000001 bytes"), "{said}");
    assert_eq!(alice.fails(&["send", &to, "--file", "not-there"]).0, 1);
    assert_eq!(alice.fails(&["send", &to, "words", "--file", "big"]).0, 2);
    fs::write(alice.folder.path().join("just"), vec![7; 1_000_000]).unwrap();
    alice.json(&["send", &to, "--file", "just"]);
    assert_eq!(bob.json(&["messages", &alice.address(), "--type", "attachment"]).len(), 1);
}

#[test]
fn nothing_is_sent_if_there_is_nothing_to_say() {
    let (_folder, _network, [alice, bob]) = world();
    let to = bob.address();
    for args in
        [&["send", &to, " "][..], &["send", &to], &["reply", &"0".repeat(64), ""], &["react", &"0".repeat(64), " "]]
    {
        assert_eq!(alice.fails(args).0, 2, "{args:?}");
    }
    assert!(alice.json(&["conversations"]).is_empty());
}
