//! `xmtp conversations`: what the user is part of.

mod dm;
mod hmac_keys;
mod list;
mod show;

pub(super) use show::show;

use crate::{
    args::{ConversationsArgs, ConversationsCommand, GlobalOptions, ListArgs},
    error::CliError,
};

/// Does what was typed after `xmtp conversations`; lists them if it was nothing.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, args: ConversationsArgs) -> Result<(), CliError> {
    // Global options may stand there, so the parser does not tell.
    if args.command.is_some() && args.list != ListArgs::default() {
        return Err(CliError::usage("what narrows a list stands behind the verb: xmtp conversations list --kind dm"));
    }
    match args.command {
        None => list::run(options, args.list).await,
        Some(ConversationsCommand::List(list)) => list::run(options, list).await,
        Some(ConversationsCommand::Show { with, sync }) => show::run(options, &with, &sync).await,
        Some(ConversationsCommand::Dm(args)) => dm::run(options, args).await,
        Some(ConversationsCommand::HmacKeys { with }) => hmac_keys::run(options, with.as_ref()).await,
    }
}
