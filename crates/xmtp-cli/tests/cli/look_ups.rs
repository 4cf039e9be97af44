//! `xmtp inbox can-message`, `authorized`, `key-packages`, `sign` and `verify`.
use crate::support::{User, assert_shape, field, world};
use serde_json::json;

#[test]
fn addresses_are_looked_up_without_any_key() {
    let (_folder, network, [alice]) = world();
    let (address, inbox) = (alice.address(), alice.inbox());
    let stranger = User::without_keys(network.url());
    let nobody = "0x0000000000000000000000000000000000000001";
    let found = stranger.json(&["inbox", "can-message", &address, nobody]);
    found.iter().for_each(|answer| assert_shape("reachable", answer));
    assert_eq!(
        found,
        [
            json!({ "address": address, "can_message": true, "inbox_id": inbox }),
            json!({ "address": nobody, "can_message": false, "inbox_id": null }),
        ]
    );
    let table = stranger.shown(&["inbox", "can-message", &address, nobody]);
    assert!(table.contains(&format!("{address}  yes")) && table.contains(&format!("{nobody}  no")), "{table}");
    assert_eq!(stranger.fails(&["inbox", "can-message", "bob.eth"]).0, 2);
}

#[test]
fn who_speaks_for_an_inbox_can_be_asked_by_address_and_installation() {
    let (_folder, _network, [alice, bob]) = world();
    let me = alice.json(&["whoami"]).remove(0);
    let asked = |member: &str| alice.json(&["inbox", "authorized", field(&me, "inbox_id"), member]).remove(0);
    assert_shape("authorized", &asked(field(&me, "address")));
    assert_eq!(asked(field(&me, "address"))["authorized"], true);
    assert_eq!(asked(field(&me, "installation_id"))["authorized"], true);
    assert_eq!(asked(&bob.address())["authorized"], false);
    assert_eq!(alice.shown(&["inbox", "authorized", field(&me, "address"), &bob.address()]), "no\n");
    assert_eq!(alice.fails(&["inbox", "authorized", field(&me, "inbox_id"), "bob"]).0, 2);
}

#[test]
fn key_packages_are_usable_or_absent() {
    let (_folder, _network, [alice]) = world();
    let me = alice.json(&["whoami"]).remove(0);
    let installation = field(&me, "installation_id");
    let absent = "07".repeat(32);
    let found = alice.json(&["inbox", "key-packages", installation, &absent]);
    found.iter().for_each(|answer| assert_shape("key package", answer));
    assert_eq!((&found[0]["id"], &found[0]["key_package"]["status"]), (&json!(installation), &json!("usable")));
    assert_eq!(found[1]["key_package"], json!({ "status": "absent" }));
}

#[test]
fn what_an_installation_has_signed_others_can_check() {
    let (_folder, network, [alice, bob]) = world();
    let signed = alice.json(&["inbox", "sign", "I am alice"]).remove(0);
    assert_shape("signature", &signed);
    let (signature, installation) = (field(&signed, "signature"), field(&signed, "installation_id"));
    let stranger = User::without_keys(network.url());
    let check = ["inbox", "verify", "I am alice", "--signature", signature, "--installation", installation];
    let verified = stranger.json(&check).remove(0);
    assert_shape("verified", &verified);
    assert_eq!(verified["valid"], true);
    assert_eq!(alice.shown(&["inbox", "verify", "I am alice", "--signature", signature]), "valid\n");
    assert_eq!(bob.fails(&["inbox", "verify", "I am alice", "--signature", signature]).0, 4, "bob did not sign it");
    assert_eq!(alice.fails(&["inbox", "verify", "I am bob", "--signature", signature]).0, 4);
    assert_eq!(alice.fails(&["inbox", "verify", "x", "--signature", "zz"]).0, 2);
}
