//! Handlers of messages, by what they say.
use crate::{Agent, Context, HandlerResult, handler::boxed};
use std::sync::Arc;
use xmtp_content_types::{Codec, Content, GroupUpdated, LeaveRequest, Reaction, Reply, UnknownContent};

impl Agent {
    /// Handles plain text. Text within a reply goes to [`Agent::on_reply`].
    #[must_use]
    pub fn on_text<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.text.push(boxed(handler));
        self
    }

    /// Handles text in markdown.
    #[must_use]
    pub fn on_markdown<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.markdown.push(boxed(handler));
        self
    }

    /// Handles replies.
    #[must_use]
    pub fn on_reply<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Reply) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.reply.push(boxed(handler));
        self
    }

    /// Handles reactions, given and taken back.
    #[must_use]
    pub fn on_reaction<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Reaction) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.reaction.push(boxed(handler));
        self
    }

    /// Handles read receipts.
    #[must_use]
    pub fn on_read_receipt<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.read_receipt.push(boxed(move |context, ()| handler(context)));
        self
    }

    /// Handles changes of a group that someone else made.
    #[must_use]
    pub fn on_group_update<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, GroupUpdated) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.group_update.push(boxed(handler));
        self
    }

    /// Handles requests of members to be removed from a group.
    #[must_use]
    pub fn on_leave_request<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, LeaveRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.leave_request.push(boxed(handler));
        self
    }

    /// Handles content of a type of one's own. Content of that type that the codec cannot read goes to
    /// [`Agent::on_unknown`].
    #[must_use]
    pub fn on_custom<C, F, Fut>(mut self, codec: C, handler: F) -> Self
    where
        C: Codec<Content: Clone + Send + Sync + 'static> + Send + Sync + 'static,
        F: Fn(Context, C::Content) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        let handler = boxed(handler);
        self.chain.handlers.custom.push(Arc::new(move |unknown| {
            let value = unknown.encoded().decode_with(&codec).ok()?;
            let handler = Arc::clone(&handler);
            Some(Box::new(move |context| handler(context, value.clone())))
        }));
        self
    }

    /// Handles content of types that are not built in, and content that is broken.
    #[must_use]
    pub fn on_unknown<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, UnknownContent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.unknown.push(boxed(handler));
        self
    }

    /// Handles every message, after the handlers of its kind.
    #[must_use]
    pub fn on_message<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Content) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.message.push(boxed(handler));
        self
    }
}
