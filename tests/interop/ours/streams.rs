//! How a user of our client follows what happens.
use std::collections::HashMap;

use anyhow::{Context, Result};
use xmtp_client::{
    ConversationKind, ConversationStream, ConversationStreamOptions, DeletionStream, MessageStream,
    MessageStreamOptions,
};

use super::{Ours, messages::read};
use crate::{
    driver::LONGEST_ANSWER,
    seen::{self, Message, Stream},
};

/// What is followed, by the name a scenario gave it.
#[derive(Debug, Default)]
pub(super) struct Streams {
    messages: HashMap<String, MessageStream>,
    conversations: HashMap<String, ConversationStream>,
    deletions: HashMap<String, DeletionStream>,
}

impl Ours {
    /// Follows what `what` says from here on under the name `stream`.
    pub(crate) async fn follow(&mut self, stream: &str, what: &Stream) -> Result<()> {
        match what {
            Stream::Messages => self.follow_messages_of(stream, None).await,
            Stream::GroupMessages => self.follow_messages_of(stream, Some(ConversationKind::Group)).await,
            Stream::DmMessages => self.follow_messages_of(stream, Some(ConversationKind::Dm)).await,
            Stream::Conversation(id) => {
                let opened = self.find(id).await?.stream_messages().await?;
                self.streams.messages.insert(stream.to_owned(), opened);
                Ok(())
            }
            Stream::Conversations => self.follow_conversations_of(stream, None).await,
            Stream::Groups => self.follow_conversations_of(stream, Some(ConversationKind::Group)).await,
            Stream::Dms => self.follow_conversations_of(stream, Some(ConversationKind::Dm)).await,
            Stream::Deletions => {
                let opened = self.client.stream_deletions().await?;
                self.streams.deletions.insert(stream.to_owned(), opened);
                Ok(())
            }
        }
    }

    async fn follow_messages_of(&mut self, stream: &str, kind: Option<ConversationKind>) -> Result<()> {
        let options = MessageStreamOptions { kind, ..MessageStreamOptions::default() };
        let opened = self.client.stream_messages_with(options).await?;
        self.streams.messages.insert(stream.to_owned(), opened);
        Ok(())
    }

    async fn follow_conversations_of(&mut self, stream: &str, kind: Option<ConversationKind>) -> Result<()> {
        let options = ConversationStreamOptions { kind, ..ConversationStreamOptions::default() };
        let opened = self.client.conversations().stream_with(options).await?;
        self.streams.conversations.insert(stream.to_owned(), opened);
        Ok(())
    }

    /// The next message of a stream.
    pub(crate) async fn next_message(&mut self, stream: &str) -> Result<Message> {
        let stream = self.streams.messages.get_mut(stream).context("no such stream")?;
        Ok(read(&in_time(stream.next()).await?.context("the stream has ended")?))
    }

    /// The next messages of a stream.
    pub(crate) async fn next_messages(&mut self, stream: &str, count: usize) -> Result<Vec<Message>> {
        let mut all = Vec::new();
        while all.len() < count {
            all.push(self.next_message(stream).await?);
        }
        Ok(all)
    }

    /// The next conversation of a stream.
    pub(crate) async fn next_conversation(&mut self, stream: &str) -> Result<seen::Conversation> {
        let stream = self.streams.conversations.get_mut(stream).context("no such stream")?;
        let next = in_time(stream.next()).await?.context("the stream has ended")?;
        self.describe(&next.id().to_string()).await
    }

    /// The next id of a stream of deletions.
    pub(crate) async fn next_deletion(&mut self, stream: &str) -> Result<String> {
        let stream = self.streams.deletions.get_mut(stream).context("no such stream")?;
        Ok(in_time(stream.next()).await?.context("the stream has ended")?.message.to_string())
    }

    pub(crate) fn end_stream(&mut self, stream: &str) -> Result<()> {
        self.streams.messages.remove(stream).context("no such stream").map(drop)
    }
}

/// Nothing in so long is a failure, not slowness.
async fn in_time<T>(next: impl Future<Output = Result<T, xmtp_client::ClientError>>) -> Result<T> {
    Ok(tokio::time::timeout(LONGEST_ANSWER, next).await.context("nothing came")??)
}
