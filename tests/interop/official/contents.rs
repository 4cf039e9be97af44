//! Contents with fields of their own, and files, of a user of the official client.
use anyhow::Result;
use serde_json::{Value, json};

use super::Official;
use crate::seen::{Fields, plain};

impl Official {
    pub(super) async fn send_fields(&self, conversation: &str, said: &Fields) -> Result<String> {
        let request = json!({ "conversation": conversation, "type": said.type_id, "fields": said.fields });
        self.ask_id("sendFields", request).await
    }

    pub(crate) async fn send_raw(
        &self,
        conversation: &str,
        type_id: &str,
        text: &str,
        fallback: &str,
    ) -> Result<String> {
        let request = json!({ "conversation": conversation, "type": type_id, "text": text, "fallback": fallback });
        self.ask_id("sendRaw", request).await
    }

    pub(crate) async fn seal(&self, file: &Value) -> Result<(String, Value)> {
        let sealed = plain(self.ask("seal", json!({ "fields": file })).await?);
        crate::user::payload_and_keys(sealed)
    }

    pub(crate) async fn open_file(&self, payload: &str, remote: &Value) -> Result<Value> {
        Ok(plain(self.ask("open", json!({ "payload": payload, "fields": remote })).await?))
    }
}
