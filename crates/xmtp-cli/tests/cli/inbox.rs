//! `xmtp inbox`, as a script uses it.
use crate::support::{Network, User, assert_shape, text};
use serde_json::{Value, json};
use std::fs;

/// A network, and a user who is registered on it.
fn registered() -> (tempfile::TempDir, Network, User) {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let user = User::new(network.url());
    user.address();
    (folder, network, user)
}

fn shown(user: &User) -> Value {
    user.json(&["inbox", "show"]).remove(0)
}

fn accounts(shown: &Value) -> Vec<&str> {
    shown["accounts"].as_array().unwrap().iter().map(|account| account["identifier"].as_str().unwrap()).collect()
}

/// Runs a command that has to fail: its exit code and what it said.
fn refused(user: &User, args: &[&str]) -> (i32, String) {
    let output = user.run(args);
    (output.status.code().unwrap(), text(&output.stderr))
}

#[test]
fn an_inbox_shows_its_accounts_its_installation_and_the_room_left() {
    let (_folder, _network, user) = registered();
    let me = &user.json(&["whoami"])[0];
    let inbox = shown(&user);
    assert_eq!(inbox["inbox_id"], me["inbox_id"]);
    assert_eq!(inbox["recovery"], json!({ "kind": "ethereum", "identifier": me["address"] }));
    assert_eq!(accounts(&inbox), [me["address"].as_str().unwrap()]);
    assert_eq!(inbox["installation_slots_left"], 9);
    assert_eq!((&inbox["updates"], &inbox["updates_limit"]), (&json!(1), &json!(256)));
    let installation = &inbox["installations"][0];
    assert_eq!(installation["id"], me["installation_id"]);
    assert_eq!(installation["key_package"]["status"], "usable");

    let listed = user.json(&["inbox", "installations", "list"]);
    assert_eq!(listed, *inbox["installations"].as_array().unwrap());
    for whose in [me["address"].as_str().unwrap(), me["inbox_id"].as_str().unwrap()] {
        assert_eq!(user.json(&["inbox", "show", whose])[0], inbox);
    }
    let both = user.json(&["inbox", "show", me["address"].as_str().unwrap(), me["inbox_id"].as_str().unwrap()]);
    assert_eq!(both, [inbox.clone(), inbox.clone()]);
    assert_shape("inbox", &inbox);
    assert_shape("identity", me);
    let for_a_person = text(&user.run(&["inbox", "show"]).stdout);
    assert!(for_a_person.contains("1 of 10") && for_a_person.contains(me["address"].as_str().unwrap()));
}

#[test]
fn an_account_is_added_logs_in_and_is_removed_again_with_what_it_added() {
    let (_folder, network, user) = registered();
    let second = User::new(network.url());
    let key_file = second.env_file();
    let added = user.json(&["inbox", "accounts", "add", "--key-file", key_file.to_str().unwrap()]).remove(0);
    assert_eq!(accounts(&added).len(), 2);
    let me = second.json(&["whoami"]).remove(0);
    assert_eq!(me["inbox_id"], added["inbox_id"], "the new account leads to the inbox");
    assert_eq!(shown(&user)["installations"].as_array().unwrap().len(), 2);

    let address = me["address"].as_str().unwrap();
    let (code, said) = refused(&user, &["inbox", "accounts", "remove", address]);
    assert_eq!(code, 2, "nobody is there to be asked");
    assert!(said.contains("the installation that it added") && said.contains("--yes"), "{said}");
    assert_eq!(
        refused(&second, &["inbox", "accounts", "remove", address, "--yes"]).0,
        4,
        "it cannot recover the inbox"
    );

    let upper = address.to_uppercase().replacen("0X", "0x", 1);
    let left = user.json(&["inbox", "accounts", "remove", &upper, "--yes"]).remove(0);
    assert_eq!((accounts(&left).len(), left["installations"].as_array().unwrap().len()), (1, 1));
    let (code, said) = refused(&user, &["inbox", "accounts", "remove", address, "--yes"]);
    assert_eq!(code, 4);
    assert!(said.contains("is not in the inbox"), "{said}");
}

#[test]
fn an_account_of_another_inbox_is_moved_only_if_that_is_said() {
    let (_folder, network, user) = registered();
    let other = User::new(network.url());
    let theirs = other.json(&["whoami"]).remove(0);
    let key = fs::read_to_string(other.env_file()).unwrap();
    let key = key.lines().find_map(|line| line.strip_prefix("XMTP_WALLET_KEY=")).unwrap();
    let add = ["inbox", "accounts", "add", "--key-env", "NEW_ACCOUNT"];
    let run = |more: &[&str]| user.command(&[&add, more].concat()).env("NEW_ACCOUNT", key).output().unwrap();
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(4));
    let said = text(&output.stderr);
    assert!(said.contains(theirs["inbox_id"].as_str().unwrap()) && !said.contains(&key[2..]), "{said}");
    assert_eq!(run(&["--reassign"]).status.code(), Some(2), "nobody is there to be asked");
    assert!(run(&["--reassign", "--yes"]).status.success());
    let address = theirs["address"].as_str().unwrap();
    assert_eq!(user.json(&["inbox", "show", address])[0]["inbox_id"], shown(&user)["inbox_id"]);
}

