//! How a user of the official client lists, accepts, inspects and follows conversations.
use anyhow::Result;
use serde_json::{Value, json};

use super::Official;
use crate::{
    preference::Wanted,
    seen::{self, Conversation, Debug, Filter, Message, Stream},
};

impl Official {
    pub(crate) async fn list(&self, filter: &Filter) -> Result<Vec<String>> {
        self.read("list", json!({ "filter": filter.to_json() })).await
    }

    /// When the user made or joined it, in nanoseconds since 1970.
    pub(crate) async fn created_at(&self, conversation: &str) -> Result<u64> {
        Ok(self.ask_id("createdAt", json!({ "conversation": conversation })).await?.parse()?)
    }

    pub(crate) async fn duplicates(&self, conversation: &str) -> Result<Vec<String>> {
        self.read("duplicates", json!({ "conversation": conversation })).await
    }

    pub(crate) async fn consent_of(&self, conversation: &str) -> Result<Wanted> {
        self.read("consentOfConversation", json!({ "conversation": conversation })).await
    }

    pub(crate) async fn sync_all_with(&self, consent: &[Wanted]) -> Result<()> {
        let names: Vec<_> = consent.iter().map(|wanted| wanted.name()).collect();
        self.ask("syncAllWith", json!({ "consent": names })).await.map(drop)
    }

    pub(crate) async fn debug(&self, conversation: &str) -> Result<Debug> {
        self.read("debug", json!({ "conversation": conversation })).await
    }

    /// Follows what `what` says from here on under the name `stream`.
    pub(crate) async fn follow(&self, stream: &str, what: &Stream) -> Result<()> {
        let mut request = json!({ "stream": self.stream(stream), "what": what.name() });
        if let (Value::Object(request), Stream::Conversation(id)) = (&mut request, what) {
            request.insert("conversation".to_owned(), json!(id));
        }
        self.ask("follow", request).await.map(drop)
    }

    /// The next message of a stream.
    pub(crate) async fn next_message(&self, stream: &str) -> Result<Message> {
        seen::message(self.ask("next", json!({ "stream": self.stream(stream) })).await?)
    }

    /// The next messages of a stream.
    pub(crate) async fn next_messages(&self, stream: &str, count: usize) -> Result<Vec<Message>> {
        let request = json!({ "stream": self.stream(stream), "count": count });
        self.read::<Vec<Value>>("nextMany", request).await?.into_iter().map(seen::message).collect()
    }

    /// The next conversation of a stream.
    pub(crate) async fn next_conversation(&self, stream: &str) -> Result<Conversation> {
        seen::conversation(self.ask("next", json!({ "stream": self.stream(stream) })).await?)
    }

    /// The next id of a stream of deletions.
    pub(crate) async fn next_deletion(&self, stream: &str) -> Result<String> {
        self.ask_id("next", json!({ "stream": self.stream(stream) })).await
    }

    /// Waits until a stream that the node ended is open again, having missed what was said since.
    pub(crate) async fn stream_restarted(&self, stream: &str) -> Result<bool> {
        self.ask("restarted", json!({ "stream": self.stream(stream) })).await?;
        Ok(true)
    }

    pub(crate) async fn end_stream(&self, stream: &str) -> Result<()> {
        self.ask("endStream", json!({ "stream": self.stream(stream) })).await.map(drop)
    }

    /// Users of one process choose the names of their streams by themselves.
    fn stream(&self, name: &str) -> String {
        format!("{}/{name}", self.setup.name)
    }
}
