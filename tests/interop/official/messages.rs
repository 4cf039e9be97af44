//! What a user of the official client says and reads.
use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use super::Official;
use crate::seen::{self, Enriched, Message, Query, Said};

impl Official {
    pub(crate) async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        seen::messages(self.ask("messages", json!({ "conversation": conversation })).await?)
    }

    /// The message with this id, if it is stored. Read receipts are stored but not listed.
    pub(crate) async fn message(&self, id: &str) -> Result<Option<Message>> {
        match self.ask("message", json!({ "message": id })).await? {
            Value::Null => Ok(None),
            message => seen::message(message).map(Some),
        }
    }

    /// Sends `said` and gives the message id.
    pub(crate) async fn send(&self, conversation: &str, said: &Said) -> Result<String> {
        if let Said::Fields(fields) = said {
            return self.send_fields(conversation, fields).await;
        }
        self.ask_id("send", saying(conversation, said)?).await
    }

    /// Stores `said` and gives the message id.
    pub(crate) async fn send_later(&self, conversation: &str, said: &Said) -> Result<String> {
        self.ask_id("sendLater", saying(conversation, said)?).await
    }

    pub(crate) async fn publish(&self, conversation: &str) -> Result<()> {
        self.ask("publish", json!({ "conversation": conversation })).await.map(drop)
    }

    pub(crate) async fn delete_message(&self, conversation: &str, id: &str) -> Result<()> {
        self.ask("deleteMessage", json!({ "conversation": conversation, "message": id })).await.map(drop)
    }

    pub(crate) async fn enriched(&self, conversation: &str, query: &Query) -> Result<Vec<Enriched>> {
        seen::enriched(self.ask("query", json!({ "conversation": conversation, "query": query.to_json() })).await?)
    }

    pub(crate) async fn count(&self, conversation: &str, query: &Query) -> Result<u64> {
        self.read("count", json!({ "conversation": conversation, "query": query.to_json() })).await
    }

    pub(crate) async fn last(&self, conversation: &str) -> Result<Option<Message>> {
        match self.ask("last", json!({ "conversation": conversation })).await? {
            Value::Null => Ok(None),
            message => seen::message(message).map(Some),
        }
    }

    /// When members read last, in nanoseconds since 1970, as a number of JavaScript holds it.
    pub(crate) async fn read_times(&self, conversation: &str) -> Result<BTreeMap<String, f64>> {
        self.read("readTimes", json!({ "conversation": conversation })).await
    }
}

fn saying(conversation: &str, said: &Said) -> Result<Value> {
    let mut request = match said {
        Said::Text(text) => json!({ "type": "text", "text": text }),
        Said::Markdown(text) => json!({ "type": "markdown", "text": text }),
        Said::ReadReceipt => json!({ "type": "readReceipt" }),
        Said::Reply { reference, text } => json!({ "type": "reply", "reference": reference, "text": text }),
        Said::Reaction { reference, emoji, removed } => json!({
            "type": "reaction", "reference": reference, "referenceInboxId": "", "emoji": emoji, "removed": removed,
        }),
        Said::Unknown { type_id, fallback } => {
            let name = type_id.rsplit('/').next();
            json!({ "type": "custom", "typeId": name, "text": "its own bytes", "fallback": fallback })
        }
        Said::Updated(_) | Said::LeaveRequest | Said::Deleted { .. } | Said::Fields(_) => {
            anyhow::bail!("{said:?} is not sent so")
        }
    };
    if let Value::Object(request) = &mut request {
        request.insert("conversation".to_owned(), json!(conversation));
    }
    Ok(request)
}
