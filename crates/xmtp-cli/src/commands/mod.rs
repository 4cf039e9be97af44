//! One file a verb; a folder where verbs belong together.

mod chat;
mod completions;
mod consent;
mod conversations;
mod debug;
mod group;
mod inbox;
mod keys;
mod listen;
mod man;
mod members;
mod messages;
mod permissions;
mod repair;
mod save;
mod say;
mod stream;
mod sync;
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
        Command::Whoami => whoami::run(&options).await,
        Command::Chat(args) => chat::run(&options, args).await,
        Command::Send(args) => say::send::run(&options, args).await,
        Command::Reply(args) => say::reply::run(&options, args).await,
        Command::React(args) => say::react::run(&options, args).await,
        Command::Receipt { with, later } => say::receipt::run(&options, &with, later).await,
        Command::Delete(args) => say::delete::run(&options, args).await,
        Command::Publish { with } => say::publish::run(&options, &with).await,
        Command::Messages(args) => messages::list(&options, args).await,
        Command::Message(args) => messages::one(&options, args).await,
        Command::Count(args) => messages::count(&options, args).await,
        Command::Listen(args) => listen::run(&options, args).await,
        Command::Stream(command) => stream::run(&options, command).await,
        Command::Conversations(args) => conversations::run(&options, args).await,
        Command::Group(command) => group::run(&options, command).await,
        Command::Members(command) => members::run(&options, command).await,
        Command::Permissions(command) => permissions::run(&options, command).await,
        Command::Consent(command) => consent::run(&options, command).await,
        Command::Sync(args) => sync::run(&options, args).await,
        Command::Inbox(command) => inbox::run(&options, command).await,
        Command::Debug(command) => debug::run(&options, command).await,
        Command::Repair(command) => repair::run(&options, command).await,
        Command::Completions { shell } => completions::run(shell),
        Command::Man { folder } => man::run(folder.as_deref()),
    }
}
