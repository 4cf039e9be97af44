//! The epoch of a group: how many commits it has applied.

/// An MLS epoch (RFC 9420 §7): one more after each commit.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Epoch(u64);

impl Epoch {
    /// The number of the epoch.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// How many epochs `self` is past `earlier`; 0 if it is not.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<u64> for Epoch {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for Epoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
