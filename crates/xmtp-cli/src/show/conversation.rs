//! A conversation: as a row for a person, or as JSON for a script. Fields are only ever added.
use super::{Names, Tone, clean, rfc3339};
use crate::error::CliError;
use serde_json::{Value, json};
use xmtp_client::{
    Client, ConsentState, Conversation, ConversationKind, Disappearing, GroupInfo, GroupStatus, InboxId, Message,
    MessageOrder, MessageQuery, Role,
};

/// What is known of a conversation.
pub(crate) struct Known {
    pub(crate) conversation: Conversation,
    pub(crate) info: GroupInfo,
    status: GroupStatus,
    consent: ConsentState,
    newest: Option<Message>,
    added_by: InboxId,
    disappearing: Option<Disappearing>,
    is_leaving: bool,
}

impl Known {
    /// Reads it as it is kept here.
    ///
    /// # Errors
    /// [`CliError::Client`].
    pub(crate) async fn read(conversation: &Conversation) -> Result<Self, CliError> {
        let newest = MessageQuery { order: MessageOrder::SentDescending, limit: Some(1), ..MessageQuery::default() };
        Ok(Self {
            conversation: conversation.clone(),
            info: conversation.info().await?,
            status: conversation.status().await?,
            consent: conversation.consent().await?,
            newest: conversation.messages(newest).await?.pop(),
            added_by: conversation.added_by().await?,
            disappearing: conversation.disappearing().await?,
            is_leaving: conversation.is_leaving().await?,
        })
    }

    /// What the group says about itself under `attribute`, if it says something.
    pub(crate) fn attribute(&self, attribute: &str) -> Option<&str> {
        self.info.attributes.get(attribute).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// One object for a script.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.conversation.id().to_string(),
            "kind": conversation_kind(self.conversation.kind()),
            "peer_inbox_id": self.conversation.dm_peer().map(|peer| peer.to_string()),
            "name": self.attribute("group_name"),
            "description": self.attribute("description"),
            "image_url": self.attribute("group_image_url_square"),
            "app_data": self.attribute("app_data"),
            "disappearing": self.disappearing.map(|settings| json!({
                "from": rfc3339(settings.from),
                "after_seconds": settings.after.as_secs_f64(),
            })),
            "minimum_version": self.info.minimum_version,
            "creator_inbox_id": self.info.creator.to_string(),
            "added_by_inbox_id": self.added_by.to_string(),
            "member_inbox_ids": self.info.members.keys().map(ToString::to_string).collect::<Vec<_>>(),
            "created_at": rfc3339(self.conversation.created_at()),
            "last_message_at": self.newest.as_ref().map(|message| rfc3339(message.sent_at)),
            "consent": consent(self.consent),
            "status": status(&self.status),
            "leaving": self.is_leaving,
        })
    }

    /// Cells under [`COLUMNS`].
    pub(crate) async fn to_row(&self, client: &Client, names: &mut Names) -> [(Tone, String); 4] {
        let at = self.newest.as_ref().map_or_else(|| self.conversation.created_at(), |message| message.sent_at);
        let with = format!("{}{}", self.title(client, names).await, self.hint());
        [
            (Tone::Plain, self.conversation.id().to_string()),
            (Tone::Plain, conversation_kind(self.conversation.kind()).to_owned()),
            (Tone::Faint, super::time::minute(at)),
            (Tone::Strong, with),
        ]
    }

    /// What to call it: the other person, the name of the group, or else its members.
    pub(crate) async fn title(&self, client: &Client, names: &mut Names) -> String {
        if let (ConversationKind::Dm, Some(peer)) = (self.conversation.kind(), self.conversation.dm_peer()) {
            return names.of(peer).await;
        }
        let count = self.info.members.len();
        if let Some(name) = self.attribute("group_name") {
            return format!("{} ({count} members)", clean(name).replace('\n', " "));
        }
        let others: Vec<_> = self.info.members.keys().copied().filter(|inbox| *inbox != client.inbox_id()).collect();
        match others.len() {
            0 => "only you".to_owned(),
            1..=3 => names.of_all(&others).await,
            _ => format!("{count} members"),
        }
    }

    fn hint(&self) -> String {
        let consent = match self.consent {
            ConsentState::Denied => "  (denied)",
            _ if self.is_leaving => "  (you asked to leave)",
            _ => "",
        };
        match &self.status {
            GroupStatus::Active => consent.to_owned(),
            other => format!("  ({})", status_words(other)),
        }
    }

    /// Everything there is to say about it, a line each, for a person.
    pub(crate) async fn facts(&self, client: &Client, names: &mut Names) -> Vec<(&'static str, String)> {
        let line = |text: &str| clean(text).replace('\n', " ");
        let mut facts = vec![
            ("conversation", self.conversation.id().to_string()),
            ("kind", conversation_kind(self.conversation.kind()).to_owned()),
            ("with", self.title(client, names).await),
        ];
        for (label, attribute) in
            [("description", "description"), ("picture", "group_image_url_square"), ("app data", "app_data")]
        {
            facts.extend(self.attribute(attribute).map(|value| (label, line(value))));
        }
        if let Some(settings) = self.disappearing {
            facts.push((
                "disappearing",
                format!("messages go {} after they arrived", super::time::words(settings.after)),
            ));
        }
        facts.extend(
            self.info.minimum_version.as_deref().map(|version| ("needs", format!("version {}", line(version)))),
        );
        facts.push(("joined", super::time::minute(self.conversation.created_at())));
        facts.push(("added by", names.of(self.added_by).await));
        facts.push(("members", self.info.members.len().to_string()));
        facts.push(("consent", consent(self.consent).to_owned()));
        facts.push(("status", status_words(&self.status)));
        facts
    }
}

/// The headings of [`Known::to_row`].
pub(crate) const COLUMNS: [&str; 4] = ["id", "kind", "active", "with"];

/// `dm` or `group`; `sync` and `oneshot` are hidden.
pub(crate) const fn conversation_kind(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::Dm => "dm",
        ConversationKind::Group => "group",
        ConversationKind::Sync => "sync",
        ConversationKind::Oneshot => "oneshot",
    }
}

/// `allowed`, `denied` or `unknown`.
pub(crate) const fn consent(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Allowed => "allowed",
        ConsentState::Denied => "denied",
        ConsentState::Unknown => "unknown",
    }
}

/// `active`, `removed`, `paused` or `stuck`.
pub(crate) const fn status(status: &GroupStatus) -> &'static str {
    match status {
        GroupStatus::Active => "active",
        GroupStatus::Removed => "removed",
        GroupStatus::Paused { .. } => "paused",
        GroupStatus::Stuck { .. } => "stuck",
    }
}

/// `member`, `admin` or `super_admin`.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
        Role::SuperAdmin => "super_admin",
    }
}

fn status_words(status: &GroupStatus) -> String {
    match status {
        GroupStatus::Active => "active".to_owned(),
        GroupStatus::Removed => "you were removed".to_owned(),
        GroupStatus::Paused { version } => format!("waits for version {}", clean(version)),
        GroupStatus::Stuck { reason, .. } => format!("stuck: {}", clean(reason)),
    }
}
