//! `xmtp man`: manual pages.
use crate::{args, error::CliError, output};
use clap_mangen::{Man, generate_to};
use std::{fs, path::Path};

/// Prints the page of `xmtp`, or writes one for every command to a folder.
///
/// # Errors
/// [`CliError::Io`] if the folder cannot be written.
pub(super) fn run(folder: Option<&Path>) -> Result<(), CliError> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        Man::new(args::command()).render(&mut page).map_err(|source| CliError::io("write the page", source))?;
        return output::bytes(&page);
    };
    fs::create_dir_all(folder)
        .and_then(|()| generate_to(args::command(), folder))
        .map_err(|source| CliError::io(format!("write manual pages to {}", folder.display()), source))?;
    output::note(&format!("wrote manual pages to {}: `man -l {}`", folder.display(), folder.join("xmtp.1").display()));
    Ok(())
}
