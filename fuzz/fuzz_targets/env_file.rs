//! A `.env` file, as an agent or the command line finds it.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The crate around it brings a client and a database; the parser stands alone.
#[allow(dead_code, reason = "the target calls a part of it")]
#[path = "../../crates/xmtp-agent/src/env_file.rs"]
mod env_file;

fuzz_target!(|text: &str| {
    let file = env_file::EnvFile::parse(text);
    for (name, _) in text.lines().filter_map(env_file::assignment) {
        assert_ne!(file.value(name), Some(""));
    }
    let _ = format!("{file:?}");
});
