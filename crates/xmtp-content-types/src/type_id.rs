//! The name of a content type: who defines it, what it is called, and its version.
//!
//! Source of fact: XIP-5. Two ids name the same type when authority and name are equal; a new major version changes the
//! encoding, a new minor version does not.
use crate::ContentError;
use std::{borrow::Cow, fmt, str::FromStr};

/// Who defines the standard types.
pub(crate) const XMTP: &str = "xmtp.org";

/// Who defines the types of questions with buttons.
const COINBASE: &str = "coinbase.com";

/// The id of a content type, in text `authority/name:major.minor`.
///
/// ```
/// use xmtp_content_types::ContentTypeId;
///
/// let id: ContentTypeId = "xmtp.org/text:1.0".parse()?;
/// assert_eq!(id, ContentTypeId::TEXT);
/// assert_eq!(id.to_string(), "xmtp.org/text:1.0");
/// # Ok::<(), xmtp_content_types::ContentError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ContentTypeId {
    authority: Cow<'static, str>,
    name: Cow<'static, str>,
    major: u32,
    minor: u32,
}

impl ContentTypeId {
    /// Plain text.
    pub const TEXT: Self = Self::constant(XMTP, "text", 1, 0);
    /// Text in markdown.
    pub const MARKDOWN: Self = Self::constant(XMTP, "markdown", 1, 0);
    /// An answer to an earlier message.
    pub const REPLY: Self = Self::constant(XMTP, "reply", 1, 0);
    /// A reaction in the form sent today.
    pub const REACTION: Self = Self::constant(XMTP, "reaction", 2, 0);
    /// A reaction in the form older clients send.
    pub const REACTION_V1: Self = Self::constant(XMTP, "reaction", 1, 0);
    /// The sender has read the conversation.
    pub const READ_RECEIPT: Self = Self::constant(XMTP, "readReceipt", 1, 0);
    /// What a commit changed in a group.
    pub const GROUP_UPDATED: Self = Self::constant(XMTP, "group_updated", 1, 0);
    /// A member asks to be removed.
    pub const LEAVE_REQUEST: Self = Self::constant(XMTP, "leave_request", 1, 0);
    /// An earlier message is to be hidden.
    pub const DELETE_MESSAGE: Self = Self::constant(XMTP, "deleteMessage", 1, 0);
    /// An earlier message now says something else; read and never sent.
    pub const EDIT_MESSAGE: Self = Self::constant(XMTP, "editMessage", 1, 0);
    /// A file inside a message.
    pub const ATTACHMENT: Self = Self::constant(XMTP, "attachment", 1, 0);
    /// A sealed file that lies on a server.
    pub const REMOTE_ATTACHMENT: Self = Self::constant(XMTP, "remoteStaticAttachment", 1, 0);
    /// Several sealed files that lie on servers.
    pub const MULTI_REMOTE_ATTACHMENT: Self = Self::constant(XMTP, "multiRemoteStaticAttachment", 1, 0);
    /// A transaction on a blockchain that was made.
    pub const TRANSACTION_REFERENCE: Self = Self::constant(XMTP, "transactionReference", 1, 0);
    /// A request to a wallet to make calls on a blockchain.
    pub const WALLET_SEND_CALLS: Self = Self::constant(XMTP, "walletSendCalls", 1, 0);
    /// A question with buttons.
    pub const ACTIONS: Self = Self::constant(COINBASE, "actions", 1, 0);
    /// A button of a question was pressed.
    pub const INTENT: Self = Self::constant(COINBASE, "intent", 1, 0);
    /// Who joined and left a group, in the oldest form; read and never sent.
    pub const MEMBERSHIP_CHANGE: Self = Self::constant(XMTP, "group_membership_change", 1, 0);

    /// An id whose parts are known when the program is compiled.
    pub const fn constant(authority: &'static str, name: &'static str, major: u32, minor: u32) -> Self {
        Self { authority: Cow::Borrowed(authority), name: Cow::Borrowed(name), major, minor }
    }

    /// An id of any parts.
    pub fn new(authority: impl Into<String>, name: impl Into<String>, major: u32, minor: u32) -> Self {
        Self { authority: Cow::Owned(authority.into()), name: Cow::Owned(name.into()), major, minor }
    }

    /// Who defines the type: a domain name, by convention.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// What the authority calls the type.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the encoding.
    pub const fn major(&self) -> u32 {
        self.major
    }

    /// The version within the encoding; readers may ignore it.
    pub const fn minor(&self) -> u32 {
        self.minor
    }

    // CONTENT.R3
    /// Whether a codec for `self` can read content of type `other`: equal but for the minor version.
    pub fn reads(&self, other: &Self) -> bool {
        self.names_same_type(other) && self.major == other.major
    }

    /// Whether both ids name the same type in any version.
    pub fn names_same_type(&self, other: &Self) -> bool {
        self.authority == other.authority && self.name == other.name
    }
}

impl fmt::Display for ContentTypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}.{}", self.authority, self.name, self.major, self.minor)
    }
}

impl FromStr for ContentTypeId {
    type Err = ContentError;

    // CONTENT.R2
    /// Reads `authority/name:major.minor`. The first slash and the last colon divide.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or(ContentError::Malformed { what: "content type id" })
    }
}

fn parse(text: &str) -> Option<ContentTypeId> {
    let (authority, rest) = text.split_once('/')?;
    let (name, version) = rest.rsplit_once(':')?;
    let (major, minor) = version.split_once('.')?;
    if authority.is_empty() || name.is_empty() {
        return None;
    }
    Some(ContentTypeId::new(authority, name, number(major)?, number(minor)?))
}

/// A number without a sign: `u32::from_str` would take `+1`.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_are_no_id_are_refused() {
        for text in [
            "",
            "text",
            "xmtp.org/text",
            "xmtp.org/text:1",
            "xmtp.org/text:1.",
            "/text:1.0",
            "a/:1.0",
            "a/b:+1.0",
            "a/b:1.0.0",
        ] {
            assert!(text.parse::<ContentTypeId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_minor_version_is_read_and_a_major_version_is_not() {
        assert!(ContentTypeId::TEXT.reads(&ContentTypeId::constant(XMTP, "text", 1, 7)));
        assert!(!ContentTypeId::TEXT.reads(&ContentTypeId::constant(XMTP, "text", 2, 0)));
        assert!(!ContentTypeId::TEXT.reads(&ContentTypeId::constant("example.org", "text", 1, 0)));
        assert!(ContentTypeId::REACTION.names_same_type(&ContentTypeId::REACTION_V1));
    }

    proptest! {
        #[test] // CONTENT.R2
        fn every_id_survives_as_text(authority in "[^/]{1,20}", name in ".{1,20}", major: u32, minor: u32) {
            let id = ContentTypeId::new(authority, name, major, minor);
            prop_assert_eq!(id.to_string().parse::<ContentTypeId>().unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}") {
            let _ = text.parse::<ContentTypeId>();
        }
    }
}
