//! `xmtp conversations`: what the user is part of.
use crate::{
    args::{GlobalOptions, SyncArgs},
    error::CliError,
    output, progress, session,
    show::{Names, clean, conversation_kind, rfc3339},
};
use console::style;
use serde_json::{Value, json};
use xmtp_client::{
    Client, ConsentState, Conversation, ConversationKind, GroupInfo, GroupQuery, GroupStatus, Message, MessageOrder,
    MessageQuery,
};

/// Lists conversations, the most recently active first.
///
/// # Errors
/// [`CliError`] if the network is needed and away, or the database fails.
pub(super) async fn run(options: &GlobalOptions, args: SyncArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    if !args.no_sync {
        progress::during("syncing", client.conversations().sync_all()).await?;
    }
    let conversations = client.conversations().list(GroupQuery::default()).await?;
    if conversations.is_empty() && !options.json {
        output::note("no conversations yet: `xmtp chat <address>` begins one");
    }
    let mut names = Names::new(client.clone());
    for conversation in &conversations {
        let known = Known::read(conversation).await?;
        if options.json {
            output::json(&known.to_json(conversation))?;
        } else {
            output::line(&known.to_line(conversation, &client, &mut names).await)?;
        }
    }
    Ok(())
}

struct Known {
    info: GroupInfo,
    status: GroupStatus,
    consent: ConsentState,
    newest: Option<Message>,
}

impl Known {
    async fn read(conversation: &Conversation) -> Result<Self, CliError> {
        let newest = MessageQuery { order: MessageOrder::SentDescending, limit: Some(1), ..MessageQuery::default() };
        Ok(Self {
            info: conversation.info().await?,
            status: conversation.status().await?,
            consent: conversation.consent().await?,
            newest: conversation.messages(newest).await?.pop(),
        })
    }

    fn name(&self) -> Option<&str> {
        self.info.attributes.get("group_name").map(String::as_str).filter(|name| !name.is_empty())
    }

    fn to_json(&self, conversation: &Conversation) -> Value {
        json!({
            "id": conversation.id().to_string(),
            "kind": conversation_kind(conversation.kind()),
            "peer_inbox_id": conversation.dm_peer().map(|peer| peer.to_string()),
            "name": self.name(),
            "member_inbox_ids": self.info.members.keys().map(ToString::to_string).collect::<Vec<_>>(),
            "created_at": rfc3339(conversation.created_at()),
            "last_message_at": self.newest.as_ref().map(|message| rfc3339(message.sent_at)),
            "consent": match self.consent {
                ConsentState::Allowed => "allowed",
                ConsentState::Denied => "denied",
                _ => "unknown",
            },
            "status": match &self.status {
                GroupStatus::Active => "active",
                GroupStatus::Removed => "removed",
                GroupStatus::Paused { .. } => "paused",
                GroupStatus::Stuck { .. } => "stuck",
            },
        })
    }

    async fn to_line(&self, conversation: &Conversation, client: &Client, names: &mut Names) -> String {
        let with = match (conversation.kind(), conversation.dm_peer()) {
            (ConversationKind::Dm, Some(peer)) => names.of(peer).await,
            _ => self.group_name(client, names).await,
        };
        let at = self.newest.as_ref().map_or_else(|| conversation.created_at(), |message| message.sent_at);
        let hint = match &self.status {
            GroupStatus::Active => String::new(),
            GroupStatus::Removed => "  (you were removed)".to_owned(),
            GroupStatus::Paused { version } => format!("  (waits for version {})", clean(version)),
            GroupStatus::Stuck { reason, .. } => format!("  (stuck: {})", clean(reason)),
        };
        format!(
            "{}  {:<5}  {}  {}{hint}",
            conversation.id(),
            conversation_kind(conversation.kind()),
            style(rfc3339(at).get(..16).unwrap_or_default().replace('T', " ")).dim(),
            style(with).bold(),
        )
    }

    /// The name of a group, or else its members.
    async fn group_name(&self, client: &Client, names: &mut Names) -> String {
        let count = self.info.members.len();
        if let Some(name) = self.name() {
            return format!("{} ({count} members)", clean(name).replace('\n', " "));
        }
        let others: Vec<_> = self.info.members.keys().copied().filter(|inbox| *inbox != client.inbox_id()).collect();
        match others.len() {
            0 => "only you".to_owned(),
            1..=3 => names.of_all(&others).await,
            _ => format!("{count} members"),
        }
    }
}
