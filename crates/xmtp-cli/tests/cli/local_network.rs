//! `xmtp up`.
use crate::support::{Network, Running, User, assert_shape, text, texts, xmtp};
use serde_json::Value;
use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

#[test]
#[expect(clippy::disallowed_methods, reason = "how long a start takes is what is tested")]
fn it_says_where_it_is_at_once_and_the_agent_answers() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let network = Network::up(folder.path());
    // A second is the promise for a release build; this one is not optimised, and other tests run beside it.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(network.facts["agent"]["inbox_id"].as_str().unwrap().len(), 64);
    assert!(network.facts["web"].as_str().unwrap().starts_with("http://127.0.0.1:"));

    let user = User::new(network.url());
    user.json(&["send", network.agent(), "is anybody there?"]);
    let mut listening = user.start(&["listen", "--from", "start", "--json"]);
    let answer = listening.hear("is anybody there?");
    assert_eq!(answer["sender_inbox_id"], network.facts["agent"]["inbox_id"]);
}

#[test]
fn the_command_it_tells_to_try_next_works_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let next: Vec<_> = network.facts["next"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(next[0].ends_with(" keys new") && next[1].contains(" chat 0x"), "{next:?}");
    let mut shell = std::process::Command::new("sh");
    let script = next.iter().map(|line| format!("{line} </dev/null")).collect::<Vec<_>>().join(" && ");
    shell.args(["-c", &script]).current_dir(elsewhere.path()).env_clear().env("HOME", elsewhere.path());
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn stopped_and_started_again_it_keeps_agent_inboxes_and_messages() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let (mut alice, mut bob) = (User::new(network.url()), User::new(network.url()));
    let (agent, bobs) = (network.agent().to_owned(), bob.address());
    alice.json(&["send", &agent, "before"]);
    alice.json(&["send", &bobs, "for bob, who is away"]);
    alice.start(&["listen", "--from", "start", "--json"]).hear("before");
    let (code, errors) = network.running.terminate();
    assert_eq!((code, errors.as_str()), (0, ""));

    let network = Network::up(folder.path());
    assert_eq!(network.agent(), agent);
    (alice.url, bob.url) = (network.url().to_owned(), network.url().to_owned());
    let bobs_dm = bob.json(&["messages", alice.address().as_str()]);
    assert_eq!(texts(&bobs_dm), ["for bob, who is away"]);
    alice.json(&["send", &agent, "after"]);
    alice.start(&["listen", "--from", "start", "--json"]).hear("after");
    assert_eq!(texts(&alice.json(&["messages", &agent])), ["before", "before", "after", "after"]);
}

#[test]
fn in_memory_it_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(xmtp(folder.path(), &["up", "--port", "0", "--in-memory", "--json"]));
    let facts: Value = serde_json::from_str(&running.line()).unwrap();
    assert_shape("network", &facts);
    assert!(facts["data"].is_null() && facts["agent"].is_object());
    assert_eq!(running.terminate().0, 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn without_an_agent_it_is_a_network_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    assert!(network.facts["agent"].is_null());
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    alice.json(&["send", &bob.address(), "hi"]);
    let said = bob.json(&["messages", &alice.address()]);
    assert_eq!(texts(&said), ["hi"]);
    bob.json(&["send", &alice.address(), "hello"]);
    alice.json(&["send", &bob.address(), "how are you"]);
    let newest = bob.json(&["messages", &alice.address(), "--limit", "1"]);
    assert_eq!(texts(&newest), ["how are you"]);
    let id = newest.last().and_then(|message| message["id"].as_str()).unwrap().to_owned();
    let before = bob.json(&["messages", &alice.address(), "--limit", "2", "--before", &id]);
    assert_eq!(texts(&before), ["hi", "hello"]);
    assert_eq!(bob.json(&["conversations"]).len(), 1);
}

#[test]
fn for_a_person_it_names_endpoints_agent_and_the_next_command() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(xmtp(folder.path(), &["up", "--port", "0", "--data", "net"]));
    let mut said = String::new();
    while !said.contains("Ctrl-C") {
        said.push_str(&running.line());
        said.push('\n');
    }
    for part in
        ["native gRPC   http://127.0.0.1:", "grpc-web      http://", "echo agent    0x", " keys new", " chat 0x"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn a_port_or_a_folder_in_use_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = xmtp(folder.path(), &["up", "--port", &port, "--data", "other"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("port {port} is in use")), "{}", text(&output.stderr));
    assert!(!folder.path().join("other").exists(), "nothing was touched");

    let _network = Network::up(folder.path());
    let output = xmtp(folder.path(), &["up", "--port", "0", "--data", "net"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("in use by another node"), "{}", text(&output.stderr));
}

#[test]
fn it_asks_the_chains_of_the_options_and_of_the_environment_and_one_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--no-agent", "--chain-rpc", "8453=https://rpc.example.org/key-of-mine"];
    let network = Network::up_with(folder.path(), &options, |command| {
        command.env("CHAIN_RPC_10", "https://rpc.example.org/key-of-mine").env("CHAIN_RPC_1", "");
    });
    assert_eq!(network.facts["chains"], serde_json::json!([10, 8453, 31_337]));
    assert!(!network.facts.to_string().contains("key-of-mine"));
}

#[test]
fn a_chain_without_a_url_is_an_error_that_names_it_and_keeps_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut of_environment = xmtp(folder.path(), &["up", "--port", "0", "--data", "net"]);
    of_environment.env("CHAIN_RPC_8453", "key-of-mine");
    let of_options = xmtp(folder.path(), &["up", "--port", "0", "--data", "net", "--chain-rpc", "8453=key-of-mine"]);
    for mut command in [of_environment, of_options] {
        let output = command.output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("eip155:8453") && !said.contains("key-of-mine"), "{said}");
    }
    assert!(!folder.path().join("net").exists(), "nothing was touched");
    let output = xmtp(folder.path(), &["up", "--chain-rpc", "base=https://rpc.example.org"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}
