//! Handlers of messages, by what they say.
use crate::{Agent, Context, HandlerResult, handler::boxed};
use std::sync::Arc;
use xmtp_content_types::{
    Actions, Attachment, Content, GroupUpdated, Intent, LeaveRequest, MultiRemoteAttachment, Reaction,
    RemoteAttachment, Reply, TransactionReference, UnknownContent, WalletSendCalls,
};

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

    /// Handles small files that come within the message.
    #[must_use]
    pub fn on_attachment<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Attachment) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.attachment.push(boxed(handler));
        self
    }

    /// Handles files that are elsewhere, encrypted.
    #[must_use]
    pub fn on_remote_attachment<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, RemoteAttachment) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.remote_attachment.push(boxed(handler));
        self
    }

    /// Handles several files that are elsewhere, encrypted.
    #[must_use]
    pub fn on_multi_remote_attachment<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, MultiRemoteAttachment) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.multi_remote_attachment.push(boxed(handler));
        self
    }

    /// Handles references to transactions on a chain.
    #[must_use]
    pub fn on_transaction_reference<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, TransactionReference) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.transaction_reference.push(boxed(handler));
        self
    }

    /// Handles requests to a wallet to send transactions.
    #[must_use]
    pub fn on_wallet_send_calls<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, WalletSendCalls) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.wallet_send_calls.push(boxed(handler));
        self
    }

    /// Handles messages with buttons. What somebody chose comes to [`Agent::on_intent`].
    #[must_use]
    pub fn on_actions<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Actions) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.actions.push(boxed(handler));
        self
    }

    /// Handles choices that somebody made among the buttons of a message.
    #[must_use]
    pub fn on_intent<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Intent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.chain.handlers.intent.push(boxed(handler));
        self
    }

    /// Handles values of one type, of content that a codec of one's own reads: see [`Agent::with_codec`].
    #[must_use]
    pub fn on_custom<T, F, Fut>(mut self, handler: F) -> Self
    where
        T: Clone + Send + Sync + 'static,
        F: Fn(Context, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        let handler = boxed(handler);
        self.chain.handlers.custom.push(Arc::new(move |custom| {
            let value = custom.value::<T>()?.clone();
            let handler = Arc::clone(&handler);
            Some(Box::new(move |context| handler(context, value.clone())))
        }));
        self
    }

    /// Handles content of types for which there is no codec, and content that is broken: with its bytes, its fallback and
    /// what is wrong with it.
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
