//! The load: several tasks sending in every conversation, and one that commits.
use crate::{report, see};
use anyhow::Result;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, ClientError, Conversation, ConversationKind, GroupQuery, InboxId};
use xmtp_tests::{
    kill::{ClientPart, Report, Text},
    random::Random,
};

/// Tasks at work.
#[derive(Debug)]
pub(crate) struct Load {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Load {
    /// Starts them.
    pub(crate) async fn start(client: &Client, part: &ClientPart) -> Result<Self> {
        let conversations = client.conversations().list(GroupQuery::default()).await?;
        let mut random = Random::from_seed(part.seed);
        let (mut tasks, stop) = (JoinSet::new(), CancellationToken::new());
        for (number, conversation) in conversations.iter().enumerate() {
            for task in 0..part.senders {
                let sender = Sender {
                    prefix: format!("{} {:016x} {number} {task}", part.name, part.seed),
                    conversation: conversation.clone(),
                    random: Random::from_seed(random.draw()),
                    pause: part.pause,
                };
                tasks.spawn(sender.run(stop.clone()));
            }
        }
        let committer = Committer {
            conversations,
            random,
            visitor: part.visitor.parse()?,
            visited: part.visited.clone(),
            pause: part.commit_pause,
        };
        tasks.spawn(committer.run(stop.clone()));
        Ok(Self { tasks, stop })
    }

    /// Lets every task finish what it has begun.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

struct Sender {
    prefix: String,
    conversation: Conversation,
    random: Random,
    pause: u64,
}

impl Sender {
    async fn run(mut self, stop: CancellationToken) {
        for number in 0u64.. {
            let says = format!("{} {number}", self.prefix);
            let text = |id: xmtp_client::MessageId| Text {
                group: see::id_of(&self.conversation),
                id: hex::encode(id.as_bytes()),
                says: says.clone(),
            };
            match self.conversation.send(says.clone().into_bytes(), true).await {
                Ok(id) => report(&Report::Sent(text(id))),
                Err(ClientError::Queued { message, .. }) => report(&Report::Queued(text(message))),
                Err(error) => see::failure("send", &error),
            }
            if is_stopped_after(&stop, self.random.within(0..self.pause)).await {
                return;
            }
        }
    }
}

struct Committer {
    conversations: Vec<Conversation>,
    random: Random,
    visitor: InboxId,
    visited: Vec<String>,
    pause: u64,
}

impl Committer {
    async fn run(mut self, stop: CancellationToken) {
        while !is_stopped_after(&stop, self.random.within(0..self.pause)).await {
            let Some(conversation) = self.random.one_of(&self.conversations).cloned() else { return };
            let (what, done) = match self.random.within(0..4) {
                0 | 1 if self.visited.contains(&see::id_of(&conversation)) => {
                    ("visit", self.visit(&conversation).await)
                }
                0..=2 if conversation.kind() == ConversationKind::Group => {
                    let name = format!("name {}", self.random.draw());
                    ("rename", conversation.update_name(&name).await)
                }
                _ => ("rotation", conversation.rotate_keys().await),
            };
            if let Err(error) = done {
                see::failure(what, &error);
            }
        }
    }

    /// Lets the visitor in, or out.
    async fn visit(&self, conversation: &Conversation) -> Result<(), ClientError> {
        if conversation.info().await?.members.contains_key(&self.visitor) {
            conversation.remove_members(&[self.visitor]).await
        } else {
            conversation.add_members(&[self.visitor]).await
        }
    }
}

async fn is_stopped_after(stop: &CancellationToken, milliseconds: u64) -> bool {
    tokio::time::timeout(Duration::from_millis(milliseconds), stop.cancelled()).await.is_ok()
}