#[test]
fn whoever_recovers_the_inbox_is_changed_and_the_one_before_can_no_longer() {
    let (_folder, network, user) = registered();
    let heir = User::new(network.url());
    let address = heir.run(&["keys", "new", "--json"]);
    let address: Value = serde_json::from_str(&text(&address.stdout)).unwrap();
    let address = address["address"].as_str().unwrap();
    let inbox = shown(&user);
    let (code, said) = refused(&user, &["inbox", "recovery", "set", address]);
    assert_eq!(code, 2);
    assert!(said.contains("It is not in the inbox"), "{said}");
    let after = user.json(&["inbox", "recovery", "set", address, "--yes"]).remove(0);
    assert_eq!(after["recovery"]["identifier"], address);

    let installation = inbox["installations"][0]["id"].as_str().unwrap();
    let (code, said) = refused(&user, &["inbox", "installations", "revoke", installation, "--yes"]);
    assert_eq!(code, 4);
    assert!(said.contains(address), "the error says who can: {said}");
    let id = inbox["inbox_id"].as_str().unwrap();
    let revoke = ["inbox", "installations", "revoke", installation, "--inbox", id, "--yes"];
    assert_eq!(heir.json(&revoke)[0]["installations"], json!([]));
}

#[test]
fn a_full_inbox_refuses_an_eleventh_installation_names_the_ten_and_is_freed_without_a_database() {
    let (_folder, network, user) = registered();
    for place in 2..=10 {
        user.json(&["whoami", "--data-dir", &format!("device-{place}")]);
    }
    let full = shown(&user);
    assert_eq!(full["installation_slots_left"], 0);
    let eleventh = ["whoami", "--data-dir", "device-11"];
    let (code, said) = refused(&user, &eleventh);
    assert_eq!(code, 4);
    let ids: Vec<&str> =
        full["installations"].as_array().unwrap().iter().map(|known| known["id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| said.contains(id)) && said.contains("xmtp inbox installations revoke"), "{said}");
    assert_eq!(shown(&user), full, "nothing was registered");

    let elsewhere = User::without_keys(network.url());
    fs::copy(user.env_file(), elsewhere.env_file()).unwrap();
    elsewhere.json(&["inbox", "installations", "revoke", ids[3], ids[4], ids[3], "--yes"]);
    assert_eq!(shown(&user)["installation_slots_left"], 2);
    let (code, said) = refused(&elsewhere, &["inbox", "installations", "revoke", ids[3], "--yes"]);
    assert!(code == 4 && said.contains("is not in the inbox"), "{said}");

    user.json(&eleventh);
    let left = user.json(&["inbox", "installations", "revoke", "--others", "--yes"]).remove(0);
    assert_eq!(left["installations"].as_array().unwrap().len(), 1);
    assert_eq!(left["installations"][0]["id"], user.json(&["whoami"])[0]["installation_id"]);
}

#[test]
fn who_was_revoked_is_told_so_and_how_to_begin_anew() {
    let (_folder, _network, user) = registered();
    user.json(&["inbox", "installations", "revoke", "--all", "--yes"]);
    let (code, said) = refused(&user, &["conversations"]);
    assert_eq!(code, 4);
    assert!(said.contains("was revoked") && said.contains("--data-dir"), "{said}");
    user.json(&["whoami", "--data-dir", "anew"]);
    assert_eq!(shown(&user)["installation_slots_left"], 9);
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    let user = User::new("http://127.0.0.1:1");
    for args in [
        &["inbox", "accounts", "add"][..],
        &["inbox", "accounts", "add", "--key-file", "a", "--key-env", "b"],
        &["inbox", "accounts", "add", "--key-file", "no-such-file"],
        &["inbox", "accounts", "add", "--key-env", "NO_SUCH_VARIABLE"],
        &["inbox", "installations", "revoke"],
        &["inbox", "installations", "revoke", "zz"],
        &["inbox", "installations", "revoke", "--all", "--others"],
        &["inbox", "show", "bob"],
    ] {
        let (code, said) = refused(&user, args);
        assert!([1, 2].contains(&code), "{args:?}: {code} {said}");
    }
    assert_eq!(refused(&user, &["inbox", "show"]).0, 3, "the network is away");
}

#[test]
fn another_installation_is_refused_to_whoever_wants_that_and_none_is_used_up() {
    let (_folder, _network, user) = registered();
    let elsewhere = ["whoami", "--data-dir", "elsewhere"];
    let output = user.command(&elsewhere).env("XMTP_NEW_INSTALLATION", "0").output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("1 of 10 installations") && said.contains("XMTP_NEW_INSTALLATION"), "{said}");
    assert_eq!(shown(&user)["installation_slots_left"], 9);
    user.json(&elsewhere);
    assert_eq!(shown(&user)["installation_slots_left"], 8);
}
