//! `xmtp keys new`: keys for a user or an agent, in a file.
use crate::{args::GlobalOptions, error::CliError, output, settings::DEFAULT_ENV_FILE};
use serde_json::json;
use std::{env, path::PathBuf};
use xmtp_agent::{WrittenKeys, XMTP_WALLET_KEY, write_keys};
use xmtp_client::Environment;

/// Writes what is missing and says what was written, what was kept, and who the user is now.
///
/// # Errors
/// [`CliError::Keys`] if the file cannot be read or written, [`CliError::Refused`] if the key that was kept is not one.
pub(super) fn new(options: &GlobalOptions, file: Option<PathBuf>) -> Result<(), CliError> {
    let path = file.or_else(|| options.env_file.clone()).unwrap_or_else(|| DEFAULT_ENV_FILE.into());
    let keys = write_keys(&path, options.env.unwrap_or(Environment::Local))?;
    let Some(address) = &keys.address else {
        return Err(CliError::Refused(format!(
            "{} has an XMTP_WALLET_KEY that is not a key; it was left as it is: correct it, or remove the line and run \
             this again for a new identity",
            path.display()
        )));
    };
    if options.json {
        return output::json(&json!({
            "file": keys.path.to_string_lossy(),
            "address": address.to_string(),
            "written": keys.written,
            "kept": keys.kept,
        }));
    }
    tell(&keys, &path.display().to_string());
    output::line(&address.to_string())
}

/// Explains to a person; the address alone goes to standard output.
fn tell(keys: &WrittenKeys, path: &str) {
    if !keys.written.is_empty() {
        output::note(&format!("wrote {} to {path}, which only you can read", keys.written.join(", ")));
    }
    if !keys.kept.is_empty() {
        output::note(&format!("kept {} as {path} has it", keys.kept.join(", ")));
    }
    if env::var_os(XMTP_WALLET_KEY).is_some_and(|key| !key.is_empty()) {
        output::note("note: XMTP_WALLET_KEY is set in the environment, which wins over the file");
    }
    output::note("your address:");
}
