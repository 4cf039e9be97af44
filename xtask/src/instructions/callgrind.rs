//! What callgrind writes down, as far as it is of use here.
//!
//! Source of fact: valgrind manual, "Callgrind Format Specification", version 1, with names written out.
use std::collections::BTreeMap;

/// Functions of the cryptography that the rest calls, and the recovery of a wallet's key, which is a library's.
const CRYPTOGRAPHY: [&str; 2] = ["xmtp_crypto::", "ecdsa::"];

/// What the C library's allocator does inside of `malloc` and `free`. It puts together what was freed long before, now and
/// then and at the cost of whoever comes by, so that it would make counts of two runs differ by 8 %.
const ALLOCATOR: [&str; 6] =
    ["_int_malloc", "_int_free", "_int_realloc", "malloc_consolidate", "unlink_chunk.constprop.0", "sysmalloc"];

/// One count.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Dump {
    /// Instructions, without those inside of the allocator.
    pub(crate) total: u64,
    /// What was called in the cryptography from outside it: the function's name, how often, and its instructions.
    pub(crate) primitives: BTreeMap<String, (u64, u64)>,
}

/// Whether the text is a count of an operation, and not what was written down on the way to one.
pub(crate) fn is_count(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("desc: Trigger: --dump-after"))
}

/// Whether functions of the C library stand in the text by their names.
pub(crate) fn names_the_allocator(text: &str) -> bool {
    text.lines().any(|line| line.strip_prefix("fn=").is_some_and(|name| ALLOCATOR.contains(&name)))
}

impl Dump {
    /// Reads one file.
    pub(crate) fn read(text: &str) -> Self {
        let mut dump = Self::default();
        let (mut caller, mut callee, mut calls, mut inside) = ("", "", None, 0);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                caller = name;
            } else if let Some(name) = line.strip_prefix("cfn=") {
                callee = name;
            } else if let Some(count) = line.strip_prefix("calls=") {
                calls = first(count);
            } else if let Some(total) = line.strip_prefix("totals: ") {
                dump.total = total.trim().parse().unwrap_or(0);
            } else if let Some(count) = calls.take() {
                // The line after `calls=` tells what the calls cost in all.
                dump.note(caller, callee, count, cost(line));
            } else if ALLOCATOR.contains(&caller) {
                inside += cost(line);
            }
        }
        dump.total = dump.total.saturating_sub(inside);
        dump
    }

    /// What one of so many runs cost.
    pub(crate) fn per_run(self, times: u64) -> Self {
        let each = |count: u64| count / times.max(1);
        let primitives = self.primitives.into_iter().map(|(name, (calls, cost))| (name, (each(calls), each(cost))));
        Self { total: each(self.total), primitives: primitives.collect() }
    }

    fn note(&mut self, caller: &str, callee: &str, count: u64, cost: u64) {
        if let Some(name) = primitive(callee).filter(|_| count > 0 && primitive(caller).is_none()) {
            let (calls, instructions) = self.primitives.entry(name.to_owned()).or_default();
            *calls += count;
            *instructions += cost;
        }
    }
}

/// The cost in a line that begins with a position; any other line has none.
fn cost(line: &str) -> u64 {
    line.split(' ').nth(1).and_then(|cost| cost.parse().ok()).unwrap_or(0)
}

fn first(text: &str) -> Option<u64> {
    text.split(' ').next()?.parse().ok()
}

/// The last part of a function's name, if it belongs to the cryptography.
fn primitive(name: &str) -> Option<&str> {
    let bare = name.trim_start_matches('<');
    if !CRYPTOGRAPHY.iter().any(|krate| bare.starts_with(krate)) || name.contains("drop_in_place") {
        return None;
    }
    bare.rsplit("::").find(|part| !part.starts_with('{') && !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
desc: Trigger: --dump-after=instructions::counted

fn=xmtp_mls::send
0 10
cfn=xmtp_crypto::signature::InstallationKey::sign_plain
calls=2 0
0 600
cfn=<xmtp_crypto::provider::MlsCrypto as openmls_traits::crypto::OpenMlsCrypto>::hash
calls=1 0
0 50
cfn=alloc::alloc
calls=4 0
0 40

fn=xmtp_crypto::signature::InstallationKey::sign_plain
0 500
cfn=xmtp_crypto::hash::sha256
calls=2 0
0 100

fn=_int_malloc
0 30
cfn=sysmalloc
calls=1 0
0 7

fn=sysmalloc
0 7

totals: 737
";

    #[test]
    fn what_the_allocator_does_inside_is_not_counted() {
        assert!(names_the_allocator(FILE));
        assert!(!names_the_allocator("fn=0x00000000000a1b20\n0 30\n"));
        assert_eq!(Dump::read(FILE).total, 700);
    }

    #[test]
    fn what_is_called_in_the_cryptography_from_outside_is_counted_once() {
        assert!(is_count(FILE));
        let dump = Dump::read(FILE);
        let primitives: Vec<_> = dump.primitives.into_iter().collect();
        assert_eq!(primitives, [("hash".to_owned(), (1, 50)), ("sign_plain".to_owned(), (2, 600))]);
    }
}
