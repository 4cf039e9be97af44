//! `docs/agent-features.md` has every row of the official agent surface, and each row names tests that exist.
use std::{collections::BTreeSet, fs};

use crate::workspace::{root, sources};

/// Rows of the official agent SDK's surface, and reported troubles of its users.
const ROWS: usize = 169;
const TROUBLES: usize = 21;

#[test]
fn every_feature_of_an_agent_is_shown_by_a_test_or_an_example_that_exists() {
    let known = known();
    let mut numbers = BTreeSet::new();
    let mut wrong = Vec::new();
    for (number, shown) in rows() {
        if !numbers.insert(number.clone()) {
            wrong.push(format!("{number} stands twice"));
        }
        if shown.is_empty() {
            wrong.push(format!("{number} is shown by nothing"));
        }
        let missing = shown.into_iter().filter(|name| !known.contains(name));
        wrong.extend(missing.map(|name| format!("{number} names {name}, which no test or example is called")));
    }
    let all = (1..=ROWS).map(|row| row.to_string()).chain((1..=TROUBLES).map(|trouble| format!("T{trouble}")));
    wrong.extend(all.filter(|number| !numbers.contains(number)).map(|number| format!("{number} is missing")));
    assert!(wrong.is_empty(), "docs/agent-features.md: {wrong:#?}");
}

/// The rows of the tables: number, and the names in backticks in the last column.
fn rows() -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(root().join("docs/agent-features.md")).unwrap();
    text.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<(String, Vec<String>)> {
    let cells: Vec<_> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let (number, shown) = (cells.first()?, cells.last()?);
    let digits = number.strip_prefix('T').unwrap_or(number);
    let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit());
    let names = shown.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    is_number.then(|| ((*number).to_owned(), names))
}

/// Every test function, every example and every interop scenario.
fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for source in sources("crates").into_iter().chain(sources("tests")) {
        known.extend(tests(&source.tests));
        let file = source.path.rsplit('/').next().and_then(|file| file.strip_suffix(".rs"));
        if let Some(name) = file.filter(|_| source.path.contains("/examples/")) {
            known.insert(format!("examples/{name}.rs"));
        }
        if source.path.contains("tests/interop/scenarios/") {
            known.extend(scenarios(&source.tests).flat_map(|name| {
                let short = name.split(':').next().unwrap_or_default();
                [format!("interop: {short}"), format!("interop: {name}")]
            }));
        }
    }
    known
}

/// Functions with an attribute that ends in `test`, and those a property test macro makes tests of.
fn tests(text: &str) -> impl Iterator<Item = String> {
    let mut is_test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(attribute) = line.strip_prefix("#[") {
            let name = attribute.split([']', '(']).next().unwrap_or_default();
            is_test |= name == "test" || name.ends_with("::test");
            return None;
        }
        let declared = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        let name = declared.and_then(|rest| rest.split('(').next()).filter(|_| is_test).map(str::to_owned);
        is_test &= line.starts_with("//");
        name
    })
}

/// `"subject: a sentence" => function`, or `"subject_name" => function`.
fn scenarios(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix('"')?.split_once("\" => ")?;
        Some(name.to_owned())
    })
}

#[test]
fn a_row_is_a_number_and_the_names_in_its_last_column() {
    assert_eq!(row("| 7 | `XMTP_WALLET_KEY` | `one`, `two` |"), Some(("7".into(), vec!["one".into(), "two".into()])));
    assert_eq!(row("| T3 | paths | `one` |").unwrap().0, "T3");
    for other in ["| # | what | shown by |", "|---|---|---|", "| T | a | `b` |", "7 `one`"] {
        assert_eq!(row(other), None, "{other}");
    }
}

#[test]
fn only_functions_that_are_tests_count_as_shown() {
    let text = "#[test] // ID.R1\nfn one() {\n}\nfn helper() {\n#[tokio::test(start_paused = true)]\nasync fn two() {}";
    assert_eq!(tests(text).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(scenarios("\"dm: both\" => both,\nlet x = \"y\";").collect::<Vec<_>>(), ["dm: both"]);
}
