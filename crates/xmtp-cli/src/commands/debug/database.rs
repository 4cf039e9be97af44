//! `xmtp debug database`: is it as it was written?
use crate::{args::GlobalOptions, error::CliError, output, progress, session};
use serde_json::json;

/// Checks every page, and fails if one is damaged.
///
/// # Errors
/// [`CliError::Refused`] if the database is damaged.
pub(super) async fn run(options: &GlobalOptions) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let faults = progress::during("checking the database", client.check_database()).await?;
    if options.json {
        output::json(&json!({ "sound": faults.is_empty(), "faults": faults }))?;
    } else if faults.is_empty() {
        output::line("the database is sound")?;
    } else {
        faults.iter().try_for_each(|fault| output::line(fault))?;
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(CliError::Refused(
        "the database is damaged: put back a copy of it, or begin anew with another folder (--data-dir)".to_owned(),
    ))
}
