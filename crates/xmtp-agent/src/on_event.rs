//! Handlers of what is no message: new conversations, the life of the agent, and failures.
use crate::{Agent, ConversationContext, ErrorResult, Failure, HandlerResult};
use futures::FutureExt;
use std::sync::Arc;
use xmtp_client::Client;

impl Agent {
    /// Handles new conversations: those that somebody adds the agent to, and those that it creates itself. Each once, also
    /// one that came while the agent was down, and before its first message is handled. Of direct conversations with the
    /// same inbox only the first is new.
    #[must_use]
    pub fn on_conversation<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(ConversationContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.conversation.push(Arc::new(move |context| handler(context).boxed()));
        self
    }

    /// Handles new conversations between two inboxes, after [`Agent::on_conversation`].
    #[must_use]
    pub fn on_dm<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(ConversationContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.dm.push(Arc::new(move |context| handler(context).boxed()));
        self
    }

    /// Handles new groups, after [`Agent::on_conversation`].
    #[must_use]
    pub fn on_group<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(ConversationContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.group.push(Arc::new(move |context| handler(context).boxed()));
        self
    }

    /// Runs once, when the agent is registered and before the first message: to tell where it can be reached, say.
    #[must_use]
    pub fn on_start<F, Fut>(mut self, handler: F) -> Self
    where
        F: FnOnce(Client) -> Fut + Send + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.on_start.push(Box::new(move |client| handler(client).boxed()));
        self
    }

    /// Runs when the agent stops, after the last handler has ended and before its database is closed.
    #[must_use]
    pub fn on_stop<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Client) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.stop.push(Arc::new(move |client| handler(client).boxed()));
        self
    }

    /// Runs whenever the network is reached: the first time, and each time after it was away.
    #[must_use]
    pub fn on_connected<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Client) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.connected.push(Arc::new(move |client| handler(client).boxed()));
        self
    }

    /// Runs whenever the network is lost. The agent tries to reach it again for as long as it runs.
    #[must_use]
    pub fn on_disconnected<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Client) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.disconnected.push(Arc::new(move |client| handler(client).boxed()));
        self
    }

    /// Is told of everything that fails, in place of the log: `Ok` handles the failure, `Err` passes it on to the error
    /// handler that was given next, and in the end to the log. The [middleware](crate::middleware) module has the rules.
    #[must_use]
    pub fn on_error<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Failure) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ErrorResult> + Send + 'static,
    {
        self.chain.errors.push(handler);
        self
    }
}
