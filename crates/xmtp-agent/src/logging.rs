//! A log for agents whose author set up none: `XMTP_FORCE_DEBUG_LEVEL` turns it on.
//!
//! It goes to standard error, one JSON object a line, and has what these crates say. Other crates are heard from `warn` on
//! alone: the MLS library would write names of groups at `trace`.
use std::{fmt, str::FromStr};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::layer,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

/// The crates whose records are wanted.
const OURS: [&str; 4] = ["xmtp_agent", "xmtp_client", "xmtp_mls", "xmtp_delivery"];

/// How much is logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What may fail soon.
    Warn,
    /// What an operator wants to know.
    Info,
    /// What a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// All levels, the quietest first.
    pub const ALL: [Self; 6] = [Self::Off, Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// Its name, in lowercase.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    const fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// A text is not the name of a level.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownLevel;

impl FromStr for LogLevel {
    type Err = UnknownLevel;

    /// Reads a name in any letter case.
    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(name)).ok_or(UnknownLevel)
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Writes the log from now on, unless the program has set up one of its own.
pub fn init(level: LogLevel) {
    let others = if level == LogLevel::Off { LevelFilter::OFF } else { LevelFilter::WARN };
    let kept = Targets::new().with_default(others).with_targets(OURS.map(|ours| (ours, level.filter())));
    let _already_set_up = registry().with(layer().json().with_writer(std::io::stderr)).with(kept).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_read_in_any_letter_case() {
        for level in LogLevel::ALL {
            assert_eq!(level.name().to_uppercase().parse(), Ok(level));
        }
        assert_eq!("loud".parse::<LogLevel>(), Err(UnknownLevel));
    }
}
