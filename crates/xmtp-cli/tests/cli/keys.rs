//! `xmtp keys new`.
use crate::support::{User, text};
use std::fs;

#[test]
fn keys_are_written_for_their_owner_alone_and_never_shown() {
    let user = User::without_keys("");
    let output = user.run(&["keys", "new"]);
    assert!(output.status.success());
    let address = text(&output.stdout).trim().to_owned();
    assert!(address.starts_with("0x") && address.len() == 42, "{address}");

    let file = fs::read_to_string(user.env_file()).unwrap();
    assert!(file.starts_with("XMTP_ENV=local\nXMTP_WALLET_KEY=0x"), "the environment is written first");
    for secret in user.secrets() {
        assert!(!text(&output.stdout).contains(&secret) && !text(&output.stderr).contains(&secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(user.env_file()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_second_run_succeeds_changes_nothing_and_gives_the_same_address() {
    let user = User::new("");
    let before = fs::read(user.env_file()).unwrap();
    let again = user.json(&["keys", "new"]);
    assert_eq!(fs::read(user.env_file()).unwrap(), before);
    crate::support::assert_shape("keys", &again[0]);
    assert_eq!(again[0]["written"], serde_json::json!([]));
    assert_eq!(again[0]["kept"].as_array().unwrap().len(), 3);
    assert_eq!(again[0]["address"].as_str().unwrap().len(), 42);
}

#[test]
fn a_key_that_is_there_stays_even_if_it_is_no_key() {
    let user = User::without_keys("");
    fs::write(user.env_file(), "XMTP_WALLET_KEY=precious\nOTHER=1\n").unwrap();
    let output = user.run(&["keys", "new"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let file = fs::read_to_string(user.env_file()).unwrap();
    assert!(file.starts_with("XMTP_WALLET_KEY=precious\nOTHER=1\n"));
    assert!(!text(&output.stderr).contains("precious"));
}

#[test]
fn the_file_and_the_environment_can_be_chosen() {
    let user = User::without_keys("");
    let written = user.json(&["keys", "new", "--file", "agent.env", "--env", "dev"]);
    assert!(written[0]["file"].as_str().unwrap().ends_with("agent.env"));
    let file = fs::read_to_string(user.folder.path().join("agent.env")).unwrap();
    assert!(file.starts_with("XMTP_ENV=dev\n"));
    assert!(!user.env_file().exists());
}
