//! The workspace as files: where they are, and which of their lines are production code.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The workspace's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// One Rust file, cut in two.
pub(crate) struct Source {
    /// Relative to the workspace's root, with `/`.
    pub(crate) path: String,
    /// Everything before the test module; empty for a file that is all tests.
    pub(crate) production: String,
    /// The test module, or the whole file if it is one.
    pub(crate) tests: String,
}

/// Every Rust file under the workspace's folder `folder`.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "node_modules" && name != "target" {
            collect(&path, paths);
        } else if name.ends_with(".rs") {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    let (production, tests) = if is_all_tests(&path) { ("", text.as_str()) } else { cut(&text) };
    Source { production: production.to_owned(), tests: tests.to_owned(), path }
}

/// Test targets, and test modules in files of their own.
fn is_all_tests(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs" || part == "benches")
}

/// Cuts a file before the inline test module at its end.
fn cut(text: &str) -> (&str, &str) {
    let mut start = 0;
    let mut attribute = None;
    for line in text.split_inclusive('\n') {
        if line.starts_with("#[cfg(test)]") {
            attribute = Some(start);
        } else if !line.starts_with('#')
            && let Some(at) = attribute.take()
            && line.starts_with("mod ")
            && line.trim_end().ends_with('{')
        {
            return text.split_at(at);
        }
        start += line.len();
    }
    (text, "")
}

#[test]
fn a_file_is_cut_before_its_inline_test_module_only() {
    let inline = "fn f() {}\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(cut(inline), ("fn f() {}\n", "#[cfg(test)]\nmod tests {\n}\n"));
    let elsewhere = "#[cfg(test)]\nmod tests;\nfn f() {}\n";
    assert_eq!(cut(elsewhere), (elsewhere, ""));
    let with_lint = "#[cfg(test)]\n#[expect(x, reason = \"y\")]\nmod tests {\n}\n";
    assert_eq!(cut(with_lint), ("", with_lint));
}
