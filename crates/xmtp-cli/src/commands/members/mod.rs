//! `xmtp members`: who is in a conversation, and as what.

mod change;
mod list;

use crate::{
    args::{GlobalOptions, MembersCommand},
    error::CliError,
};
use xmtp_client::Role;

/// Does what was typed after `xmtp members`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: MembersCommand) -> Result<(), CliError> {
    match command {
        MembersCommand::List { with, sync } => list::run(options, &with, &sync, Role::Member).await,
        MembersCommand::Admins { group, sync } => list::run(options, &group, &sync, Role::Admin).await,
        MembersCommand::SuperAdmins { group, sync } => list::run(options, &group, &sync, Role::SuperAdmin).await,
        MembersCommand::Add { group, who } => change::add(options, &group, &who).await,
        MembersCommand::Remove(args) => change::remove(options, args).await,
        MembersCommand::Role { group, who, role } => change::role(options, &group, &who, role).await,
    }
}
