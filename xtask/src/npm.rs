//! Folders that npm fills by their lock file: `tests/interop/*`, and `tests/chain` with a chain and a compiler for tests.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::chore::{Tally, in_ci, root, succeeds};
use crate::node;

/// Fills `tests/chain`, or says why the tests that need it will be passed over. In CI they must not be.
///
/// # Errors
/// If npm cannot be started.
pub(crate) fn chain_for_tests(tally: &mut Tally) -> Result<()> {
    const NAME: &str = "chain for tests";
    match node::missing() {
        None => {
            let folder = root()?.join("tests").join("chain");
            let installed = install(NAME, &folder)?;
            tally.count(NAME, installed);
        }
        Some(why) if in_ci() => {
            println!("\n== {NAME}: {why}, and CI requires it");
            tally.count(NAME, false);
        }
        Some(why) => tally.skip(NAME, &why),
    }
    Ok(())
}

/// Fills `folder` by its lock file, unless it is filled already; whether it is filled now.
///
/// # Errors
/// If npm cannot be started.
pub(crate) fn install(name: &str, folder: &Path) -> Result<bool> {
    if is_installed(folder) {
        return Ok(true);
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    Ok(succeeds(name, &mut npm)? && mark_installed(folder).is_ok())
}

/// The copy of the lock file that stands for "everything in it is installed".
fn installed_lock(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(".installed-lock.json")
}

fn is_installed(folder: &Path) -> bool {
    let read = |path: PathBuf| fs::read(path).ok();
    let lock = read(folder.join("package-lock.json"));
    lock.is_some() && lock == read(installed_lock(folder))
}

fn mark_installed(folder: &Path) -> Result<()> {
    fs::copy(folder.join("package-lock.json"), installed_lock(folder))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_counts_as_installed_only_while_its_lock_file_is_the_installed_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        assert!(!is_installed(folder.path()));
        fs::write(folder.path().join("package-lock.json"), "{}").unwrap();
        assert!(!is_installed(folder.path()));
        mark_installed(folder.path()).unwrap();
        assert!(is_installed(folder.path()));
        fs::write(folder.path().join("package-lock.json"), "{ }").unwrap();
        assert!(!is_installed(folder.path()));
    }
}
