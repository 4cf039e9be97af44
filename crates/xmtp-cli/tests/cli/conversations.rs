//! `xmtp conversations`.
use crate::support::{assert_shape, field, world};
use serde_json::json;

#[test]
fn a_list_is_narrowed_by_kind_consent_activity_and_number() {
    let (_folder, _network, [alice, bob, carol]) = world();
    let group = alice.group(&[&bob], &["--name", "us"]);
    let dm = alice.json(&["conversations", "dm", &carol.address()]).remove(0);
    let dm = field(&dm, "id").to_owned();
    alice.json(&["send", &group, "hello"]);
    let ids = |args: &[&str]| {
        let listed = alice.json(&[&["conversations", "list", "--no-sync"], args].concat());
        listed.iter().map(|one| field(one, "id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[]), [group.as_str(), dm.as_str()], "the most recently active first");
    assert_eq!(ids(&["--order", "newest"]), [dm.as_str(), group.as_str()]);
    assert_eq!(ids(&["--order", "oldest", "--limit", "1"]), [group.as_str()]);
    assert_eq!(ids(&["--kind", "dm"]), [dm.as_str()]);
    assert_eq!(ids(&["--kind", "group"]), [group.as_str()]);
    assert_eq!(ids(&["--inactive"]), [] as [String; 0]);
    assert_eq!(ids(&["--active"]).len(), 2);
    assert_eq!(ids(&["--created-before", "1d"]), [] as [String; 0]);
    assert_eq!(ids(&["--created-after", "1h"]).len(), 2);
    let sent = alice.json(&["messages", &group, "--no-sync"]).pop().unwrap();
    assert_eq!(ids(&["--active-before", field(&sent, "sent_at")]), [dm.as_str()]);
    alice.json(&["consent", "set", "denied", &dm]);
    assert_eq!(ids(&["--consent", "denied"]), [dm.as_str()]);
    assert_eq!(ids(&["--consent", "allowed", "--consent", "denied"]).len(), 2);
    let output = alice.run(&["conversations", "--json", "list", "--kind", "dm", "--no-sync"]);
    assert!(output.status.success(), "global options stand anywhere");
    let (code, said) = alice.fails(&["conversations", "--kind", "dm", "show", &group]);
    assert!(code == 2 && said.contains("behind the verb"), "{said}");
}

#[test]
fn one_conversation_is_shown_with_all_it_says_about_itself() {
    let (_folder, _network, [alice, bob]) = world();
    let options = ["--name", "us", "--description", "all of us", "--image", "https://example.org/us.png"];
    let more = ["--app-data", "{}", "--disappear-after", "1d"];
    let group = alice.group(&[&bob], &[options.as_slice(), &more].concat());
    let shown = bob.json(&["conversations", "show", &group]).remove(0);
    assert_shape("conversation", &shown);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("us"), &json!("all of us")));
    assert_eq!((&shown["image_url"], &shown["app_data"]), (&json!("https://example.org/us.png"), &json!("{}")));
    assert_eq!(shown["disappearing"]["after_seconds"], json!(86_400.0));
    assert_eq!(
        (field(&shown, "creator_inbox_id"), field(&shown, "added_by_inbox_id")),
        (&*alice.inbox(), &*alice.inbox())
    );
    assert_eq!((field(&shown, "status"), field(&shown, "consent")), ("active", "unknown"));
    for listed in bob.json(&["conversations"]) {
        assert_shape("conversation", &listed);
    }
    let lines = bob.shown(&["conversations", "show", &group]);
    assert!(lines.contains("us (2 members)") && lines.contains("messages go 1d after they arrived"), "{lines}");
}

#[test]
fn for_a_person_the_list_is_a_table_without_codes_where_there_is_no_terminal() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &["--name", "a name of many words \u{1b}[2J that is long"]);
    let table = alice.shown(&["conversations"]);
    let mut lines = table.lines();
    let heading: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(heading, ["ID", "KIND", "ACTIVE", "WITH"]);
    let row = lines.next().unwrap();
    assert!(row.starts_with(&group) && row.ends_with("[2J that is long (2 members)"), "{row}");
    assert!(!table.contains('\u{1b}'));
}

#[test]
fn a_direct_conversation_is_begun_once_and_found_again() {
    let (_folder, _network, [alice, bob]) = world();
    let begun = alice.json(&["conversations", "dm", &bob.address(), "--disappear-after", "2h"]).remove(0);
    assert_shape("conversation", &begun);
    assert_eq!(begun["disappearing"]["after_seconds"], json!(7200.0));
    assert_eq!(alice.shown(&["conversations", "dm", &bob.inbox()]).trim(), field(&begun, "id"));
    let (code, said) = alice.fails(&["conversations", "dm", &alice.inbox()]);
    assert!(code == 2 && said.contains("that is you"), "{said}");
}

#[test]
fn keys_for_push_are_those_of_three_periods_and_equal_nowhere_else() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    let all = alice.json(&["conversations", "hmac-keys"]);
    assert_shape("push keys", &all[0]);
    assert_eq!((all.len(), field(&all[0], "conversation_id")), (1, group.as_str()));
    let keys = all[0]["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| field(key, "key").len() == 84), "{keys:?}");
    assert_eq!(alice.json(&["conversations", "hmac-keys", &group]), all);
    bob.json(&["sync"]);
    assert_ne!(bob.json(&["conversations", "hmac-keys", &group]), all, "they are of the user");
}

#[test]
fn syncing_tells_how_much_was_looked_at_and_can_be_narrowed() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    bob.json(&["sync"]);
    alice.json(&["send", &group, "news"]);
    assert_eq!(bob.json(&["sync", "--consent", "allowed"]), [json!({ "looked_at": 0, "synced": 0 })]);
    assert_eq!(bob.json(&["sync"]), [json!({ "looked_at": 1, "synced": 1 })]);
    assert_eq!(bob.json(&["sync", &group]), [json!({ "looked_at": 1, "synced": 1 })]);
    assert_shape("sync", &bob.json(&["sync", "--preferences"])[0]);
    assert_eq!(bob.json(&["count", &group, "--type", "text", "--no-sync"]), [json!({ "count": 1 })]);
}
