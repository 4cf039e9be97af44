//! Asking before what cannot be undone.
use crate::error::CliError;
use std::io::{self, IsTerminal, Write};

/// Says what is about to happen, and goes on only if the user agrees or has agreed with `--yes`.
///
/// # Errors
/// [`CliError::Usage`] if there is nobody to ask, [`CliError::Refused`] if the answer is anything but yes.
pub(super) fn confirm(what: &str, yes: bool) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(CliError::usage(format!("{what} This cannot be undone: give --yes if it is meant")));
    }
    eprint!("{what}\nThis cannot be undone. Type yes to go on: ");
    let mut answer = String::new();
    io::stderr().flush().ok();
    io::stdin().read_line(&mut answer).map_err(|source| CliError::io("read the answer", source))?;
    if answer.trim().eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    Err(CliError::Refused("nothing was changed".to_owned()))
}
