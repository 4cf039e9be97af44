//! What happens when a handler fails: it is told to whoever asked, and the agent goes on.
use crate::handler::HandlerError;
use futures::{FutureExt, future::BoxFuture};
use std::{fmt, panic::AssertUnwindSafe, sync::Arc};
use xmtp_client::{ClientError, GroupId, MessageId};
use xmtp_content_types::ContentError;

/// A handler failed. The message counts as handled, all other handlers ran, and the agent goes on.
#[derive(Clone)]
pub struct Failure {
    /// The conversation of the message.
    pub conversation: GroupId,
    /// The message.
    pub message: MessageId,
    /// What went wrong.
    pub cause: FailureCause,
}

/// What went wrong in a handler.
#[derive(Clone)]
#[non_exhaustive]
pub enum FailureCause {
    /// It returned an error. Its text is the handler's own and may repeat what people wrote.
    Error(Arc<HandlerError>),
    /// It panicked.
    Panic,
    /// The client could not give the conversation of the message.
    Client(Arc<ClientError>),
}

impl FailureCause {
    /// The text of an error of ours, none of which repeats what people wrote.
    fn harmless(&self) -> Option<String> {
        match self {
            Self::Client(error) => Some(error.to_string()),
            Self::Error(error) => (error.downcast_ref::<ClientError>().map(ToString::to_string))
                .or_else(|| error.downcast_ref::<crate::AgentError>().map(ToString::to_string))
                .or_else(|| error.downcast_ref::<ContentError>().map(ToString::to_string)),
            Self::Panic => None,
        }
    }
}

impl fmt::Debug for FailureCause {
    /// Shows errors of ours, and of others only that they occurred.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.harmless()) {
            (Self::Panic, _) => f.write_str("the handler panicked"),
            (_, Some(error)) => f.write_str(&error),
            (_, None) => f.write_str("the handler returned an error"),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("conversation", &self.conversation)
            .field("message", &self.message)
            .field("cause", &self.cause)
            .finish()
    }
}

/// Who is told of failures.
pub(crate) type OnError = Arc<dyn Fn(Failure) -> BoxFuture<'static, ()> + Send + Sync>;

/// Tells of a failure: to the agent's own function if it has one, else to the log. A panic in it ends here.
pub(crate) async fn report(told: Option<&OnError>, failure: Failure) {
    let Some(told) = told else { return log(&failure) };
    let run = async { told(failure.clone()).await };
    if AssertUnwindSafe(run).catch_unwind().await.is_err() {
        log(&failure);
    }
}

/// Writes to the log which message failed, and nothing that people wrote.
fn log(failure: &Failure) {
    tracing::error!(
        conversation = ?failure.conversation,
        message = ?failure.message,
        cause = ?failure.cause,
        "a handler failed; the agent goes on"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(error: impl Into<HandlerError>) -> Failure {
        Failure {
            conversation: GroupId::from([7; 16]),
            message: MessageId::from_bytes([8; 32]),
            cause: FailureCause::Error(Arc::new(error.into())),
        }
    }

    #[test]
    fn debug_shows_our_errors_and_hides_the_words_of_others() {
        let foreign = format!("{:?}", failure("cannot parse: hunter2"));
        assert!(!foreign.contains("hunter2") && foreign.contains("returned an error"), "{foreign}");
        let ours = format!("{:?}", failure(ContentError::NotUtf8));
        assert!(ours.contains("not in UTF-8"), "{ours}");
    }
}
