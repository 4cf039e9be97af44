//! Asking before what cannot be taken back.
use crate::{args::YesArgs, error::CliError};
use std::io::{self, IsTerminal, Write};

/// Says what is about to happen, and goes on only if the user agrees or has agreed with `--yes`.
///
/// # Errors
/// [`CliError::Usage`] if there is nobody to ask, [`CliError::Refused`] if the answer is anything but yes.
pub(crate) fn confirm(what: &str, yes: YesArgs) -> Result<(), CliError> {
    if yes.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(CliError::usage(format!("{what} This cannot be undone: give --yes if it is meant")));
    }
    let mut err = io::stderr();
    write!(err, "{what}\nThis cannot be undone. Go on? [y/N] ").and_then(|()| err.flush()).ok();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|source| CliError::io("read the answer", source))?;
    if ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(CliError::Refused("nothing was changed".to_owned()))
}
