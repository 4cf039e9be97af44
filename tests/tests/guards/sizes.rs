//! A file has at most 600 production lines. Functions are held under 80 by clippy's `too_many_lines`.
use crate::workspace::sources;

/// Above this a file is two files.
const MOST_PRODUCTION_LINES: usize = 600;

#[test]
fn no_file_has_more_production_lines_than_a_reader_can_hold() {
    let long: Vec<_> = ["crates", "xtask"]
        .into_iter()
        .flat_map(sources)
        .map(|source| (source.production.lines().count(), source.path))
        .filter(|(lines, _)| *lines > MOST_PRODUCTION_LINES)
        .collect();
    assert!(long.is_empty(), "files past {MOST_PRODUCTION_LINES} production lines, split them: {long:#?}");
}

#[test]
fn no_test_file_grows_past_the_same_end() {
    let long: Vec<_> = ["crates", "tests", "xtask", "benches"]
        .into_iter()
        .flat_map(sources)
        .map(|source| (source.tests.lines().count(), source.path))
        .filter(|(lines, _)| *lines > MOST_PRODUCTION_LINES)
        .collect();
    assert!(long.is_empty(), "test code past {MOST_PRODUCTION_LINES} lines, split it: {long:#?}");
}
