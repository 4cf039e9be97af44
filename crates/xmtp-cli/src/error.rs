//! Why a command failed, and the exit code that says so to a script.
use std::{error::Error, io, process::ExitCode};
use thiserror::Error;
use xmtp_agent::{AgentError, EnvError, KeysError, attachments::AttachmentError};
use xmtp_client::{ClientError, DeliveryError, EngineError, StorageError};
use xmtp_node::NodeError;

/// Something on this machine failed.
const FAILED: u8 = 1;
/// The command or a variable is wrong. Clap ends with the same code.
const USAGE: u8 = 2;
/// The network is away: the same command can succeed later.
const NETWORK: u8 = 3;
/// Refused for good.
const REFUSED: u8 = 4;

#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The command cannot mean anything.
    #[error("{0}")]
    Usage(String),
    /// The command was understood and will never work as it is.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Env(#[from] EnvError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Agent(#[from] AgentError),
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// The system refused.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What could not be done.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another command has the database open, and kept it open as long as this one waited.
    #[error("{0}, with --data-dir or XMTP_DB_DIRECTORY")]
    InUse(StorageError),
    /// A stream was to give more than came in the time it had.
    #[error("{came} of {wanted} came in time: give it longer, or fewer to wait for")]
    TooFew {
        /// How many came.
        came: u64,
        /// How many were wanted.
        wanted: u64,
    },
    /// Whoever read standard output has gone: nobody is left to be told.
    #[error("standard output is closed")]
    OutputClosed,
}

impl CliError {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    pub(crate) fn io(doing: impl Into<String>, source: io::Error) -> Self {
        Self::Io { doing: doing.into(), source }
    }

    /// Tells the user, and the shell.
    pub(crate) fn report(&self) -> ExitCode {
        if matches!(self, Self::OutputClosed) {
            return ExitCode::SUCCESS;
        }
        crate::output::note(&format!("{} {}", console::style("error:").for_stderr().red().bold(), self.with_causes()));
        ExitCode::from(self.exit_code())
    }

    /// The message and those of its causes that it does not repeat itself.
    pub(crate) fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let said = error.to_string();
            if !text.ends_with(&said) {
                text.push_str(": ");
                text.push_str(&said);
            }
            cause = error.source();
        }
        text
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Env(_) | Self::Agent(AgentError::Env(_)) => USAGE,
            Self::Refused(_) | Self::Node(NodeError::NewerLog { .. } | NodeError::NotALog(_)) => REFUSED,
            Self::Attachment(error) => of_attachment(error),
            Self::TooFew { .. } => NETWORK,
            Self::Client(error) | Self::Agent(AgentError::Client(error)) => of_client(error),
            _ => FAILED,
        }
    }
}

fn of_client(error: &ClientError) -> u8 {
    match error {
        ClientError::Delivery(error) => of_delivery(error),
        ClientError::Storage(error) => of_storage(error),
        ClientError::Engine(error) => of_engine(error),
        ClientError::Queued { cause, .. } => of_client(cause),
        ClientError::Contended | ClientError::ChainNotAsked { .. } => NETWORK,
        ClientError::InvalidIdentifier(_) => USAGE,
        ClientError::Identity(_)
        | ClientError::NotRegistered(_)
        | ClientError::Inbox(_)
        | ClientError::TooManyInstallations { .. }
        | ClientError::NewInstallation { .. }
        | ClientError::OtherNetwork { .. }
        | ClientError::OtherInbox => REFUSED,
        _ => FAILED,
    }
}

const fn of_delivery(error: &DeliveryError) -> u8 {
    match error {
        DeliveryError::InvalidAddress { .. } => USAGE,
        error if error.is_retryable() => NETWORK,
        _ => REFUSED,
    }
}

const fn of_attachment(error: &AttachmentError) -> u8 {
    match error {
        AttachmentError::TimedOut | AttachmentError::Connection(_) => NETWORK,
        AttachmentError::NoUrl | AttachmentError::Setup(_) => USAGE,
        AttachmentError::File { .. } => FAILED,
        _ => REFUSED,
    }
}

const fn of_storage(error: &StorageError) -> u8 {
    match error {
        StorageError::WrongKey { .. }
        | StorageError::MissingSalt { .. }
        | StorageError::ForeignFile { .. }
        | StorageError::NewerSchema { .. } => REFUSED,
        _ => FAILED,
    }
}

const fn of_engine(error: &EngineError) -> u8 {
    match error {
        EngineError::UnknownGroup
        | EngineError::Inactive(_)
        | EngineError::Halted(_)
        | EngineError::Refused(_)
        | EngineError::NotPermitted(_)
        | EngineError::Wish(_)
        | EngineError::Invalid { .. } => REFUSED,
        _ => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_client::{Identifier, MessageId};

    fn code(error: impl Into<CliError>) -> u8 {
        error.into().exit_code()
    }

    #[test]
    fn a_network_that_is_away_differs_from_one_that_refuses() {
        assert_eq!(code(ClientError::from(DeliveryError::TimedOut)), NETWORK);
        assert_eq!(code(ClientError::from(DeliveryError::Rejected(String::new()))), REFUSED);
        let nobody = Identifier::Ethereum(String::new());
        assert_eq!(code(ClientError::NotRegistered(nobody)), REFUSED);
    }

    #[test]
    fn a_queued_message_counts_as_what_kept_it_back() {
        let cause = ClientError::from(DeliveryError::TimedOut).into();
        assert_eq!(code(ClientError::Queued { message: MessageId::from_bytes([0; 32]), cause }), NETWORK);
    }

    #[test]
    fn a_cause_is_told_once() {
        let source = io::Error::other("the disk is on fire");
        assert_eq!(CliError::io("read x", source).with_causes(), "cannot read x: the disk is on fire");
        let folder = NodeError::Folder { folder: "/x".into(), source: io::Error::other("no") };
        assert_eq!(CliError::from(folder).with_causes(), "cannot use data folder /x: no");
    }
}
