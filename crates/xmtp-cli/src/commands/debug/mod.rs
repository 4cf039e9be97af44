//! `xmtp debug`: what whoever looks for a fault wants to know.

mod conversation;
mod database;
mod statistics;
mod workers;

use crate::{
    args::{DebugCommand, GlobalOptions},
    error::CliError,
};

/// Does what was typed after `xmtp debug`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: DebugCommand) -> Result<(), CliError> {
    match command {
        DebugCommand::Conversation(args) => conversation::run(options, args).await,
        DebugCommand::Statistics => statistics::run(options).await,
        DebugCommand::Workers => workers::run(options).await,
        DebugCommand::Database => database::run(options).await,
    }
}
