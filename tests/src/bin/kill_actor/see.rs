//! What a client sees, as reports.
use crate::report;
use anyhow::Result;
use std::collections::BTreeMap;
use xmtp_client::{Client, ClientError, Conversation, GroupQuery};
use xmtp_tests::{
    kill::{Report, Seen},
    see,
};

/// Every conversation.
pub(crate) async fn conversations(client: &Client) -> Result<BTreeMap<String, Seen>> {
    let mut all = BTreeMap::new();
    for conversation in client.conversations().list(GroupQuery::default()).await? {
        all.insert(id_of(&conversation), see::conversation(&conversation).await?);
    }
    Ok(all)
}

/// The id of a conversation in hexadecimal characters.
pub(crate) fn id_of(conversation: &Conversation) -> String {
    hex::encode(conversation.id().as_bytes())
}

/// Reports that something did not work.
pub(crate) fn failure(what: &str, error: &ClientError) {
    report(&Report::Failed { what: what.to_owned(), error: error.to_string(), expected: error.is_retryable() });
}
