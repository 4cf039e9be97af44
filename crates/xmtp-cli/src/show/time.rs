//! Points in time: of the user's clock for a person, in RFC 3339 for a script.
use jiff::{Zoned, tz::TimeZone};
use std::time::Duration;
use xmtp_client::Timestamp;

/// `2026-01-31T14:02:05.123456Z`.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    instant(at).to_string()
}

/// `2026-01-31 14:02`, in the user's time zone.
pub(crate) fn minute(at: Timestamp) -> String {
    local(at, &TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `1d 2h`.
pub(crate) fn words(length: Duration) -> String {
    let seconds = length.as_secs();
    if seconds == 0 {
        return format!("{length:?}");
    }
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    parts.join(" ")
}

/// `14:02`, in the user's time zone.
pub(super) fn of_day(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime("%H:%M").to_string()
}

/// `Saturday 31 January 2026`, in the user's time zone.
pub(super) fn day(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime("%A %-d %B %Y").to_string()
}

fn local(at: Timestamp, zone: &TimeZone) -> Zoned {
    instant(at).to_zoned(zone.clone())
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(i128::from(at.as_nanos())).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_point_is_shown_in_all_three_forms() {
        let at = Timestamp::from_nanos(1_769_868_125_123_456_000);
        assert_eq!(rfc3339(at), "2026-01-31T14:02:05.123456Z");
        let zone = TimeZone::fixed(jiff::tz::offset(11));
        assert_eq!((of_day(at, &zone), day(at, &zone)), ("01:02".to_owned(), "Sunday 1 February 2026".to_owned()));
    }

    #[test]
    fn a_length_is_as_short_as_it_can_be() {
        assert_eq!(words(Duration::from_secs(86_400)), "1d");
        assert_eq!(words(Duration::from_secs(93_784)), "1d 2h 3m 4s");
        assert_eq!(words(Duration::from_millis(5)), "5ms");
    }

    #[test]
    fn the_last_point_there_is_can_be_shown() {
        assert!(rfc3339(Timestamp::from_nanos(u64::MAX)).starts_with("2554-"));
    }
}
