//! A user of our client: what each request means in calls.
use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use xmtp_client::{Client, Conversation, GroupOptions, GroupQuery, InboxId, MessageQuery};
use xmtp_content_types::Content;

use super::{
    heard::Heard,
    request::{Act, text},
    sends,
};

/// A client, and handles of the conversations it has used.
#[derive(Debug)]
pub(crate) struct User {
    client: Client,
    known: HashMap<String, Conversation>,
    heard: Option<Heard>,
}

impl User {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, known: HashMap::new(), heard: None }
    }

    pub(crate) async fn close(&self) {
        self.client.close().await;
    }

    /// Does what is asked.
    pub(crate) async fn act(&mut self, act: Act) -> Result<Value> {
        let conversations = self.client.conversations();
        match act {
            Act::Open { .. } | Act::Close => bail!("the process opens and closes users"),
            Act::Groups { members, count } => self.create(&inboxes(&members)?, count).await,
            Act::Find { conversation } => self.find(&conversation).await.map(|_| Value::Null),
            Act::Sync => done(conversations.sync().await?),
            Act::SyncAll => done(conversations.sync_all().await.map(drop)?),
            Act::Refresh { conversation } => done(self.find(&conversation).await?.sync().await?),
            Act::Sends { conversations, count, senders, pause_us } => {
                let mut found = Vec::with_capacity(conversations.len());
                for id in &conversations {
                    found.push(self.find(id).await?);
                }
                sends::send(found, count, senders, pause_us).await
            }
            Act::Queue { conversation, count } => self.queue(&conversation, count).await,
            Act::Publish { conversation } => done(self.find(&conversation).await?.publish().await?),
            Act::Add { conversation, members } => {
                done(self.find(&conversation).await?.add_members(&inboxes(&members)?).await?)
            }
            Act::Remove { conversation, members } => {
                done(self.find(&conversation).await?.remove_members(&inboxes(&members)?).await?)
            }
            Act::Rename { conversation, name } => done(self.find(&conversation).await?.update_name(&name).await?),
            Act::List => Ok(json!({ "count": conversations.list(GroupQuery::default()).await?.len() })),
            Act::History { conversation } => {
                let all = self.find(&conversation).await?.enriched(MessageQuery::default()).await?;
                Ok(json!({ "count": all.len() }))
            }
            Act::Follow => {
                self.heard = Some(Heard::follow(self.client.stream_messages().await?));
                Ok(Value::Null)
            }
            Act::Received { count, patience_ms } => {
                self.heard.as_ref().context("follow comes first")?.wait(count, patience_ms).await
            }
        }
    }

    async fn find(&mut self, id: &str) -> Result<Conversation> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let found = self.client.conversations().find(&id.parse()?).await?;
        self.known.insert(id.to_owned(), found.clone());
        Ok(found)
    }

    async fn create(&mut self, members: &[InboxId], count: usize) -> Result<Value> {
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            let group = self.client.conversations().create_group(members, GroupOptions::default()).await?;
            let id = group.id().to_string();
            self.known.insert(id.clone(), group);
            ids.push(id);
        }
        Ok(json!({ "conversations": ids }))
    }

    async fn queue(&mut self, id: &str, count: usize) -> Result<Value> {
        let conversation = self.find(id).await?;
        for number in 0..count {
            conversation.send_later(Content::text(text(number)).encode().to_bytes(), true).await?;
        }
        Ok(Value::Null)
    }
}

fn done((): ()) -> Result<Value> {
    Ok(Value::Null)
}

fn inboxes(ids: &[String]) -> Result<Vec<InboxId>> {
    Ok(ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()?)
}
