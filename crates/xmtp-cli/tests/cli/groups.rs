//! `xmtp group`, `members` and `permissions`.
use crate::support::{User, assert_shape, field, world};
use serde_json::{Value, json};

fn inboxes(members: &[Value]) -> Vec<String> {
    members.iter().map(|member| field(member, "inbox_id").to_owned()).collect()
}

fn role_of(user: &User, group: &str, inbox: &str) -> String {
    let members = user.json(&["members", "list", group]);
    let member = members.iter().find(|member| member["inbox_id"] == inbox).unwrap();
    field(member, "role").to_owned()
}

#[test]
fn what_a_group_says_about_itself_is_shown_set_and_removed() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    for (verb, name, value) in [
        ("name", "name", "Friends"),
        ("description", "description", "-all of us"),
        ("image", "image_url", "https://example.org/a.png"),
        ("app-data", "app_data", "{\"a\":1}"),
    ] {
        let changed = alice.json(&["group", verb, &group, value]).remove(0);
        assert_shape("conversation", &changed);
        assert_eq!(changed[name], value);
        assert_eq!(bob.shown(&["group", verb, &group]), format!("{value}\n"));
        assert_eq!(alice.json(&["group", verb, &group, ""])[0][name], Value::Null);
    }
    let (code, said) = alice.fails(&["group", "name", &group, &"n".repeat(101)]);
    assert!(code == 4 && said.contains("101 bytes and may have 100"), "{said}");
}

#[test]
fn messages_are_made_to_disappear_and_to_stay_again() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    assert_eq!(alice.shown(&["group", "disappearing", &group]), "messages stay\n");
    let on = alice.json(&["group", "disappearing", &group, "--after", "90m"]).remove(0);
    assert_eq!(on["disappearing"]["after_seconds"], json!(5400.0));
    assert_eq!(bob.shown(&["group", "disappearing", &group]), "messages go 1h 30m after they arrived\n");
    alice.json(&["send", &group, "soon gone"]);
    assert!(bob.json(&["messages", &group, "--type", "text"])[0]["expires_at"].is_string());
    assert_eq!(alice.json(&["group", "disappearing", &group, "--off"])[0]["disappearing"], Value::Null);
    assert_eq!(alice.fails(&["group", "disappearing", &group, "--after", "soon"]).0, 2);
}

#[test]
fn members_come_and_go_and_the_list_says_who_they_are() {
    let (_folder, _network, [alice, bob, carol]) = world();
    let group = alice.group(&[], &["--name", "us"]);
    let listed = alice.json(&["members", "add", &group, &bob.address(), &carol.inbox(), &bob.inbox()]);
    assert_eq!(listed.len(), 3, "who is named twice is added once");
    listed.iter().for_each(|member| assert_shape("member", member));
    let bobs = listed.iter().find(|member| member["inbox_id"] == bob.inbox()).unwrap();
    assert_eq!((field(bobs, "address"), field(bobs, "role")), (&*bob.address(), "member"));
    assert_eq!(bobs["installation_ids"].as_array().unwrap().len(), 1);

    let (code, said) = alice.fails(&["members", "remove", &group, &carol.address()]);
    assert!(code == 2 && said.contains("--yes"), "nobody is there to be asked: {said}");
    let left = alice.json(&["members", "remove", &group, &carol.address(), "--force"]);
    assert!(left.len() == 2 && !inboxes(&left).contains(&carol.inbox()));
    let (code, said) = alice.fails(&["members", "remove", &group, &carol.address(), "--yes"]);
    assert!(code == 4 && said.contains("is not in this conversation"), "{said}");
    assert_eq!(field(&carol.json(&["conversations", "show", &group])[0], "status"), "removed");
    let table = alice.shown(&["members", "list", &group]);
    assert!(table.contains("super admin (you)") && table.contains(&bob.address()), "{table}");
}

#[test]
fn roles_are_given_and_taken_step_by_step() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    let bobs = bob.inbox();
    for role in ["admin", "super-admin", "admin", "member", "super-admin", "member"] {
        alice.json(&["members", "role", &group, &bobs, role]);
        assert_eq!(role_of(&bob, &group, &bobs), role.replace('-', "_"));
    }
    alice.json(&["members", "role", &group, &bobs, "admin"]);
    assert_eq!(alice.json(&["members", "admins", &group]).len(), 2);
    assert_eq!(inboxes(&alice.json(&["members", "super-admins", &group])), [alice.inbox()]);
    let (code, said) = bob.fails(&["members", "role", &group, &alice.inbox(), "member"]);
    assert!(code == 4 && said.contains("not permitted"), "{said}");
}

