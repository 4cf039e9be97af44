//! What happens when something fails: it is told to whoever asked, and the agent goes on.
//!
//! Source of the rules: the [middleware](crate::middleware) module, which numbers them.
use crate::{Context, ConversationContext, handler::HandlerError};
use futures::{FutureExt, future::BoxFuture};
use std::{error::Error, fmt, panic::AssertUnwindSafe, sync::Arc};
use xmtp_client::{Client, ClientError, GroupId, MessageId};
use xmtp_content_types::ContentError;

/// Something failed while an agent was at work. What was handled then counts as handled, and the agent goes on.
#[derive(Clone)]
#[non_exhaustive]
pub struct Failure {
    /// What was being done.
    pub during: During,
    /// What went wrong.
    pub cause: FailureCause,
    scene: Scene,
}

/// What was known where it failed.
#[derive(Clone)]
enum Scene {
    Message(Context),
    Conversation(ConversationContext),
    Client(Client),
}

/// What an agent was doing when something failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum During {
    /// It asked a filter.
    Filter,
    /// It ran a middleware.
    Middleware,
    /// It ran the handler of a message.
    Handler,
    /// It ran the handler of a new conversation.
    Conversation,
    /// It told of a start, a stop, or the connection.
    Lifecycle,
    /// It looked up what belongs to a message.
    Lookup,
}

/// What went wrong.
#[derive(Clone)]
#[non_exhaustive]
pub enum FailureCause {
    /// A function of the agent returned an error. Its text is the author's own and may repeat what people wrote.
    Error(Arc<HandlerError>),
    /// A function of the agent panicked.
    Panic,
    /// The client could not give the conversation of the message.
    Client(Arc<ClientError>),
}

impl Failure {
    pub(crate) fn of(context: &Context, during: During, cause: FailureCause) -> Self {
        Self { during, cause, scene: Scene::Message(context.clone()) }
    }

    pub(crate) fn in_conversation(context: &ConversationContext, cause: FailureCause) -> Self {
        Self { during: During::Conversation, cause, scene: Scene::Conversation(context.clone()) }
    }

    pub(crate) fn of_client(client: &Client, during: During, cause: FailureCause) -> Self {
        Self { during, cause, scene: Scene::Client(client.clone()) }
    }

    /// Runs a function of the author to its end or its failure.
    pub(crate) async fn caught<T>(run: impl Future<Output = Result<T, HandlerError>>) -> Result<T, FailureCause> {
        match AssertUnwindSafe(run).catch_unwind().await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(FailureCause::Error(Arc::new(error))),
            Err(_panic) => Err(FailureCause::Panic),
        }
    }

    /// The same failure with another cause, to pass on.
    #[must_use]
    pub fn with_error(self, error: impl Into<HandlerError>) -> Self {
        Self { cause: FailureCause::Error(Arc::new(error.into())), ..self }
    }

    /// The agent's client.
    pub fn client(&self) -> &Client {
        match &self.scene {
            Scene::Message(context) => context.client(),
            Scene::Conversation(context) => context.client(),
            Scene::Client(client) => client,
        }
    }

    /// The message that was handled, if it was one: to tell its sender that something went wrong, say.
    pub fn context(&self) -> Option<&Context> {
        match &self.scene {
            Scene::Message(context) => Some(context),
            Scene::Conversation(_) | Scene::Client(_) => None,
        }
    }

    /// The conversation that was at hand, if there was one.
    pub fn conversation(&self) -> Option<&ConversationContext> {
        match &self.scene {
            Scene::Message(context) => Some(context),
            Scene::Conversation(context) => Some(context),
            Scene::Client(_) => None,
        }
    }

    /// The id of the conversation.
    pub fn conversation_id(&self) -> Option<&GroupId> {
        self.conversation().map(|context| context.conversation().id())
    }

    /// The id of the message.
    pub fn message_id(&self) -> Option<MessageId> {
        self.context().map(|context| context.message().id)
    }
}

impl FailureCause {
    /// The error, if it is one of this type.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Error(error) => error.downcast_ref(),
            Self::Client(error) => (&**error as &(dyn Error + 'static)).downcast_ref(),
            Self::Panic => None,
        }
    }

    /// The text of an error of ours, none of which repeats what people wrote.
    fn harmless(&self) -> Option<String> {
        self.downcast_ref::<ClientError>()
            .map(ToString::to_string)
            .or_else(|| self.downcast_ref::<crate::AgentError>().map(ToString::to_string))
            .or_else(|| self.downcast_ref::<ContentError>().map(ToString::to_string))
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
            .field("during", &self.during)
            .field("conversation", &self.conversation_id())
            .field("message", &self.message_id())
            .field("cause", &self.cause)
            .finish()
    }
}

/// What an error handler makes of a failure: `Ok` if it has handled it, `Err` to pass it on.
pub type ErrorResult = Result<(), Failure>;

type ErrorHandler = Arc<dyn Fn(Failure) -> BoxFuture<'static, ErrorResult> + Send + Sync>;

/// Who is told of failures, in this order.
#[derive(Clone, Default)]
pub(crate) struct ErrorChain(Vec<ErrorHandler>);

impl ErrorChain {
    pub(crate) fn push<F, Fut>(&mut self, handler: F)
    where
        F: Fn(Failure) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ErrorResult> + Send + 'static,
    {
        self.0.push(Arc::new(move |failure| handler(failure).boxed()));
    }

    /// Tells of a failure until somebody handles it; if nobody does it is logged and given back.
    pub(crate) async fn tell(&self, mut failure: Failure) -> ErrorResult {
        for handler in &self.0 {
            let asked = failure.clone();
            match AssertUnwindSafe(async { handler(asked).await }).catch_unwind().await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(passed_on)) => failure = passed_on,
                Err(_panic) => tracing::error!(?failure, "an error handler panicked; the failure is passed on"),
            }
        }
        tracing::error!(
            during = ?failure.during,
            conversation = ?failure.conversation_id(),
            message = ?failure.message_id(),
            cause = ?failure.cause,
            "a handler failed; the agent goes on"
        );
        Err(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(error: impl Into<HandlerError>) -> FailureCause {
        FailureCause::Error(Arc::new(error.into()))
    }

    #[test]
    fn debug_shows_our_errors_and_hides_the_words_of_others() {
        let foreign = format!("{:?}", cause("cannot parse: hunter2"));
        assert!(!foreign.contains("hunter2") && foreign.contains("returned an error"), "{foreign}");
        let ours = format!("{:?}", cause(ContentError::NotUtf8));
        assert!(ours.contains("not in UTF-8"), "{ours}");
    }
}
