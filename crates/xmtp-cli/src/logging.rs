//! What is logged, and to where: standard error.
//!
//! Records of the `log` crate are not taken in: the line editor logs every key that is pressed there.
use std::{
    env,
    io::{self, IsTerminal},
};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry,
};

/// Starts logging. `RUST_LOG` says what, else how often `-v` was given.
pub(crate) fn start(verbose: u8) {
    let default = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let said = env::var("RUST_LOG").ok().and_then(|said| said.parse().ok());
    let kept: Targets = said.unwrap_or_else(|| Targets::new().with_default(default));
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    if tracing::subscriber::set_global_default(registry().with(lines).with(kept)).is_err() {
        crate::output::note("logging was started before; this run logs there");
    }
}
