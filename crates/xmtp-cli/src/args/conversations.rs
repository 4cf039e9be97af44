//! What can be typed after `xmtp conversations`, `consent` and `sync`.
use super::{ConsentChoice, KindChoice, OrderChoice, SyncArgs, time};
use crate::target::Target;
use clap::{Args, Subcommand};
use std::time::Duration;
use xmtp_client::{ConsentState, GroupQuery, Timestamp};

#[derive(Args, Debug)]
pub(crate) struct ConversationsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ConversationsCommand>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConversationsCommand {
    /// List conversations, the most recently active first
    List(ListArgs),
    /// Show one conversation
    Show {
        /// Which one
        #[arg(value_name = "WHO")]
        with: Target,
        #[command(flatten)]
        sync: SyncArgs,
    },
    /// Begin a direct conversation, or find the one there is
    Dm(CreateDmArgs),
    /// Print the keys by which a push server knows what you sent yourself
    ///
    /// For a server that you trust with them: whoever has these keys can tell which messages of a conversation are yours.
    HmacKeys {
        /// Of one conversation [default: of all that are not denied]
        #[arg(value_name = "WHO")]
        with: Option<Target>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CreateDmArgs {
    /// With whom
    #[arg(value_name = "WHO")]
    pub(crate) with: Target,
    /// Messages disappear this long after they arrived, such as 1d; a conversation that is there stays as it is
    #[arg(long, value_name = "TIME", value_parser = time::length)]
    pub(crate) disappear_after: Option<Duration>,
}

#[derive(Args, Debug, Default, PartialEq)]
pub(crate) struct ListArgs {
    /// Only of this kind
    #[arg(long, value_enum)]
    pub(crate) kind: Option<KindChoice>,
    /// Only with this consent; repeatable
    #[arg(long, value_enum)]
    pub(crate) consent: Vec<ConsentChoice>,
    /// Only those that can move on
    #[arg(long, conflicts_with = "inactive")]
    pub(crate) active: bool,
    /// Only those that cannot: you were removed, or they wait
    #[arg(long)]
    pub(crate) inactive: bool,
    /// In which order
    #[arg(long, value_enum, default_value_t = OrderChoice::Activity)]
    pub(crate) order: OrderChoice,
    /// At most so many
    #[arg(long, value_name = "COUNT")]
    pub(crate) limit: Option<u32>,
    /// Created or joined after this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) created_after: Option<Timestamp>,
    /// Created or joined before this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) created_before: Option<Timestamp>,
    /// Active after this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) active_after: Option<Timestamp>,
    /// Last active before this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) active_before: Option<Timestamp>,
    /// List each direct conversation with the same person, if there are several
    #[arg(long)]
    pub(crate) duplicates: bool,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

impl ListArgs {
    /// What the store is asked.
    pub(crate) fn query(&self) -> GroupQuery {
        let is_active = match (self.active, self.inactive) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        GroupQuery {
            kind: self.kind.map(Into::into),
            consent: self.consent.iter().map(|choice| ConsentState::from(*choice)).collect(),
            is_active,
            created_after: self.created_after,
            created_before: self.created_before,
            active_after: self.active_after,
            active_before: self.active_before,
            order: self.order.into(),
            limit: self.limit,
            ..GroupQuery::default()
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConsentCommand {
    /// Show what was decided about inboxes and conversations
    Show {
        /// An address or inbox id: that inbox; a conversation id: that conversation
        #[arg(value_name = "WHO", required = true)]
        about: Vec<Target>,
    },
    /// Decide about inboxes and conversations
    ///
    /// Your other installations are told.
    Set(SetConsentArgs),
    /// List what was decided about your conversations and the inboxes in them
    List(ListConsentArgs),
}

#[derive(Args, Debug)]
pub(crate) struct SetConsentArgs {
    /// What is decided
    #[arg(value_enum, value_name = "CONSENT")]
    pub(crate) consent: ConsentChoice,
    /// An address or inbox id: that inbox; a conversation id: that conversation
    #[arg(value_name = "WHO", required = true)]
    pub(crate) about: Vec<Target>,
}

#[derive(Args, Debug)]
pub(crate) struct ListConsentArgs {
    /// Only with this consent; repeatable
    #[arg(long, value_enum)]
    pub(crate) consent: Vec<ConsentChoice>,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SyncCommandArgs {
    /// Only these conversations [default: all, new ones and preferences too]
    #[arg(value_name = "WHO")]
    pub(crate) with: Vec<Target>,
    /// Only conversations with this consent; repeatable
    #[arg(long, value_enum, conflicts_with = "with")]
    pub(crate) consent: Vec<ConsentChoice>,
    /// Only what your other installations have decided
    #[arg(long, conflicts_with_all = ["with", "consent"])]
    pub(crate) preferences: bool,
}
