//! Every rule of `xips/` stands at a check in the code and beside a test, and no rule is named that `xips/` lacks.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::workspace::{root, sources};

#[test]
fn every_rule_is_checked_in_a_crate_and_shown_by_a_test() {
    let (checked, tested) = named_in_code();
    let mut open = Vec::new();
    for (rule, file) in written() {
        for (missing, found) in [("check", &checked), ("test", &tested)] {
            if !found.contains_key(&rule) {
                open.push(format!("{rule} ({file}) has no {missing}"));
            }
        }
    }
    assert!(open.is_empty(), "rules without a check or a test: {open:#?}");
}

#[test]
fn every_rule_named_in_the_code_is_written_down() {
    let written = written();
    let (checked, tested) = named_in_code();
    let unknown: BTreeMap<_, _> =
        checked.into_iter().chain(tested).filter(|(rule, _)| !written.contains_key(rule)).collect();
    assert!(unknown.is_empty(), "rules that no file of xips/ has: {unknown:#?}");
}

/// Rule id to the file of `xips/` that has it.
fn written() -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    for entry in fs::read_dir(root().join("xips")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".md") && name != "README.md" && name != "differences.md" {
            rules.extend(ids(&fs::read_to_string(&path).unwrap()).into_iter().map(|rule| (rule, name.clone())));
        }
    }
    rules
}

/// Rule id to a file that names it: in production code, and in tests.
fn named_in_code() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut checked, mut tested) = (BTreeMap::new(), BTreeMap::new());
    for source in sources("crates").into_iter().chain(sources("tests")) {
        if source.path.ends_with("tests/guards/rules.rs") {
            continue;
        }
        checked.extend(ids(&source.production).into_iter().map(|rule| (rule, source.path.clone())));
        tested.extend(ids(&source.tests).into_iter().map(|rule| (rule, source.path.clone())));
    }
    (checked, tested)
}

/// Every `TAG.R7` in a text: a tag of capitals, digits and dashes, then `.R` and a number.
fn ids(text: &str) -> BTreeSet<String> {
    let is_tag = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(".R") {
        let (before, after) = (&text[..at], &text[at + 2..]);
        let tag = &before[before.trim_end_matches(is_tag).len()..];
        let number = &after[..after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
        if tag.starts_with(|c: char| c.is_ascii_uppercase()) && tag.len() >= 2 && !number.is_empty() {
            found.insert(format!("{tag}.R{number}"));
        }
    }
    found
}

#[test]
fn an_id_is_a_tag_and_a_number() {
    let text = "| ID.R7 | and MLS-C.R12, not x.R1, A.R1, ID.Rx or ID.R";
    assert_eq!(ids(text).into_iter().collect::<Vec<_>>(), ["ID.R7", "MLS-C.R12"]);
}
