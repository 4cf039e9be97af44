//! The command `xmtp`: a whole XMTP network, an agent and a chat at a prompt.
//!
//! ```text
//! args ─▶ commands/<verb> ─▶ session (client) ─▶ show (a line for a person, or JSON) ─▶ output
//! ```
//!
//! What is asked for goes to standard output; everything else, logs and errors included, to standard error. What messages
//! say is shown by `chat`, `messages`, `message`, `listen` and `stream` alone, and no key is, but for those for push that
//! `conversations hmac-keys` is for.

mod args;
mod commands;
mod confirm;
mod error;
mod logging;
mod output;
mod progress;
mod resolve;
mod session;
mod settings;
mod show;
mod target;
mod thread;

use clap::FromArgMatches;
use std::{process::ExitCode, time::Duration};

/// How long a step on the database may take when the command is done.
const LAST_STEP: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let cli = match args::Cli::from_arg_matches(&args::command().get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    logging::start(cli.global.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return error::CliError::io("start", source).report(),
    };
    let outcome = runtime.block_on(commands::run(cli));
    // A step on the database must end before the process does: OpenSSL takes its memory away as the process exits. What
    // runs longer is a thread that waits for a line nobody will type.
    runtime.shutdown_timeout(LAST_STEP);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
