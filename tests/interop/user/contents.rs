//! Contents as they are, and files, of a user of either client.
use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{User, of_either};

impl User {
    /// Sends content of a type in a form that the client itself may not make, and gives the message id.
    pub(crate) async fn send_raw(
        &self,
        conversation: &str,
        type_id: &str,
        text: &str,
        fallback: &str,
    ) -> Result<String> {
        of_either!(self, client => client.send_raw(conversation, type_id, text, fallback).await)
    }

    /// Seals a file. Gives the payload, hex, and the fields of a remote attachment that says how to open it.
    pub(crate) async fn seal(&self, file: &Value) -> Result<(String, Value)> {
        of_either!(self, client => client.seal(file).await)
    }

    /// Opens a sealed file.
    pub(crate) async fn open_file(&self, payload: &str, remote: &Value) -> Result<Value> {
        of_either!(self, client => client.open_file(payload, remote).await)
    }
}

/// What comes of sealing a file, taken apart and told where it would be uploaded to.
pub(crate) fn payload_and_keys(mut sealed: Value) -> Result<(String, Value)> {
    let members = sealed.as_object_mut().context("what is sealed is no object")?;
    let payload = members.remove("payload").and_then(|payload| payload.as_str().map(str::to_owned));
    members.insert("url".to_owned(), json!("https://files.example/sealed"));
    members.insert("scheme".to_owned(), json!("https://"));
    Ok((payload.context("there is no payload")?, sealed))
}
