//! What can be typed after `xmtp debug` and `xmtp repair`.
use super::{SyncArgs, YesArgs};
use crate::target::Target;
use clap::{Args, Subcommand};
use xmtp_client::InstallationId;

#[derive(Debug, Subcommand)]
pub(crate) enum DebugCommand {
    /// Epoch, fork, commits and messages that could not be sent, of a conversation
    Conversation(DebugConversationArgs),
    /// Counts of everything that is kept here
    Statistics,
    /// What works in the background, and what each did
    ///
    /// Opens a stream, lets every worker that has something to do run once, and shows what became of it.
    Workers,
    /// Check every page of the database
    Database,
}

#[derive(Args, Debug)]
pub(crate) struct DebugConversationArgs {
    /// Which one
    #[arg(value_name = "WHO")]
    pub(crate) with: Target,
    /// Ask the public commit logs first, which not every network keeps
    #[arg(long)]
    pub(crate) compare: bool,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RepairCommand {
    /// Let in the new installations of members, and take out those that were revoked
    Installations {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
    },
    /// Take installations out of a group and put them back: the way back for one that is stuck
    Readd {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        /// Ids of installations
        #[arg(value_name = "INSTALLATION", required = true)]
        installations: Vec<InstallationId>,
        #[command(flatten)]
        yes: YesArgs,
    },
    /// Renew your keys in a conversation
    Keys {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
    },
}
