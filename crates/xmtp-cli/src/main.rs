//! The command `xmtp`: a whole XMTP network, an agent and a chat at a prompt.
//!
//! ```text
//! args ─▶ commands/<verb> ─▶ session (client) ─▶ show (a line for a person, or JSON) ─▶ output
//! ```
//!
//! What is asked for goes to standard output; everything else, logs and errors included, to standard error. Nothing but
//! `chat`, `messages` and `listen` shows what a message says, and nothing shows a key.

mod args;
mod commands;
mod error;
mod logging;
mod output;
mod progress;
mod session;
mod settings;
mod show;
mod target;
mod thread;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    logging::start(cli.global.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return error::CliError::io("start", source).report(),
    };
    let outcome = runtime.block_on(commands::run(cli));
    // What still runs now is a thread that waits for a line nobody will type.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
