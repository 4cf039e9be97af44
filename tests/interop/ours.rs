//! A user of our client.
use std::{collections::HashMap, path::PathBuf};

use anyhow::{Context, Result, bail};
use xmtp_client::{
    AdminChange, Client, Conversation, ConversationKind, DatabaseKey, Environment, Event, GroupInfo, GroupOptions,
    GroupQuery, GroupStatus, Identifier, InboxId, MessageQuery, MessageStream, Network, Role,
};
use xmtp_content_types::{
    Content, ContentTypeId, EncodedContent, GroupUpdated, Reaction, ReactionAction, Reference, Reply,
};

pub(crate) mod inbox;
mod preferences;

use crate::{
    account::Account,
    seen::{self, Change, Message, Said, Updated},
    world::API_URL,
};

/// A user of our client, in this process.
#[derive(Debug)]
pub(crate) struct Ours {
    client: Client,
    account: Account,
    folder: PathBuf,
    inbox_id: String,
    installation_id: String,
    messages: HashMap<String, MessageStream>,
    events: HashMap<String, tokio::sync::broadcast::Receiver<Event>>,
    preferences: preferences::Streams,
}

impl Ours {
    /// Opens or creates the database in `folder` and registers if that has not happened.
    pub(crate) async fn open(account: Account, nonce: Option<u64>, folder: PathBuf) -> Result<Self> {
        let mut builder = Client::builder(account.clone())
            .network(network())
            .data_folder(&folder)
            .database_key(DatabaseKey::from_bytes([7; 32]));
        if let Some(nonce) = nonce {
            builder = builder.nonce(nonce);
        }
        let client = builder.build().await?;
        Ok(Self {
            inbox_id: client.inbox_id().to_string(),
            installation_id: client.installation_id().to_string(),
            client,
            account,
            folder,
            messages: HashMap::new(),
            events: HashMap::new(),
            preferences: HashMap::new(),
        })
    }

    /// Drops the client as it stands, and opens the same database again.
    pub(crate) async fn restart(self) -> Result<Self> {
        let Self { client, account, folder, .. } = self;
        drop(client);
        Self::open(account, None, folder).await
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn inbox_id(&self) -> &str {
        &self.inbox_id
    }

    pub(crate) fn installation_id(&self) -> &str {
        &self.installation_id
    }

    pub(crate) async fn dm(&self, inbox_id: &str) -> Result<String> {
        Ok(self.client.conversations().dm(inbox_id.parse()?).await?.id().to_string())
    }

    pub(crate) async fn dm_by_identifier(&self, identifier: &Identifier) -> Result<String> {
        let peer = self.client.inbox_of(identifier).await?;
        Ok(self.client.conversations().dm(peer).await?.id().to_string())
    }

    pub(crate) async fn group(&self, members: &[&str], name: &str) -> Result<String> {
        let options = GroupOptions { name: name.to_owned(), ..GroupOptions::default() };
        Ok(self.client.conversations().create_group(&inboxes(members)?, options).await?.id().to_string())
    }

    pub(crate) async fn sync_all(&self) -> Result<()> {
        self.client.conversations().sync_all().await?;
        Ok(())
    }

    async fn find(&self, conversation: &str) -> Result<Conversation> {
        Ok(self.client.conversations().find(&conversation.parse()?).await?)
    }

    pub(crate) async fn refresh(&self, conversation: &str) -> Result<()> {
        Ok(self.find(conversation).await?.sync().await?)
    }

    pub(crate) async fn conversations(&self) -> Result<Vec<String>> {
        let all = self.client.conversations().list(GroupQuery::default()).await?;
        Ok(all.iter().map(|conversation| conversation.id().to_string()).collect())
    }

    pub(crate) async fn describe(&self, conversation: &str) -> Result<seen::Conversation> {
        let conversation = self.find(conversation).await?;
        let status = conversation.status().await?;
        if !matches!(status, GroupStatus::Active | GroupStatus::Removed) {
            bail!("the group does not move on: {status:?}");
        }
        Ok(describe(&conversation, &conversation.info().await?, status == GroupStatus::Active))
    }

    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        let all = self.find(conversation).await?.messages(MessageQuery::default()).await?;
        Ok(all.iter().map(read).collect())
    }

