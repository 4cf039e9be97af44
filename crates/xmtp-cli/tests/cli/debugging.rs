//! `xmtp debug` and `xmtp repair`.
use crate::support::{assert_shape, field, world};
use serde_json::json;

#[test]
fn a_conversation_tells_its_epoch_its_commits_and_what_could_not_be_sent() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    let shown = alice.json(&["debug", "conversation", &group]).remove(0);
    assert_shape("conversation debug", &shown);
    assert_eq!((&shown["epoch"], &shown["status"]), (&json!(1), &json!("active")));
    assert_eq!(field(&shown, "epoch_authenticator").len(), 64);
    assert_eq!(shown["failed_sends"], json!([]));
    let bobs = bob.json(&["debug", "conversation", &group]).remove(0);
    assert_eq!(bobs["epoch_authenticator"], shown["epoch_authenticator"], "equal on all members");
    let log = shown["local_commit_log"].as_array().unwrap();
    assert!(log.iter().all(|entry| entry["result"] == "applied"), "{log:?}");
    let lines = alice.shown(&["debug", "conversation", &group]);
    assert!(lines.contains("epoch authenticator") && lines.contains("fork "), "{lines}");
}

#[test]
fn what_is_kept_is_counted_without_a_network() {
    let (_folder, network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    alice.json(&["send", &group, "one"]);
    alice.json(&["send", &bob.address(), "two"]);
    alice.json(&["send", &bob.address(), "three", "--later"]);
    network.running.terminate();
    let counted = alice.json(&["debug", "statistics"]).remove(0);
    assert_shape("statistics", &counted);
    assert_eq!((&counted["conversations"], &counted["groups"], &counted["dms"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!((&counted["unpublished_messages"], &counted["stuck"]), (&json!(1), &json!(0)));
    assert!(alice.shown(&["debug", "statistics"]).contains("unpublished messages      1"));
}

#[test]
fn a_sound_database_is_told_to_be_and_workers_are_listed() {
    let (_folder, _network, [alice]) = world();
    let checked = alice.json(&["debug", "database"]).remove(0);
    assert_shape("database", &checked);
    assert_eq!(checked, json!({ "sound": true, "faults": [] }));
    assert_eq!(alice.shown(&["debug", "database"]), "the database is sound\n");
    let workers = alice.json(&["debug", "workers"]);
    assert!(workers.len() > 3);
    workers.iter().for_each(|worker| assert_shape("worker", worker));
}

#[test]
fn a_damaged_database_is_found_and_the_exit_code_says_so() {
    let (_folder, _network, [alice, bob]) = world();
    let words = "x".repeat(60_000);
    for _ in 0..5 {
        alice.json(&["send", &bob.address(), &words]);
    }
    let folder = alice.folder.path().join("data");
    let database = files(&folder).into_iter().find(|path| path.to_string_lossy().ends_with(".db3")).unwrap();
    let mut bytes = std::fs::read(&database).unwrap();
    let at = bytes.len() - 2 * 4096 - 100;
    bytes[at] ^= 0xff;
    std::fs::write(&database, bytes).unwrap();
    let output = alice.run(&["debug", "database", "--json"]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(checked["sound"], false);
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn keys_are_renewed_and_installations_put_back_and_the_conversation_goes_on() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    bob.json(&["sync"]);
    let epoch = |of: &crate::support::User| of.json(&["debug", "conversation", &group])[0]["epoch"].as_u64().unwrap();
    let before = epoch(&alice);
    assert_shape("conversation", &alice.json(&["repair", "keys", &group])[0]);
    assert_eq!(epoch(&alice), before + 1);
    alice.json(&["repair", "installations", &group]);
    let installation = bob.json(&["whoami"]).remove(0);
    let installation = field(&installation, "installation_id");
    assert_eq!(alice.fails(&["repair", "readd", &group, installation]).0, 2, "nobody is there to be asked");
    alice.json(&["repair", "readd", &group, installation, "--yes"]);
    alice.json(&["send", &group, "still here?"]);
    let heard = bob.json(&["messages", &group, "--type", "text"]);
    assert_eq!(heard[0]["content"]["text"], "still here?");
    assert_eq!(bob.fails(&["repair", "readd", &group, installation, "--yes"]).0, 4);
}

#[test]
fn a_database_that_another_command_has_open_is_refused_and_the_reason_is_told() {
    let (_folder, _network, [alice, bob]) = world();
    alice.json(&["send", &bob.address(), "hi"]);
    let mut listening = bob.start(&["listen", "--from", "start", "--json"]);
    listening.hear("hi");
    let (code, said) = bob.fails(&["whoami"]);
    assert!(code == 1 && said.contains("in use") && said.contains("--data-dir"), "{said}");
    assert_eq!(listening.terminate().0, 0);
    bob.json(&["whoami"]);
}
