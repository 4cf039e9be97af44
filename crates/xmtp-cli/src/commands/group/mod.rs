//! `xmtp group`: groups and what they say about themselves.

mod create;
mod disappearing;
mod field;
mod leave;
mod minimum_version;

use crate::{
    args::{GlobalOptions, GroupCommand},
    error::CliError,
};
use field::Field;

/// Does what was typed after `xmtp group`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: GroupCommand) -> Result<(), CliError> {
    match command {
        GroupCommand::Create(args) => create::run(options, args).await,
        GroupCommand::Name(args) => field::run(options, Field::Name, args).await,
        GroupCommand::Description(args) => field::run(options, Field::Description, args).await,
        GroupCommand::Image(args) => field::run(options, Field::Image, args).await,
        GroupCommand::AppData(args) => field::run(options, Field::AppData, args).await,
        GroupCommand::MinimumVersion { group, version, yes } => {
            minimum_version::run(options, &group, version.as_deref(), yes).await
        }
        GroupCommand::Disappearing(args) => disappearing::run(options, args).await,
        GroupCommand::Leave { group, yes } => leave::run(options, &group, yes).await,
    }
}
