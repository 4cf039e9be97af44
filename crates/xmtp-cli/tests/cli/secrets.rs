//! Nothing prints or logs plaintext or keys: the loudest logs of a full run are searched for both.
use crate::support::{Network, User, text};

const PLAINTEXT: &str = "the-owl-flies-at-midnight";

#[test]
fn the_loudest_logs_of_a_full_run_hold_neither_what_was_said_nor_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &[], |command| {
        command.env("RUST_LOG", "trace");
    });
    let (alice, bob) = (User::new(network.url()), User::new(network.url()));
    let loud = |user: &User, args: &[&str]| {
        let output = user.command(args).env("RUST_LOG", "trace").output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stderr)
    };
    let mut logs = vec![loud(&alice, &["whoami"]), loud(&bob, &["whoami"])];
    logs.push(loud(&alice, &["send", &bob.address(), PLAINTEXT]));
    logs.push(loud(&bob, &["messages", &alice.address()]));
    logs.push(loud(&bob, &["conversations"]));
    logs.push(loud(&bob, &["send", &alice.address(), PLAINTEXT, "--markdown"]));

    let made = alice.json(&["group", "create", &bob.address(), "--name", PLAINTEXT, "--description", PLAINTEXT]);
    let group = made[0]["id"].as_str().unwrap();
    logs.push(loud(&bob, &["group", "app-data", group, PLAINTEXT]));
    let sent = text(&alice.run(&["send", group, PLAINTEXT]).stdout);
    logs.push(loud(&bob, &["reply", sent.trim(), PLAINTEXT]));
    logs.push(loud(&bob, &["react", sent.trim(), PLAINTEXT]));
    std::fs::write(alice.folder.path().join(PLAINTEXT), PLAINTEXT).unwrap();
    logs.push(loud(&alice, &["send", group, "--file", PLAINTEXT]));
    logs.push(loud(&alice, &["conversations", "hmac-keys"]));
    logs.push(loud(&alice, &["inbox", "sign", PLAINTEXT]));
    for args in [&["conversation", group][..], &["statistics"], &["workers"], &["database"]] {
        logs.push(loud(&bob, &[&["debug"], args].concat()));
    }

    let mut command = alice.command(&["chat", network.agent(), "--json"]);
    command.env("RUST_LOG", "trace");
    let mut chat = crate::support::Running::start(command);
    chat.say(PLAINTEXT);
    chat.hear(PLAINTEXT);
    logs.push(chat.end().1);
    logs.push(network.running.terminate().1);

    assert!(logs.iter().map(String::len).sum::<usize>() > 10_000, "the logs are loud");
    let mut secrets = [alice.secrets(), bob.secrets(), Network::agent_secrets(folder.path())].concat();
    secrets.push(PLAINTEXT.to_owned());
    for secret in secrets {
        let decimal = hex_as_decimal(&secret);
        for log in &logs {
            assert!(!log.contains(&secret), "a secret in clear");
            assert!(!log.contains(&secret.to_uppercase()), "a secret in capitals");
            assert!(!log.contains(&decimal), "a secret as a list of numbers");
        }
    }
}

/// How `Debug` would show the first bytes of a secret.
fn hex_as_decimal(secret: &str) -> String {
    let from_hex = |at: usize| u8::from_str_radix(secret.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<_>> = (0..16).step_by(2).map(from_hex).collect();
    let bytes = bytes.unwrap_or_else(|| secret.as_bytes()[..8].to_vec());
    bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}
