//! What is logged, and to where: standard error.
//!
//! Records of the `log` crate are not taken in: the line editor logs every key that is pressed there.
use std::io::{self, IsTerminal};
use tracing_subscriber::{EnvFilter, fmt};

/// Starts logging. `RUST_LOG` says what, else how often `-v` was given.
pub(crate) fn start(verbose: u8) {
    let default = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let subscriber =
        fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).finish();
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        crate::output::note("logging was started before; this run logs there");
    }
}
