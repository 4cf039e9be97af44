//! `cargo xtask mutants`: plants one bug after another in a copy of the tree, and demands that tests notice each.
//!
//! A suite that is green proves little by itself. Each entry of [`planted::PLANTED`] is a mistake that would cost users
//! messages, agreement or safety, and names tests that must fail once it is made. A bug is killed if the copy with it
//! still compiles and one of those tests fails; without it all of them have to pass. The working tree is not touched.
//!
//! Copy and build lie in `target/mutants/`. The first run builds every dependency there. CI does not run it; a test
//! below sees to it that every text to be replaced is still found once.
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use planted::{PLANTED, Planted};

use crate::chore::{Tally, cargo, root};

mod planted;

/// What `cargo xtask mutants` takes.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only bugs whose name contains this text
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// What became of a planted bug.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Killed,
    /// Every named test passes with the bug in place.
    Survived,
    /// The named tests fail without the bug, or there are none of these names.
    Unsound,
    /// The copy does not compile with the bug in place.
    Broken,
}

/// Runs the chore; true if every bug was killed.
///
/// # Errors
/// If the tree cannot be copied, a text to be replaced is not found once, or cargo cannot be started.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let wanted = |planted: &&Planted| options.only.as_deref().is_none_or(|only| planted.name.contains(only));
    let wanted: Vec<_> = PLANTED.iter().filter(wanted).collect();
    ensure!(!wanted.is_empty(), "no planted bug has {:?} in its name", options.only);
    let copy = copy_tree(&root()?)?;
    let mut verdicts = Vec::new();
    for planted in wanted {
        println!("\n== mutants: {}", planted.name);
        let verdict = try_one(&copy, planted).with_context(|| format!("mutant {:?}", planted.name))?;
        println!("== mutants: {}: {verdict:?}", planted.name);
        verdicts.push((planted, verdict));
    }
    let mut tally = Tally::new("mutants");
    println!("\n{:<10} {:<62} in", "verdict", "bug");
    for (planted, verdict) in verdicts {
        println!("{:<10} {:<62} {}", format!("{verdict:?}"), planted.name, planted.file);
        tally.count(planted.name, verdict == Verdict::Killed);
    }
    Ok(tally.finish())
}

fn try_one(copy: &Path, planted: &Planted) -> Result<Verdict> {
    let path = copy.join(planted.file);
    let whole = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let with_bug = planted.plant(&whole)?;
    if !tests_pass(copy, planted)? {
        return Ok(Verdict::Unsound);
    }
    fs::write(&path, with_bug)?;
    let verdict = match test(copy, planted).arg("--no-run").status()?.success() {
        false => Ok(Verdict::Broken),
        true => tests_pass(copy, planted).map(|pass| if pass { Verdict::Survived } else { Verdict::Killed }),
    };
    fs::write(&path, whole)?;
    verdict
}

/// Whether the named tests all pass, and there are any.
fn tests_pass(copy: &Path, planted: &Planted) -> Result<bool> {
    let output = test(copy, planted).arg("--").args(planted.tests).stdout(Stdio::piped()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && passed(&text) >= planted.tests.len())
}

/// How many tests a run of `cargo test` reports as passed.
fn passed(text: &str) -> usize {
    let summaries = text.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    summaries.filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok()).sum()
}

fn test(copy: &Path, planted: &Planted) -> Command {
    let mut command = cargo().unwrap_or_else(|_| Command::new("cargo"));
    command.current_dir(copy).env("CARGO_TARGET_DIR", copy.with_file_name("build")).env_remove("CARGO_MANIFEST_DIR");
    command.args(["test", "--quiet", "--all-features", "--package", planted.package]);
    command.args(planted.target);
    // Of what is planted some never ends by itself: a lost message is waited for.
    command.env("RUST_BACKTRACE", "0").stderr(Stdio::null());
    command
}

/// Copies what git knows of the tree, and files that are new. What is there already and the same is left alone, so that
/// it is not compiled again.
fn copy_tree(root: &Path) -> Result<PathBuf> {
    let copy = root.join("target").join("mutants").join("tree");
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.output().context("mutants need git, to know what belongs to the tree")?;
    ensure!(output.status.success(), "git does not say what belongs to the tree");
    for name in String::from_utf8(output.stdout)?.split_terminator('\0') {
        let (from, to) = (root.join(name), copy.join(name));
        let Ok(content) = fs::read(&from) else { continue };
        if fs::read(&to).is_ok_and(|there| there == content) {
            continue;
        }
        fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        fs::write(&to, content).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_bugs_enough_and_each_has_its_own_name() {
        let mut names: Vec<_> = PLANTED.iter().map(|planted| planted.name).collect();
        assert!(names.len() >= 15);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PLANTED.len());
    }

    #[test]
    fn every_text_to_be_replaced_is_found_exactly_once_and_every_test_is_there() {
        let root = root().unwrap();
        for planted in PLANTED {
            let source = fs::read_to_string(root.join(planted.file)).unwrap();
            let with_bug = planted.plant(&source).unwrap_or_else(|error| panic!("{}: {error}", planted.name));
            assert_ne!(with_bug, source, "{}", planted.name);
            assert!(!planted.tests.is_empty(), "{}", planted.name);
            let folder = match planted.package {
                "xmtp-tests" => root.join("tests"),
                package => root.join("crates").join(package),
            };
            for test in planted.tests {
                let name = test.rsplit("::").find(|part| !part.is_empty()).unwrap();
                assert!(contains(&folder, name), "{}: there is no test {test}", planted.name);
            }
        }
    }

    fn contains(folder: &Path, text: &str) -> bool {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
            true => !path.ends_with("node_modules") && contains(&path, text),
            false => path.extension() == Some("rs".as_ref()) && fs::read_to_string(&path).unwrap().contains(text),
        })
    }

    #[test]
    fn passed_tests_of_all_programs_are_counted() {
        let text = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed\n\ntest result: ok. 3 passed; 0 failed\n";
        assert_eq!(passed(text), 5);
        assert_eq!(passed("test result: FAILED. 3 passed; 1 failed"), 0);
    }
}
