//! Who may depend on whom. A crate looks down, sideways only where an arrow is drawn here, never up.
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::workspace::root;

/// One crate: its floor, and the crates of ours it may depend on. `xmtp-types` holds the words all floors share, so it
/// is allowed everywhere above floor 0.
type Arrow = (&'static str, u8, &'static [&'static str]);

const ARROWS: &[Arrow] = &[
    ("xmtp-types", 0, &[]),
    ("xmtp-proto", 0, &[]),
    ("xmtp-crypto", 1, &[]),
    ("xmtp-identity", 1, &["xmtp-proto", "xmtp-crypto"]),
    ("xmtp-content-types", 1, &["xmtp-proto"]),
    ("xmtp-storage", 2, &[]),
    ("xmtp-delivery", 2, &["xmtp-proto"]),
    ("xmtp-chain", 2, &[]),
    ("xmtp-anvil", 2, &[]),
    ("xmtp-mls", 3, &["xmtp-proto", "xmtp-crypto", "xmtp-identity", "xmtp-storage"]),
    (
        "xmtp-client",
        4,
        &[
            "xmtp-content-types",
            "xmtp-crypto",
            "xmtp-identity",
            "xmtp-storage",
            "xmtp-delivery",
            "xmtp-chain",
            "xmtp-mls",
        ],
    ),
    ("xmtp-agent", 5, &["xmtp-client", "xmtp-content-types", "xmtp-crypto"]),
    ("xmtp-node", 5, &["xmtp-proto", "xmtp-identity", "xmtp-chain", "xmtp-mls"]),
    ("xmtp-testkit", 5, &["xmtp-client", "xmtp-node"]),
    ("xmtp-cli", 5, &["xmtp-agent", "xmtp-client", "xmtp-content-types", "xmtp-node"]),
];

/// Arrows between crates of one floor, drawn on purpose.
const SIDEWAYS: &[(&str, &str)] = &[
    ("xmtp-identity", "xmtp-crypto"),
    ("xmtp-testkit", "xmtp-node"),
    ("xmtp-cli", "xmtp-agent"),
    ("xmtp-cli", "xmtp-node"),
];

#[test]
fn every_crate_depends_on_no_more_of_ours_than_its_arrows_allow() {
    let metadata = metadata();
    let mut strays = Vec::new();
    for package in ours(&metadata) {
        let (_, floor, below) = arrow(package.name.as_str());
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let shared = *floor > 0 && name == "xmtp-types";
            let is_ours = name.starts_with("xmtp-");
            if is_ours && dependency.kind != DependencyKind::Development && !shared && !below.contains(&name) {
                strays.push(format!("{} -> {name}", package.name));
            }
        }
    }
    assert!(strays.is_empty(), "arrows that are not drawn: {strays:?}");
}

#[test]
fn every_arrow_points_down_or_is_drawn_sideways_on_purpose() {
    for (from, floor, below) in ARROWS {
        for to in *below {
            let other = arrow(to).1;
            assert!(other < *floor || other == *floor && SIDEWAYS.contains(&(from, to)), "{from} -> {to} looks up");
        }
    }
}

#[test]
fn the_tests_of_a_protocol_crate_look_no_higher_than_the_ports() {
    let metadata = metadata();
    let mut strays = Vec::new();
    for package in ours(&metadata) {
        let floor = arrow(package.name.as_str()).1;
        for dependency in package.dependencies.iter().filter(|it| it.kind == DependencyKind::Development) {
            let name = dependency.name.as_str();
            if floor <= 3 && name.starts_with("xmtp-") && arrow(name).1 > floor.max(2) {
                strays.push(format!("{} -> {name}", package.name));
            }
        }
    }
    assert!(strays.is_empty(), "dev-dependencies that look up: {strays:?}");
}

#[test]
fn the_chores_build_without_any_crate_of_ours() {
    let metadata = metadata();
    let xtask = metadata.packages.iter().find(|package| package.name.as_str() == "xtask").unwrap();
    assert!(xtask.dependencies.iter().all(|dependency| !dependency.name.starts_with("xmtp-")));
}

fn arrow(name: &str) -> &'static Arrow {
    ARROWS.iter().find(|(of, ..)| *of == name).unwrap_or_else(|| panic!("{name} has no line in the table of arrows"))
}

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap()
}

/// The packages under `crates/`.
fn ours(metadata: &Metadata) -> impl Iterator<Item = &cargo_metadata::Package> {
    metadata.packages.iter().filter(|package| package.manifest_path.starts_with(metadata.workspace_root.join("crates")))
}
