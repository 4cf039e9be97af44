//! What `docs/` says about running agents is so.
use std::{fs, path::PathBuf, process::Command};

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_service_is_one_that_systemd_takes_and_gives_few_rights() {
    let unit = fs::read_to_string(docs().join("xmtp-agent.service")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("xmtp-agent.service");
    // The program is not installed where this runs.
    fs::write(&path, unit.replace("/usr/local/bin/xmtp-agent", "/bin/true")).unwrap();
    for arguments in [&["verify", "--man=no"][..], &["security", "--offline=true", "--threshold=15"]] {
        let Ok(output) = Command::new("systemd-analyze").args(arguments).arg(&path).output() else {
            println!("skipped: there is no systemd-analyze here");
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.trim().is_empty(), "{arguments:?}: {said}");
    }
}

#[test]
fn every_variable_that_the_guides_name_is_one_that_agents_read() {
    let known = [
        "XMTP_ENV",
        xmtp_agent::XMTP_WALLET_KEY,
        xmtp_agent::XMTP_DB_ENCRYPTION_KEY,
        xmtp_agent::XMTP_DB_DIRECTORY,
        xmtp_agent::XMTP_NEW_INSTALLATION,
        xmtp_agent::XMTP_FORCE_DEBUG_LEVEL,
    ];
    for file in ["deploy.md", "security.md", "xmtp-agent.service"] {
        let text = fs::read_to_string(docs().join(file)).unwrap();
        let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        for word in words.filter(|word| word.starts_with("XMTP_")) {
            assert!(known.contains(&word), "{file} names {word}, which nothing reads");
        }
    }
}
