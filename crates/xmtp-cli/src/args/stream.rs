//! What can be typed after `xmtp listen` and `xmtp stream`.
use super::{ConsentChoice, KindChoice, time};
use crate::target::Target;
use clap::{Args, Subcommand, ValueEnum};
use std::time::Duration;

#[derive(Args, Debug)]
pub(crate) struct ListenArgs {
    /// Show the id of each message, for reply, react and delete; --json does, too
    #[arg(long)]
    pub(crate) ids: bool,
    #[command(flatten)]
    pub(crate) stream: StreamArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StreamCommand {
    /// Messages, of all conversations or of one
    Messages(StreamMessagesArgs),
    /// Conversations as they are begun or joined
    Conversations {
        /// Only of this kind
        #[arg(long, value_enum)]
        kind: Option<KindChoice>,
        #[command(flatten)]
        stream: StreamArgs,
    },
    /// What you decide here or elsewhere: consent, and new keys for push
    Preferences(StreamArgs),
    /// Messages that go: deleted, or because their time is over
    Deletions(StreamArgs),
}

#[derive(Args, Debug)]
pub(crate) struct StreamMessagesArgs {
    /// Only of this conversation
    #[arg(value_name = "WHO", conflicts_with_all = ["kind", "consent"])]
    pub(crate) with: Option<Target>,
    /// Only of conversations of this kind
    #[arg(long, value_enum)]
    pub(crate) kind: Option<KindChoice>,
    /// Only of conversations with this consent; repeatable
    #[arg(long, value_enum)]
    pub(crate) consent: Vec<ConsentChoice>,
    /// Show the id of each message, for reply, react and delete; --json does, too
    #[arg(long)]
    pub(crate) ids: bool,
    #[command(flatten)]
    pub(crate) stream: StreamArgs,
}

/// Where a stream begins and when it ends.
#[derive(Args, Clone, Debug)]
pub(crate) struct StreamArgs {
    /// Whether to begin with the oldest that is kept here, or with what arrives from now on
    #[arg(long, value_enum, default_value_t = From::Now)]
    pub(crate) from: From,
    /// End after so many
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// End after this time, such as 30s or 5m; with --count, exit code 3 says that fewer came
    #[arg(long, value_name = "TIME", value_parser = time::length)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum From {
    /// The oldest that is kept here
    Start,
    /// What arrives from now on
    Now,
}
