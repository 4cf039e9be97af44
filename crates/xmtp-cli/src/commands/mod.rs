//! One file a verb.

mod chat;
mod conversations;
mod inbox;
mod keys;
mod listen;
mod messages;
mod send;
mod up;
mod whoami;

use crate::{
    args::{Cli, Command, KeysCommand},
    error::CliError,
};

/// Does what was typed.
///
/// # Errors
/// [`CliError`], with the exit code in it.
pub(crate) async fn run(cli: Cli) -> Result<(), CliError> {
    let options = cli.global;
    match cli.command {
        Command::Up(args) => up::run(&options, args).await,
        Command::Keys(KeysCommand::New { file }) => keys::new(&options, file),
        Command::Chat(args) => chat::run(&options, args).await,
        Command::Send(args) => send::run(&options, args).await,
        Command::Listen(args) => listen::run(&options, args).await,
        Command::Conversations(args) => conversations::run(&options, args).await,
        Command::Messages(args) => messages::run(&options, args).await,
        Command::Inbox(command) => inbox::run(&options, command).await,
        Command::Whoami => whoami::run(&options).await,
    }
}
