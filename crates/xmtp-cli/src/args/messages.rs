//! What can be typed after `xmtp messages`, `message` and `count`.
use super::{SyncArgs, time};
use crate::target::Target;
use clap::{Args, ValueEnum};
use xmtp_client::{DeliveryStatus, MessageId, MessageKind, MessageOrder, MessageQuery, Timestamp};

#[derive(Args, Debug)]
pub(crate) struct MessagesArgs {
    /// Whose messages
    #[arg(value_name = "WHO")]
    pub(crate) with: Target,
    /// At most so many, the newest ones
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Only what came before this message: the next page of an earlier list
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) before: Option<MessageId>,
    /// Show the id of each message, for reply, react and delete; --json does, too
    #[arg(long)]
    pub(crate) ids: bool,
    /// List in this order; --limit takes the first of it [default: the newest, oldest of them first]
    #[arg(long, value_enum)]
    pub(crate) order: Option<MessageOrderChoice>,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CountArgs {
    /// Whose messages
    #[arg(value_name = "WHO")]
    pub(crate) with: Target,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

#[derive(Args, Debug)]
pub(crate) struct MessageArgs {
    /// Its id
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: MessageId,
    /// Write the file it carries here, or the files into this folder; one that lies on a server is fetched and opened
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) save: Option<std::path::PathBuf>,
    /// Fetch from this host although it is private or has no https, such as 127.0.0.1:9000; repeatable
    #[arg(long, value_name = "HOST", requires = "save")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
}

/// Which messages.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Which messages")]
pub(crate) struct FilterArgs {
    /// Sent after this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) sent_after: Option<Timestamp>,
    /// Sent before this point in time
    #[arg(long, value_name = "TIME", value_parser = time::point)]
    pub(crate) sent_before: Option<Timestamp>,
    /// Of this content type, such as text, reaction or xmtp.org/text:1.0; repeatable
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// Not of this content type; repeatable
    #[arg(long, value_name = "TYPE")]
    pub(crate) not_type: Vec<String>,
    /// Not from this inbox or address; repeatable
    #[arg(long, value_name = "WHO")]
    pub(crate) not_from: Vec<Target>,
    /// That answer, react to or delete this message; repeatable
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) about: Vec<MessageId>,
    /// That have come this far
    #[arg(long, value_enum)]
    pub(crate) status: Option<StatusChoice>,
    /// What members say, or what happened to the group
    #[arg(long, value_enum)]
    pub(crate) kind: Option<MessageKindChoice>,
}

impl FilterArgs {
    /// The query, senders aside: who they are the network knows.
    pub(crate) fn query(&self) -> MessageQuery {
        MessageQuery {
            sent_after: self.sent_after,
            sent_before: self.sent_before,
            content_types: self.types.iter().map(|name| content_type(name)).collect(),
            excluded_types: self.not_type.iter().map(|name| content_type(name)).collect(),
            referring_to: self.about.clone(),
            status: self.status.map(DeliveryStatus::from),
            kind: self.kind.map(MessageKind::from),
            ..MessageQuery::default()
        }
    }
}

/// `text` is short for `xmtp.org/text`, `actions` for `coinbase.com/actions`.
fn content_type(name: &str) -> String {
    match name {
        name if name.contains('/') => name.to_owned(),
        "actions" | "intent" => format!("coinbase.com/{name}"),
        name => format!("xmtp.org/{name}"),
    }
}

/// The order of messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum MessageOrderChoice {
    /// Sent first, first
    Oldest,
    /// Sent last, first
    Newest,
    /// As they were stored here
    Stored,
    /// As they were stored here, the last first
    StoredNewest,
}

impl From<MessageOrderChoice> for MessageOrder {
    fn from(choice: MessageOrderChoice) -> Self {
        match choice {
            MessageOrderChoice::Oldest => Self::SentAscending,
            MessageOrderChoice::Newest => Self::SentDescending,
            MessageOrderChoice::Stored => Self::Stored,
            MessageOrderChoice::StoredNewest => Self::StoredDescending,
        }
    }
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum StatusChoice {
    /// Kept here, not sent yet
    Unpublished,
    /// Sent
    Published,
    /// Given up
    Failed,
}

impl From<StatusChoice> for DeliveryStatus {
    fn from(choice: StatusChoice) -> Self {
        match choice {
            StatusChoice::Unpublished => Self::Unpublished,
            StatusChoice::Published => Self::Published,
            StatusChoice::Failed => Self::Failed,
        }
    }
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum MessageKindChoice {
    /// A member said it
    Application,
    /// A change of the group, told by this client
    MembershipChange,
}

impl From<MessageKindChoice> for MessageKind {
    fn from(choice: MessageKindChoice) -> Self {
        match choice {
            MessageKindChoice::Application => Self::Application,
            MessageKindChoice::MembershipChange => Self::MembershipChange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_of_content_types_get_their_authority() {
        assert_eq!(content_type("text"), "xmtp.org/text");
        assert_eq!(content_type("intent"), "coinbase.com/intent");
        assert_eq!(content_type("example.org/vote:1.0"), "example.org/vote:1.0");
    }
}
