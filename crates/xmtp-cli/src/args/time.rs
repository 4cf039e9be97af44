//! Points in time and lengths of time, as people write them.
use jiff::{Span, SpanRelativeTo, civil::DateTime, tz::TimeZone};
use std::time::Duration;
use xmtp_client::{Clock, SystemClock, Timestamp};

/// `2026-01-31`, `2026-01-31T14:02` of the user's clock, `2026-01-31T14:02:00Z`, or how long ago: `2h`, `3d`.
///
/// # Errors
/// Says which forms there are.
pub(crate) fn point(text: &str) -> Result<Timestamp, String> {
    point_seen_from(text, SystemClock.now(), &TimeZone::system())
}

/// `90s`, `2h 30m`, `7d`.
///
/// # Errors
/// Says which forms there are.
pub(crate) fn length(text: &str) -> Result<Duration, String> {
    let span: Span = text.parse().map_err(|_| LENGTHS.to_owned())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| LENGTHS.to_owned())?;
    Duration::try_from(length).map_err(|_| LENGTHS.to_owned())
}

const LENGTHS: &str = "expected a length of time such as 30s, 2h or 7d";
const POINTS: &str = "expected a point in time such as 2026-01-31, 2026-01-31T14:02, 2026-01-31T14:02:00Z, or a time ago such as 2h or 3d";

fn point_seen_from(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let nanos = if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        instant.as_nanosecond()
    } else if let Ok(civil) = text.parse::<DateTime>() {
        zone.to_timestamp(civil).map_err(|_| POINTS.to_owned())?.as_nanosecond()
    } else {
        let ago = length(text).map_err(|_| POINTS.to_owned())?;
        i128::from(now.as_nanos()) - i128::try_from(ago.as_nanos()).map_err(|_| POINTS.to_owned())?
    };
    u64::try_from(nanos).map(Timestamp::from_nanos).map_err(|_| "that is before 1970, or after 2554".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn seen(text: &str) -> Result<u64, String> {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        point_seen_from(text, Timestamp::from_secs(10 * DAY), &zone).map(Timestamp::as_secs)
    }

    #[test]
    fn a_point_is_a_day_a_time_of_the_users_clock_an_instant_or_a_time_ago() {
        assert_eq!(seen("1970-01-02"), Ok(DAY - 2 * 3600));
        assert_eq!(seen("1970-01-02T03:00"), Ok(DAY + 3600));
        assert_eq!(seen("1970-01-02T03:00:00Z"), Ok(DAY + 3 * 3600));
        assert_eq!(seen("1970-01-02T03:00:00+01:00"), Ok(DAY + 2 * 3600));
        assert_eq!(seen("3d"), Ok(7 * DAY));
        assert_eq!(seen("1h 30m"), Ok(10 * DAY - 5400));
    }

    #[test]
    fn anything_else_says_what_could_be_written() {
        for text in ["", "soon", "tomorrow", "-5", "12", "2026-13-01"] {
            assert!(seen(text).unwrap_err().contains("such as"), "{text}");
        }
        assert!(seen("11d").unwrap_err().contains("before 1970"));
    }

    #[test]
    fn a_length_knows_days_and_is_never_negative() {
        assert_eq!(length("7d"), Ok(Duration::from_secs(7 * DAY)));
        assert_eq!(length("90s"), Ok(Duration::from_secs(90)));
        assert!(length("-2h").is_err() && length("fast").is_err());
    }
}
