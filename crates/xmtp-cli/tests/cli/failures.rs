//! What a script sees when something is wrong: the exit code, and words on standard error.
use crate::support::{Network, User, text};
use std::{fs, net::TcpListener};

/// An address at which nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn fails(user: &User, args: &[&str]) -> (i32, String) {
    let output = user.run(args);
    assert_eq!(text(&output.stdout), "", "{args:?}");
    (output.status.code().unwrap(), text(&output.stderr))
}

#[test]
fn a_command_that_cannot_be_understood_ends_with_2() {
    let user = User::new(&nowhere());
    for args in [
        &["shout", "hello"][..],
        &["send", "bob", "hi"],
        &["send", "0x1234", "hi"],
        &["send", "0x0000000000000000000000000000000000000001", " "],
        &["whoami", "--env", "mainnet"],
        &["whoami", "--env-file", "not-there"],
        &["up", "--url", "http://127.0.0.1:1"],
        &["messages", "zz"],
    ] {
        let (code, errors) = fails(&user, args);
        assert_eq!(code, 2, "{args:?}: {errors}");
        assert!(errors.starts_with("error: "), "{args:?}: {errors}");
    }
}

#[test]
fn without_keys_it_says_how_to_make_them() {
    let user = User::without_keys(&nowhere());
    for args in [&["whoami"][..], &["conversations"], &["listen"], &["chat", &format!("0x{}", "0".repeat(40))]] {
        let (code, errors) = fails(&user, args);
        assert_eq!(code, 2, "{args:?}");
        assert!(errors.contains("XMTP_WALLET_KEY is not set") && errors.contains("xmtp keys new"), "{errors}");
    }
}

#[test]
fn a_network_that_is_away_ends_with_3() {
    let user = User::new(&nowhere());
    for args in [&["whoami"][..], &["conversations"], &["send", &"0".repeat(64), "hi"]] {
        let (code, errors) = fails(&user, args);
        assert_eq!(code, 3, "{args:?}: {errors}");
        assert!(errors.contains("xmtp up"), "{errors}");
    }
}

#[test]
fn somebody_who_is_not_there_ends_with_4() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let user = User::new(network.url());
    let nobody = "0x0000000000000000000000000000000000000001";
    for args in [&["send", nobody, "hi"][..], &["messages", nobody], &["chat", nobody], &["messages", "00ff"]] {
        let (code, errors) = fails(&user, args);
        assert_eq!(code, 4, "{args:?}: {errors}");
    }
}

#[test]
fn a_wrong_database_key_ends_with_4_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let user = User::new(network.url());
    let before = user.json(&["whoami"]);
    let right = fs::read_to_string(user.env_file()).unwrap();
    let wrong = right.lines().map(|line| match line.split_once('=') {
        Some((name @ "XMTP_DB_ENCRYPTION_KEY", _)) => format!("{name}={}\n", "0".repeat(64)),
        _ => format!("{line}\n"),
    });
    fs::write(user.env_file(), wrong.collect::<String>()).unwrap();
    let (code, errors) = fails(&user, &["whoami"]);
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains("XMTP_DB_ENCRYPTION_KEY"), "{errors}");
    fs::write(user.env_file(), right).unwrap();
    assert_eq!(user.json(&["whoami"]), before);
}

#[test]
fn a_local_network_that_was_started_over_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let mut user = User::new(network.url());
    user.json(&["whoami"]);
    network.running.terminate();
    fs::remove_dir_all(folder.path().join("net")).unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    user.url = network.url().to_owned();
    let (code, errors) = fails(&user, &["conversations"]);
    assert_eq!(code, 4, "{errors}");
    assert!(errors.contains("started over") && errors.contains("--data-dir"), "{errors}");
    assert_eq!(user.json(&["whoami", "--data-dir", "anew"]).len(), 1);
}

#[test]
fn help_names_every_verb_and_exit_code_and_the_version_is_ours() {
    let user = User::without_keys("");
    let help = text(&user.run(&["--help"]).stdout);
    for word in ["up", "keys", "chat", "send", "listen", "conversations", "messages", "whoami", "Exit codes:", "Talk:"]
    {
        assert!(help.contains(word), "{word}");
    }
    let version = text(&user.run(&["--version"]).stdout);
    assert_eq!(version.trim(), format!("xmtp {}", env!("CARGO_PKG_VERSION")));
}