    pub(crate) async fn message(&self, id: &str) -> Result<Option<Message>> {
        Ok(self.client.message(id.parse()?).await?.as_ref().map(read))
    }

    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        let encoded = encode(said)?;
        let should_push = Content::from(encoded.clone()).should_push();
        Ok(self.find(conversation).await?.send(encoded.to_bytes(), should_push).await?.to_string())
    }

    pub(crate) async fn change(&self, conversation: &str, change: &Change) -> Result<()> {
        let conversation = self.find(conversation).await?;
        match change {
            Change::Add(members) => conversation.add_members(&inboxes(members)?).await?,
            Change::Remove(members) => conversation.remove_members(&inboxes(members)?).await?,
            Change::Name(name) => conversation.update_name(name).await?,
            Change::Description(text) => conversation.update_description(text).await?,
            Change::AddAdmin(member) => conversation.update_role(member.parse()?, AdminChange::AddAdmin).await?,
            Change::RemoveAdmin(member) => conversation.update_role(member.parse()?, AdminChange::RemoveAdmin).await?,
            Change::AddSuperAdmin(member) => {
                conversation.update_role(member.parse()?, AdminChange::AddSuperAdmin).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn stream_messages(&mut self, stream: &str) -> Result<()> {
        self.messages.insert(stream.to_owned(), self.client.stream_messages().await?);
        Ok(())
    }

    pub(crate) async fn stream_conversations(&mut self, stream: &str) -> Result<()> {
        self.events.insert(stream.to_owned(), self.client.events());
        self.stream_messages(stream).await
    }

    pub(crate) async fn next_message(&mut self, stream: &str) -> Result<Message> {
        let stream = self.messages.get_mut(stream).context("no such stream")?;
        Ok(read(&stream.next().await?.context("the stream has ended")?))
    }

    pub(crate) async fn next_conversation(&mut self, stream: &str) -> Result<seen::Conversation> {
        let events = self.events.get_mut(stream).context("no such stream")?;
        loop {
            if let Event::Joined { group } = events.recv().await? {
                return self.describe(&group.to_string()).await;
            }
        }
    }
}

fn network() -> Network {
    Network::at(Environment::Local, API_URL)
}

fn inboxes<T: AsRef<str>>(ids: &[T]) -> Result<Vec<InboxId>> {
    Ok(ids.iter().map(|id| id.as_ref().parse()).collect::<Result<_, _>>()?)
}

fn describe(conversation: &Conversation, info: &GroupInfo, is_active: bool) -> seen::Conversation {
    let is_dm = conversation.kind() == ConversationKind::Dm;
    let attribute = |name: &str| match info.attributes.get(name) {
        Some(value) if !is_dm => value.clone(),
        _ => String::new(),
    };
    let with_role = |role: Role| {
        let having = info.members.iter().filter(|(_, member)| !is_dm && member.role == role);
        having.map(|(inbox, _)| inbox.to_string()).collect()
    };
    seen::Conversation {
        id: conversation.id().to_string(),
        is_dm,
        is_active,
        epoch: info.epoch.as_u64(),
        name: attribute("group_name"),
        description: attribute("description"),
        creator: info.creator.to_string(),
        members: info.members.keys().map(ToString::to_string).collect(),
        installations: info.members.values().flat_map(|it| &it.installations).map(ToString::to_string).collect(),
        admins: with_role(Role::Admin),
        super_admins: with_role(Role::SuperAdmin),
    }
}

fn encode(said: &Said) -> Result<EncodedContent> {
    let content = match said {
        Said::Text(text) => Content::text(text),
        Said::Markdown(text) => Content::markdown(text),
        Said::ReadReceipt => Content::ReadReceipt,
        Said::Reply { reference, text } => Reply::new(Reference::from(reference.as_str()), text.as_str()).into(),
        Said::Reaction { reference, emoji, removed: false } => Reaction::added(reference.parse()?, emoji).into(),
        Said::Reaction { reference, emoji, removed: true } => Reaction::removed(reference.parse()?, emoji).into(),
        Said::Unknown { type_id, fallback } => {
            let (authority, name) = type_id.split_once('/').context("a content type has a slash")?;
            let encoded = EncodedContent::new(ContentTypeId::new(authority, name, 1, 0), "its own bytes");
            return Ok(match fallback {
                Some(fallback) => encoded.with_fallback(fallback),
                None => encoded,
            });
        }
        Said::Updated(_) => bail!("an update is never sent"),
    };
    Ok(content.encode())
}

fn read(message: &xmtp_client::Message) -> Message {
    Message {
        id: message.id.to_string(),
        sender: message.sender.to_string(),
        sent_at_ns: message.sent_at.as_nanos(),
        said: said(Content::from_bytes(&message.content)),
    }
}

fn said(content: Content) -> Said {
    let unknown = |type_id: &ContentTypeId, fallback: Option<&str>| Said::Unknown {
        type_id: format!("{}/{}", type_id.authority(), type_id.name()),
        fallback: fallback.map(str::to_owned),
    };
    match content {
        Content::Text(text) => Said::Text(text),
        Content::Markdown(text) => Said::Markdown(text),
        Content::ReadReceipt => Said::ReadReceipt,
        Content::Reply(reply) => Said::Reply {
            reference: reply.reference.as_str().to_owned(),
            text: reply.content.as_text().unwrap_or_default().to_owned(),
        },
        Content::Reaction(reaction) => Said::Reaction {
            reference: reaction.reference.as_str().to_owned(),
            removed: reaction.action == ReactionAction::Removed,
            emoji: reaction.content,
        },
        Content::GroupUpdated(update) => Said::Updated(updated(&update)),
        Content::Unknown(content) => unknown(content.encoded().type_id(), content.fallback()),
        other => unknown(&other.type_id(), other.fallback().as_deref()),
    }
}

fn updated(update: &GroupUpdated) -> Updated {
    let ids = |inboxes: &[InboxId]| inboxes.iter().map(ToString::to_string).collect();
    Updated {
        by: update.initiated_by.map(|inbox| inbox.to_string()).unwrap_or_default(),
        added: ids(&update.added),
        removed: ids(&update.removed),
        metadata: update
            .metadata
            .iter()
            .map(|it| (it.field.clone(), it.old.clone().unwrap_or_default(), it.new.clone().unwrap_or_default()))
            .collect(),
    }
}
