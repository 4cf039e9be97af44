//! What a member may do next, drawn from the seed.
use std::time::Duration;
use xmtp_tests::random::Random;

/// One thing that a member does. Members are meant by their place in the run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Sends a message.
    Say,
    /// Queues a message.
    SayLater,
    /// Sends a message to a member alone.
    Whisper(usize),
    /// Gives the group another name.
    Rename,
    /// Adds a member.
    Add(usize),
    /// Removes a member.
    Remove(usize),
    /// Makes a member a super admin.
    Promote(usize),
    /// Makes a super admin a member again.
    Demote(usize),
    /// Gives another kind of members the right to do something.
    Permit(Right, Holder),
    /// Asks to be removed.
    Leave,
    /// Renews its keys.
    Rotate,
    /// Syncs the group.
    Sync,
    /// Syncs everything.
    SyncAll,
    /// Reads its stream for a while.
    Listen,
    /// Dies so long after it began what it does next, and starts again.
    Die(Duration, &'static Self),
    /// Starts again with a line of another quality.
    Reconnect(Line),
    /// Gets another installation for its inbox, which plays along from now on.
    Link,
    /// Does nothing for so long, as does everybody else.
    Wait(Duration),
}

/// What the right is to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Right {
    Add,
    Remove,
    Rename,
}

/// Who has a right.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    All,
    Admins,
    SuperAdmins,
    Nobody,
}

/// How good a line is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line {
    /// Nothing is lost.
    Good,
    /// Some of everything is lost, doubled and late.
    Rough,
    /// Nothing arrives.
    Dead,
}

impl Act {
    /// Draws what one of `members` members does.
    pub(crate) fn draw(random: &mut Random, members: usize) -> Self {
        // Never the first: it founded the group, stays to the end, and is whom the others are compared with.
        let whom = |random: &mut Random| usize::try_from(random.within(1..members as u64)).unwrap_or(1);
        match random.within(0..100) {
            0..20 => Self::Say,
            20..25 => Self::Whisper(usize::try_from(random.within(0..members as u64)).unwrap_or(0)),
            25..32 => Self::SayLater,
            32..39 => Self::Rename,
            39..46 => Self::Add(whom(random)),
            46..51 => Self::Remove(whom(random)),
            51..55 => Self::Promote(whom(random)),
            55..57 => Self::Demote(whom(random)),
            57..59 => Self::Rotate,
            59..63 => Self::Permit(Right::draw(random), Holder::draw(random)),
            63..65 => Self::Leave,
            65..69 => Self::Sync,
            69..77 => Self::SyncAll,
            77..83 => Self::Listen,
            83..88 => Self::Die(Duration::from_millis(random.within(0..600)), Self::interrupted(random)),
            88..90 => Self::Link,
            90..96 => Self::Reconnect(Line::draw(random)),
            _ => Self::Wait(Duration::from_secs(random.within(1..200_000))),
        }
    }

    fn interrupted(random: &mut Random) -> &'static Self {
        match random.within(0..5) {
            0 => &Self::Say,
            1 => &Self::Rename,
            2 => &Self::Rotate,
            3 => &Self::Sync,
            _ => &Self::SyncAll,
        }
    }
}

impl Right {
    fn draw(random: &mut Random) -> Self {
        match random.within(0..3) {
            0 => Self::Add,
            1 => Self::Remove,
            _ => Self::Rename,
        }
    }
}

impl Holder {
    fn draw(random: &mut Random) -> Self {
        match random.within(0..4) {
            0 => Self::All,
            1 => Self::Admins,
            2 => Self::SuperAdmins,
            _ => Self::Nobody,
        }
    }
}

impl Line {
    fn draw(random: &mut Random) -> Self {
        match random.within(0..10) {
            0..4 => Self::Good,
            4..8 => Self::Rough,
            _ => Self::Dead,
        }
    }
}
