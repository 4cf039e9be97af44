//! All that is logged in this process.
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{
    filter::LevelFilter,
    fmt::{MakeWriter, format::FmtSpan},
};

/// A log in memory. Clones are the same log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// Captures everything from now on: every level of every crate, by way of `tracing` or of `log`.
    pub(crate) fn everything() -> Self {
        let captured = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(captured.clone())
            .init();
        captured
    }

    /// What was captured so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The records of a log that the MLS library wrote at its lowest level, and all others.
///
/// It shows the context of a group there whenever it derives keys, and a group's name is part of the context.
pub(crate) fn without_mls_trace(log: &str) -> (String, String) {
    let (mut of_mls, mut others, mut is_mls) = (String::new(), String::new(), false);
    for line in log.lines() {
        let begins = line.get(..4).is_some_and(|year| year.parse::<u16>().is_ok()) && line.get(10..11) == Some("T");
        if begins {
            is_mls = line.contains(" TRACE openmls::");
        }
        let records = if is_mls { &mut of_mls } else { &mut others };
        records.push_str(line);
        records.push('\n');
    }
    (of_mls, others)
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
