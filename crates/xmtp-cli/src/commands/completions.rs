//! `xmtp completions`: what a shell has to know to complete a command.
use crate::{args, error::CliError, output};
use clap_complete::{Shell, generate};

/// Prints the script that the shell reads.
///
/// # Errors
/// [`CliError::OutputClosed`] if the reader has gone.
pub(super) fn run(shell: Shell) -> Result<(), CliError> {
    let mut script = Vec::new();
    generate(shell, &mut args::command(), "xmtp", &mut script);
    output::bytes(&script)
}
