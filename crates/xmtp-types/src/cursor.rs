//! Cursors: how far a reader has come in a topic.
use std::collections::BTreeMap;

/// Who numbers envelopes. The v3 network has one server and fixed numbers per kind of envelope; the decentralised one
/// has a number per node.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OriginatorId(u32);

/// The number an originator gave an envelope. Rises within a topic; gaps are normal; 0 is before the first one.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SequenceId(u64);

/// A position in a topic: the last sequence id seen from each originator.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Cursor(BTreeMap<OriginatorId, SequenceId>);

impl OriginatorId {
    /// Commits on the v3 network.
    pub const V3_COMMITS: Self = Self(0);
    /// Identity updates on the v3 network.
    pub const V3_IDENTITY: Self = Self(1);
    /// Application messages on the v3 network.
    pub const V3_MESSAGES: Self = Self(10);
    /// Welcomes on the v3 network.
    pub const V3_WELCOMES: Self = Self(11);
    /// Key packages on the v3 network.
    pub const V3_KEY_PACKAGES: Self = Self(13);

    /// The originator with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the originator.
    pub const fn as_u32(self) -> u32 {
        self.0
    }
}

impl SequenceId {
    /// Before the first envelope.
    pub const ZERO: Self = Self(0);

    /// The sequence id with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number of the sequence id.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for SequenceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Cursor {
    /// The position from which everything is still to come.
    pub const fn start() -> Self {
        Self(BTreeMap::new())
    }

    /// The last sequence id seen from `originator`.
    pub fn at(&self, originator: OriginatorId) -> SequenceId {
        self.0.get(&originator).copied().unwrap_or_default()
    }

    /// The highest sequence id seen from any originator: the position on a network that numbers all kinds together.
    pub fn highest(&self) -> SequenceId {
        self.0.values().copied().max().unwrap_or_default()
    }

    /// Whether the envelope `sequence_id` of `originator` was seen.
    pub fn covers(&self, originator: OriginatorId, sequence_id: SequenceId) -> bool {
        sequence_id <= self.at(originator)
    }

    /// Moves forward to `sequence_id` of `originator`; never moves back.
    pub fn advance(&mut self, originator: OriginatorId, sequence_id: SequenceId) {
        let at = self.0.entry(originator).or_default();
        *at = (*at).max(sequence_id);
    }

    /// Moves forward to whatever `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        for (originator, sequence_id) in &other.0 {
            self.advance(*originator, *sequence_id);
        }
    }

    /// Each originator and the last sequence id seen from it.
    pub fn iter(&self) -> impl Iterator<Item = (OriginatorId, SequenceId)> + '_ {
        self.0.iter().map(|(originator, sequence_id)| (*originator, *sequence_id))
    }
}

impl FromIterator<(OriginatorId, SequenceId)> for Cursor {
    fn from_iter<I: IntoIterator<Item = (OriginatorId, SequenceId)>>(positions: I) -> Self {
        let mut cursor = Self::start();
        for (originator, sequence_id) in positions {
            cursor.advance(originator, sequence_id);
        }
        cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursors() -> impl Strategy<Value = Cursor> {
        proptest::collection::vec((0u32..4, 0u64..50), 0..6).prop_map(|positions| {
            positions.into_iter().map(|(who, at)| (OriginatorId::new(who), SequenceId::new(at))).collect()
        })
    }

    proptest! {
        #[test]
        fn merging_is_commutative_and_covers_both(a in cursors(), b in cursors()) {
            let (mut ab, mut ba) = (a.clone(), b.clone());
            ab.merge(&b);
            ba.merge(&a);
            prop_assert_eq!(&ab, &ba);
            for (who, at) in a.iter().chain(b.iter()) {
                prop_assert!(ab.covers(who, at));
            }
        }

        #[test]
        fn advancing_never_moves_back(mut cursor in cursors(), who in 0u32..4, at in 0u64..50) {
            let who = OriginatorId::new(who);
            let before = cursor.at(who);
            cursor.advance(who, SequenceId::new(at));
            prop_assert_eq!(cursor.at(who), before.max(SequenceId::new(at)));
        }
    }
}
