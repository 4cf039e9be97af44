//! Standard output: what a script reads, one line at a time.
use crate::error::CliError;
use serde_json::Value;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes a line and hands it on at once, so that a reader at the other end of a pipe has it now.
///
/// # Errors
/// [`CliError::OutputClosed`] if the reader has gone.
pub(crate) fn line(text: &str) -> Result<(), CliError> {
    bytes(format!("{text}\n").as_bytes())
}

/// Writes what is no line of text, such as a script for a shell, as it is.
///
/// # Errors
/// [`CliError::OutputClosed`] if the reader has gone.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|source| match source.kind() {
        ErrorKind::BrokenPipe => CliError::OutputClosed,
        _ => CliError::io("write to standard output", source),
    })
}

/// Writes one line of JSON.
///
/// # Errors
/// [`CliError::OutputClosed`] if the reader has gone.
pub(crate) fn json(value: &Value) -> Result<(), CliError> {
    line(&value.to_string())
}

/// Whether a person looks at standard output.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says something to a person on standard error; a script does not need it, and it does not matter if nobody is there.
pub(crate) fn note(text: &str) {
    writeln!(io::stderr(), "{text}").ok();
}

/// Columns of the terminal, if there is one.
pub(crate) fn columns() -> Option<usize> {
    is_terminal().then(|| console::Term::stdout().size_checked()).flatten().map(|(_, columns)| usize::from(columns))
}
