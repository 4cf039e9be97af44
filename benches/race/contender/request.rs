//! What contenders are asked to do: the same words for ours and for the official one.
use std::path::PathBuf;

use serde::Deserialize;

/// One line of input: a user, and what it does.
#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    /// Which user of this process.
    #[serde(rename = "as")]
    pub(crate) user: String,
    #[serde(flatten)]
    pub(crate) act: Act,
}

/// What a user can do. `conversation` is an id, `members` are inbox ids.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Act {
    /// Opens the database in `folder`, and registers if it is new. `key` is the wallet's, in hex.
    Open { key: String, folder: PathBuf },
    /// Closes the client, where it can be closed.
    Close,
    /// Creates `count` groups with these members, one after the other.
    Groups { members: Vec<String>, count: usize },
    /// Gets a handle of a conversation, so that what follows need not look it up.
    Find { conversation: String },
    /// Joins new groups.
    Sync,
    /// Joins new groups and reads what is new in all.
    SyncAll,
    /// Reads what is new in one conversation.
    Refresh { conversation: String },
    /// Sends `count` texts, in turn to each of the conversations, by so many senders at a time. With a pause, text N is
    /// sent N pauses after the first.
    Sends { conversations: Vec<String>, count: usize, senders: usize, pause_us: u64 },
    /// Stores `count` texts without sending them.
    Queue { conversation: String, count: usize },
    /// Sends what is stored.
    Publish { conversation: String },
    /// Adds members.
    Add { conversation: String, members: Vec<String> },
    /// Removes members.
    Remove { conversation: String, members: Vec<String> },
    /// Changes the name.
    Rename { conversation: String, name: String },
    /// Lists all conversations.
    List,
    /// Reads all messages of a conversation, with what they say.
    History { conversation: String },
    /// Begins to note when texts arrive.
    Follow,
    /// Waits until `count` texts have arrived, or none for so long.
    Received { count: usize, patience_ms: u64 },
}

/// Length of each text in bytes.
const TEXT: usize = 64;

/// Text number `number`.
pub(crate) fn text(number: usize) -> String {
    format!("{number} {:x<TEXT$}", "").chars().take(TEXT).collect()
}

/// The number of a text.
pub(crate) fn number(text: &str) -> Option<u64> {
    text.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_user() {
        let line = r#"{"as":"alix","do":"sends","conversations":["c"],"count":3,"senders":2,"pauseUs":0}"#;
        let request: Request = serde_json::from_str(line).unwrap();
        assert_eq!(request.user, "alix");
        assert!(matches!(request.act, Act::Sends { count: 3, senders: 2, pause_us: 0, .. }));
        assert!(matches!(serde_json::from_str::<Request>(r#"{"as":"a","do":"syncAll"}"#).unwrap().act, Act::SyncAll));
    }

    #[test]
    fn texts_have_one_length_and_tell_their_number() {
        for count in [0, 7, 9_999] {
            assert_eq!(text(count).len(), TEXT);
            assert_eq!(number(&text(count)), Some(count as u64));
        }
        assert_eq!(number("hello"), None);
    }
}