#[test]
fn who_asks_to_leave_is_removed_by_a_super_admin() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    assert_eq!(bob.fails(&["group", "leave", &group]).0, 2);
    let asked = bob.json(&["group", "leave", &group, "--yes"]).remove(0);
    assert_eq!(asked["leaving"], true);
    alice.json(&["sync"]);
    assert_eq!(inboxes(&alice.json(&["members", "list", &group])), [alice.inbox()]);
    assert_eq!(field(&bob.json(&["conversations", "show", &group])[0], "status"), "removed");
    let (code, said) = alice.fails(&["group", "request-removal", &group, "--yes"]);
    assert!(code == 4 && said.contains("cannot leave"), "{said}");
}

#[test]
fn permissions_start_as_asked_and_are_changed_one_by_one() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &["--permissions", "admin-only", "--allow", "name=everyone"]);
    let shown = bob.json(&["permissions", "show", &group]).remove(0);
    assert_shape("permissions", &shown);
    assert_eq!((field(&shown, "preset"), field(&shown, "add_member")), ("custom", "admins"));
    assert_eq!(shown["update_metadata"]["group_name"], "everyone");
    assert_eq!(shown["update_metadata"]["description"], "admins");
    bob.json(&["group", "name", &group, "renamed by bob"]);
    let (code, said) = bob.fails(&["group", "description", &group, "no"]);
    assert!(code == 4 && said.contains("allows only admins"), "{said}");

    let changed = alice.json(&["permissions", "set", &group, "everyone", "--what", "description"]).remove(0);
    assert_eq!(changed["update_metadata"]["description"], "everyone");
    bob.json(&["group", "description", &group, "yes"]);
    let both = alice.json(&["permissions", "set", &group, "super-admins", "--what", "disappearing"]).remove(0);
    assert_eq!(both["update_metadata"]["message_disappear_in_ns"], "super_admins");
    assert_eq!(both["update_metadata"]["message_disappear_from_ns"], "super_admins");
    let own = alice.json(&["permissions", "set", &group, "everyone", "--attribute", "theme"]).remove(0);
    assert_eq!(own["update_metadata"]["theme"], "everyone");
    let (code, said) = alice.fails(&["permissions", "set", &group, "everyone", "--what", "add-admin"]);
    assert!(code == 4 && said.contains("cannot be allowed to every member"), "{said}");
    assert_eq!(alice.fails(&["permissions", "set", &group, "everyone"]).0, 2);
}

#[test]
fn a_group_that_is_made_later_goes_out_with_what_was_kept_in_it() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[], &["--later", "--name", "not yet"]);
    alice.json(&["members", "add", &group, &bob.address()]);
    assert_eq!(field(&bob.json(&["conversations", "show", &group])[0], "name"), "not yet");
    assert_eq!(alice.fails(&["group", "create", &bob.address(), "--later"]).0, 2);
}

#[test]
fn who_is_not_on_the_network_is_named_and_nothing_is_made() {
    let (_folder, _network, [alice]) = world();
    let nobody = "0x0000000000000000000000000000000000000001";
    let (code, said) = alice.fails(&["group", "create", nobody]);
    assert!(code == 4 && said.contains(nobody), "{said}");
    assert!(alice.json(&["conversations"]).is_empty());
    assert_eq!(alice.fails(&["group", "create", "00ff"]).0, 2, "a conversation is nobody");
}

#[test]
fn a_group_asks_for_a_version_only_if_that_is_meant_and_possible() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    assert_eq!(alice.shown(&["group", "minimum-version", &group]), "any version\n");
    let (code, said) = alice.fails(&["group", "minimum-version", &group, "1.0.0"]);
    assert!(code == 2 && said.contains("kept out"), "{said}");
    assert_eq!(alice.json(&["group", "minimum-version", &group, "1.0.0", "--yes"])[0]["minimum_version"], "1.0.0");
    assert_eq!(bob.shown(&["group", "minimum-version", &group]), "1.0.0\n");
    assert_eq!(alice.fails(&["group", "minimum-version", &group, "999.0.0", "--yes"]).0, 4);
}
