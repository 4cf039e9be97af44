//! Whom the user means: an address, an inbox or a conversation.
use crate::error::CliError;
use std::{fmt, str::FromStr};
use xmtp_client::{GroupId, Identifier, InboxId};

/// Whom or what a word on the command line means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// `0x` and 40 hexadecimal characters.
    Address(Identifier),
    /// 64 hexadecimal characters.
    Inbox(InboxId),
    /// Any other hexadecimal characters.
    Conversation(GroupId),
}

impl Target {
    /// The address, if it is one.
    pub(crate) const fn address(&self) -> Option<&Identifier> {
        match self {
            Self::Address(address) => Some(address),
            _ => None,
        }
    }
}

/// As it could be typed again.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Inbox(inbox) => inbox.fmt(f),
            Self::Conversation(id) => id.fmt(f),
        }
    }
}

impl FromStr for Target {
    type Err = CliError;

    fn from_str(text: &str) -> Result<Self, CliError> {
        let text = text.trim().to_ascii_lowercase();
        if text.starts_with("0x") {
            return Identifier::ethereum(&text).map(Self::Address).map_err(|error| CliError::usage(error.to_string()));
        }
        if let Ok(inbox) = text.parse() {
            return Ok(Self::Inbox(inbox));
        }
        text.parse().map(Self::Conversation).map_err(|_| {
            CliError::usage(
                "not someone to write to: expected an address (0x and 40 hexadecimal characters), an inbox id (64) or \
                 a conversation id",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_told_apart_in_any_letter_case() {
        let hex = "aB".repeat(20);
        assert!(matches!(format!("0x{hex}").parse(), Ok(Target::Address(_))));
        assert!(matches!("aB".repeat(32).parse(), Ok(Target::Inbox(_))));
        assert!(matches!("aB".repeat(16).parse(), Ok(Target::Conversation(_))));
    }

    #[test]
    fn anything_else_is_a_usage_error() {
        for text in ["", "0x", "0x12", "bob", "bob.eth", "abc", &format!("0x{}", "a".repeat(64))] {
            assert!(matches!(text.parse::<Target>(), Err(CliError::Usage(_))), "{text}");
        }
    }
}
