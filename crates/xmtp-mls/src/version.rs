//! The protocol version this project speaks, and how a group's minimum compares with it.
//!
//! Source of fact: observed on released clients 1.9 and 1.10: three numbers and an optional suffix; no suffix ranks
//! below any suffix, suffixes compare as text.

/// The protocol version whose features are implemented. Groups that ask for more are paused.
pub const PROTOCOL_VERSION: &str = "1.10.0";

type Version<'t> = (u64, u64, u64, Option<&'t str>);

/// Whether `wanted` is newer than [`PROTOCOL_VERSION`]. A text that is not a version counts as newer: better to wait
/// than to misread.
pub(crate) fn is_newer(wanted: &str) -> bool {
    match (parse(wanted), parse(PROTOCOL_VERSION)) {
        (Some(wanted), Some(ours)) => wanted > ours,
        _ => true,
    }
}

/// Whether a text is a version that is not older than another.
pub(crate) fn is_at_least(text: &str, other: &str) -> bool {
    parse(text).is_some_and(|version| Some(version) >= parse(other))
}

/// Whether a text is a version at all.
pub(crate) fn is_version(text: &str) -> bool {
    parse(text).is_some()
}

fn parse(text: &str) -> Option<Version<'_>> {
    let mut parts = text.splitn(3, '.');
    let (major, minor, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (patch, suffix) = match rest.split_once('-') {
        Some((patch, suffix)) => (patch, Some(suffix)),
        None => (rest, None),
    };
    Some((major.parse().ok()?, minor.parse().ok()?, patch.parse().ok()?, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test] // CM.R15
    fn a_suffix_ranks_above_none_and_nonsense_counts_as_newer() {
        for older in ["1.10.0", "1.9.9", "0.0.1", "1.6.0"] {
            assert!(!is_newer(older), "{older}");
        }
        for newer in ["1.10.1", "1.11.0-dev", "1.10.0-alpha", "2.0.0", "", "1", "one.two.three"] {
            assert!(is_newer(newer), "{newer}");
        }
    }
}
