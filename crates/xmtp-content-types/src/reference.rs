//! Which earlier message some content speaks of.
use std::fmt;
use xmtp_types::MessageId;

/// The earlier message that a reply, a reaction or a deletion speaks of, as the text that its sender wrote.
///
/// Well-behaved clients write a message id. The text of others is kept, and is nobody's id.
#[derive(Clone, Default, Eq, Hash, PartialEq)]
pub struct Reference(String);

impl Reference {
    /// The id of the message, if the text is one. Letter case does not matter.
    pub fn message_id(&self) -> Option<MessageId> {
        self.0.to_ascii_lowercase().parse().ok()
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<MessageId> for Reference {
    fn from(id: MessageId) -> Self {
        Self(id.to_string())
    }
}

impl From<&MessageId> for Reference {
    fn from(id: &MessageId) -> Self {
        Self::from(*id)
    }
}

impl From<String> for Reference {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Reference {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Reference {
    /// Shortened when it is an id; any other text is a peer's and stays hidden.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message_id() {
            Some(id) => write!(f, "Reference({id:?})"),
            None => write!(f, "Reference({} bytes that are no id)", self.0.len()),
        }
    }
}
