//! Files that lie on servers: real servers on this machine, which keep what they are given, or do not behave.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod agent;
mod download;
#[path = "../../examples/attachments.rs"]
#[expect(dead_code, reason = "its main runs for ever")]
mod example;
#[cfg(target_os = "linux")]
mod memory;
mod server;
mod signature;
mod upload;

use xmtp_agent::attachments::{DownloadLimits, Downloader};

/// A downloader that trusts these hosts and is otherwise as strict as ever.
fn downloader_for(hosts: &[&str]) -> Downloader {
    let allowed_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    Downloader::with_limits(DownloadLimits { allowed_hosts, ..DownloadLimits::default() }).unwrap()
}
