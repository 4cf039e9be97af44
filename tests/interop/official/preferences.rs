//! What a user of the official client does with preferences.
use anyhow::Result;
use serde_json::{Value, json};

use super::Official;
use crate::preference::{self, About, Keys, Preferred, Wanted};

impl Official {
    pub(crate) async fn consent(&self, about: &About) -> Result<Wanted> {
        Ok(serde_json::from_value(self.ask("consentOf", about.to_json()).await?)?)
    }

    pub(crate) async fn set_consent(&self, decisions: &[(About, Wanted)]) -> Result<()> {
        let decisions: Vec<Value> = decisions.iter().map(decision).collect();
        self.ask("setConsent", json!({ "decisions": decisions })).await.map(drop)
    }

    pub(crate) async fn set_conversation_consent(&self, conversation: &str, wanted: Wanted) -> Result<()> {
        let request = json!({ "conversation": conversation, "state": wanted.name() });
        self.ask("setConversationConsent", request).await.map(drop)
    }

    pub(crate) async fn sync_preferences(&self) -> Result<()> {
        self.ask("syncPreferences", json!({})).await.map(drop)
    }

    pub(crate) async fn hmac_keys(&self) -> Result<Keys> {
        preference::keys(self.ask("hmacKeys", json!({})).await?)
    }

    pub(crate) async fn conversation_hmac_keys(&self, conversation: &str) -> Result<Keys> {
        preference::keys(self.ask("conversationHmacKeys", json!({ "conversation": conversation })).await?)
    }

    pub(crate) async fn stream_preferences(&self, stream: &str) -> Result<()> {
        self.ask("streamPreferences", json!({ "stream": stream })).await.map(drop)
    }

    pub(crate) async fn next_preference(&self, stream: &str) -> Result<Preferred> {
        preference::change(self.ask("nextPreference", json!({ "stream": stream })).await?)
    }
}

fn decision((about, wanted): &(About, Wanted)) -> Value {
    let mut decision = about.to_json();
    if let Value::Object(decision) = &mut decision {
        decision.insert("state".to_owned(), json!(wanted.name()));
    }
    decision
}
