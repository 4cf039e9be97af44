//! Where Anvil is installed: `tests/chain/node_modules`, by the lock file beside it.
use crate::AnvilError;
use std::{
    env::{self, consts},
    path::{Path, PathBuf},
};

/// The folder `tests/chain`.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/chain")
}

/// The program of this machine's kind.
///
/// # Errors
/// [`AnvilError::NotInstalled`].
pub(crate) fn program() -> Result<PathBuf, AnvilError> {
    let system = match consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let machine = match consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node_modules/@foundry-rs/anvil-{system}-{machine}/bin/anvil{}", consts::EXE_SUFFIX);
    let program = folder().join(package);
    if program.is_file() { Ok(program) } else { Err(AnvilError::NotInstalled(program)) }
}

/// Whether this is a CI run, where nothing that the tests need may be missing.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
