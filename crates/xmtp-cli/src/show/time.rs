//! Points in time: of the user's clock for a person, in RFC 3339 for a script.
use jiff::{Zoned, tz::TimeZone};
use xmtp_client::Timestamp;

/// `2026-01-31T14:02:05.123456Z`.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    instant(at).to_string()
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
    fn the_last_point_there_is_can_be_shown() {
        assert!(rfc3339(Timestamp::from_nanos(u64::MAX)).starts_with("2554-"));
    }
}
