//! Messages that disappear.
use crate::{ClientError, Conversation};
use std::time::Duration;
use xmtp_mls::{
    GroupOptions, Intent, WishError,
    group::metadata::{DISAPPEAR_FROM, DISAPPEAR_IN},
};
use xmtp_types::Timestamp;

/// When messages of a conversation disappear. It is each member's client that deletes them, so a client that does not know
/// the setting keeps them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Disappearing {
    /// From when on. Released clients carry it and delete every message that arrives while the setting is on, and so does
    /// this one.
    pub from: Timestamp,
    /// How long after a message arrived it is deleted.
    pub after: Duration,
}

impl Disappearing {
    /// Options of a new conversation with these settings and nothing else.
    ///
    /// # Errors
    /// [`ClientError::Engine`] if messages would disappear before they are read.
    pub fn options(self) -> Result<GroupOptions, ClientError> {
        let (from, after) = self.nanos()?;
        Ok(GroupOptions { disappear_from_ns: Some(from), disappear_in_ns: Some(after), ..GroupOptions::default() })
    }

    /// What a conversation says, if it means anything: both must be greater than 0.
    pub(crate) fn read(from_ns: Option<i64>, in_ns: Option<i64>) -> Option<Self> {
        let positive =
            |nanos: Option<i64>| nanos.and_then(|nanos| u64::try_from(nanos).ok()).filter(|nanos| *nanos > 0);
        let (from, after) = (positive(from_ns)?, positive(in_ns)?);
        Some(Self { from: Timestamp::from_nanos(from), after: Duration::from_nanos(after) })
    }

    /// Both numbers as they are kept: 0 would turn the setting off.
    fn nanos(self) -> Result<(i64, i64), ClientError> {
        let from = i64::try_from(self.from.as_nanos()).unwrap_or(i64::MAX).max(1);
        match i64::try_from(self.after.as_nanos()) {
            Ok(0) => Err(refusal("messages would be gone at once, give none to turn this off")),
            Ok(after) => Ok((from, after)),
            Err(_) => Err(refusal("it is longer than 292 years")),
        }
    }
}

impl Conversation {
    /// When messages disappear; `None` if they stay.
    ///
    /// # Errors
    /// [`ClientError::Storage`].
    pub async fn disappearing(&self) -> Result<Option<Disappearing>, ClientError> {
        Ok(self.row().await?.and_then(|row| Disappearing::read(row.disappear_from_ns, row.disappear_in_ns)))
    }

    /// Sets when messages disappear from now on, or lets them stay. Those that are there already keep what they have. Two
    /// commits, as released clients make them; both are queued at once, so that neither is lost without the other.
    ///
    /// # Errors
    /// [`ClientError::Engine`] says which rule or policy refused.
    pub async fn update_disappearing(&self, settings: Option<Disappearing>) -> Result<(), ClientError> {
        let (from, after) = settings.map_or(Ok((0, 0)), Disappearing::nanos)?;
        let set =
            |field: &str, nanos: i64| Intent::UpdateMetadata { field: field.to_owned(), value: nanos.to_string() };
        // GROUP.R8
        self.inner.commit_all(&self.id, vec![set(DISAPPEAR_FROM, from), set(DISAPPEAR_IN, after)]).await
    }
}

fn refusal(why: &str) -> ClientError {
    ClientError::Engine(WishError::BadValue { field: DISAPPEAR_IN.to_owned(), why: why.to_owned() }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_on_only_if_both_numbers_are_greater_than_0() {
        let settings = Disappearing { from: Timestamp::from_nanos(7), after: Duration::from_nanos(9) };
        assert_eq!(Disappearing::read(Some(7), Some(9)), Some(settings));
        for (from, after) in
            [(None, Some(9)), (Some(7), None), (Some(0), Some(9)), (Some(7), Some(0)), (Some(-1), Some(9))]
        {
            assert_eq!(Disappearing::read(from, after), None);
        }
        let options = settings.options().unwrap();
        assert_eq!((options.disappear_from_ns, options.disappear_in_ns), (Some(7), Some(9)));
    }

    #[test]
    fn what_would_turn_the_setting_off_by_accident_is_refused_or_mended() {
        let settings = Disappearing { from: Timestamp::default(), after: Duration::from_nanos(9) };
        assert_eq!(settings.options().unwrap().disappear_from_ns, Some(1));
        assert!(Disappearing { after: Duration::ZERO, ..settings }.options().is_err());
        assert!(Disappearing { after: Duration::MAX, ..settings }.options().is_err());
    }
}
