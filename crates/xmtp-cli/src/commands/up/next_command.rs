//! The commands to try next, such that they work when they are typed as they stand.
use crate::settings::DEFAULT_ENV_FILE;
use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use xmtp_agent::{EnvFile, XMTP_WALLET_KEY};
use xmtp_client::Identifier;
use xmtp_node::LOCAL_NATIVE_PORT;

/// What to type in another terminal in the same folder.
pub(super) fn list(native: SocketAddr, agent: Option<&Identifier>) -> Vec<String> {
    let program = program();
    let mut commands = Vec::new();
    if !has_keys() {
        commands.push(format!("{program} keys new"));
    }
    let options = if native.port() == LOCAL_NATIVE_PORT { String::new() } else { format!(" --url http://{native}") };
    commands.push(match agent {
        Some(agent) => format!("{program} chat {agent}{options}"),
        None => format!("{program} whoami{options}"),
    });
    commands
}

fn has_keys() -> bool {
    env::var_os(XMTP_WALLET_KEY).is_some_and(|key| !key.is_empty())
        || EnvFile::read(DEFAULT_ENV_FILE).is_ok_and(|file| file.value(XMTP_WALLET_KEY).is_some())
}

/// `xmtp` if that is what a shell finds; else the file that runs now, from here if it lies below.
fn program() -> String {
    let Ok(running) = env::current_exe().and_then(|path| path.canonicalize()) else { return "xmtp".to_owned() };
    let on_path = |name: &str| {
        let folders = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&folders).any(|folder| folder.join(name).canonicalize().is_ok_and(|found| found == running))
    };
    match running.file_name().and_then(|name| name.to_str()) {
        Some(name) if on_path(name) => name.to_owned(),
        _ => quoted(&from_here(&running)),
    }
}

fn from_here(path: &Path) -> PathBuf {
    let here = env::current_dir().and_then(|here| here.canonicalize());
    match here.ok().and_then(|here| path.strip_prefix(here).ok()) {
        Some(below) if below.components().count() == 1 => Path::new(".").join(below),
        Some(below) => below.to_owned(),
        None => path.to_owned(),
    }
}

/// The path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:\\".contains(c);
    if text.chars().all(is_plain) { text.into_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ones_own_is_part_of_the_command() {
        let agent = Identifier::Ethereum("0xabc".to_owned());
        let chat = |port| list(SocketAddr::from(([127, 0, 0, 1], port)), Some(&agent)).pop().unwrap();
        assert!(chat(LOCAL_NATIVE_PORT).ends_with(" chat 0xabc"));
        assert!(chat(6000).ends_with(" chat 0xabc --url http://127.0.0.1:6000"));
    }

    #[test]
    fn a_path_with_a_space_is_one_word() {
        assert_eq!(quoted(Path::new("/a b/it's")), "'/a b/it'\\''s'");
        assert_eq!(quoted(Path::new("target/release/xmtp")), "target/release/xmtp");
    }
}
