//! The protocol's floors (0, 1 and 3) link no executor, no network and no database.
use std::{env, process::Command};

use crate::workspace::root;

/// Crates that decide things and do nothing.
const PURE: [&str; 6] = ["xmtp-types", "xmtp-proto", "xmtp-crypto", "xmtp-identity", "xmtp-content-types", "xmtp-mls"];

/// What they must not link, directly or through others.
const IMPURE: [&str; 8] = ["tokio", "tonic", "hyper", "h2", "diesel", "libsqlite3-sys", "mio", "async-trait"];

#[test]
fn the_protocol_links_no_executor_no_network_and_no_database() {
    for package in PURE {
        let linked = linked_by(package);
        assert!(linked.iter().any(|name| name == package), "cargo tree does not know {package}");
        let impure: Vec<_> = linked.iter().filter(|name| IMPURE.contains(&name.as_str())).collect();
        assert!(impure.is_empty(), "{package} links {impure:?}");
    }
}

/// The names of all crates that `package` links with its default features.
fn linked_by(package: &str) -> Vec<String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}
