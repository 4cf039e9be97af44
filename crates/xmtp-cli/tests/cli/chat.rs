//! `xmtp chat`, where standard input is not a terminal.
use crate::support::{Network, User};

#[test]
fn lines_are_sent_as_they_come_answers_appear_and_the_chat_ends_with_the_input() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let user = User::new(network.url());
    let mut chat = user.start(&["chat", network.agent(), "--json"]);
    for line in ["first", "", "second"] {
        chat.say(line);
    }
    chat.hear("first");
    chat.hear("second");
    assert_eq!(chat.end(), (0, String::new()));
}

#[test]
fn only_the_chosen_conversation_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    let to = alice.address();
    let mut chat = alice.start(&["chat", network.agent(), "--json"]);
    chat.say("ping");
    chat.hear("ping");
    bob.json(&["send", &to, "from someone else"]);
    chat.say("pong");
    let next: serde_json::Value = serde_json::from_str(&chat.line()).unwrap();
    assert_eq!(next["content"]["text"], "pong");
}
