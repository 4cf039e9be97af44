//! What a bot author writes: async functions from a context and a value to a result.
use crate::{Context, ConversationContext};
use futures::{FutureExt, future::BoxFuture};
use std::sync::Arc;
use xmtp_client::{Client, MessageKind};
use xmtp_content_types::{
    Actions, Attachment, Content, CustomContent, GroupUpdated, Intent, LeaveRequest, MultiRemoteAttachment, Reaction,
    RemoteAttachment, Reply, TransactionReference, UnknownContent, WalletSendCalls,
};

/// Whatever error a handler returns: `?` turns every error into it.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns.
pub type HandlerResult = Result<(), HandlerError>;

pub(crate) type Handler<T> = Arc<dyn Fn(Context, T) -> BoxFuture<'static, HandlerResult> + Send + Sync>;
pub(crate) type ConversationHandler =
    Arc<dyn Fn(ConversationContext) -> BoxFuture<'static, HandlerResult> + Send + Sync>;
pub(crate) type ClientHandler = Arc<dyn Fn(Client) -> BoxFuture<'static, HandlerResult> + Send + Sync>;
/// A handler that already has its value.
pub(crate) type Ready<'a> = Box<dyn Fn(Context) -> BoxFuture<'static, HandlerResult> + Send + Sync + 'a>;
/// A handler of values of one type: `None` if the content is of another.
pub(crate) type CustomHandler = Arc<dyn Fn(&CustomContent) -> Option<Ready<'static>> + Send + Sync>;

/// All handlers of an agent, by what they handle, in the order in which they were given.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    pub(crate) text: Vec<Handler<String>>,
    pub(crate) markdown: Vec<Handler<String>>,
    pub(crate) reply: Vec<Handler<Reply>>,
    pub(crate) reaction: Vec<Handler<Reaction>>,
    pub(crate) read_receipt: Vec<Handler<()>>,
    pub(crate) attachment: Vec<Handler<Attachment>>,
    pub(crate) remote_attachment: Vec<Handler<RemoteAttachment>>,
    pub(crate) multi_remote_attachment: Vec<Handler<MultiRemoteAttachment>>,
    pub(crate) transaction_reference: Vec<Handler<TransactionReference>>,
    pub(crate) wallet_send_calls: Vec<Handler<WalletSendCalls>>,
    pub(crate) actions: Vec<Handler<Actions>>,
    pub(crate) intent: Vec<Handler<Intent>>,
    pub(crate) group_update: Vec<Handler<GroupUpdated>>,
    pub(crate) leave_request: Vec<Handler<LeaveRequest>>,
    pub(crate) custom: Vec<CustomHandler>,
    pub(crate) unknown: Vec<Handler<UnknownContent>>,
    pub(crate) message: Vec<Handler<Content>>,
    pub(crate) conversation: Vec<ConversationHandler>,
    pub(crate) dm: Vec<ConversationHandler>,
    pub(crate) group: Vec<ConversationHandler>,
    pub(crate) stop: Vec<ClientHandler>,
    pub(crate) connected: Vec<ClientHandler>,
    pub(crate) disconnected: Vec<ClientHandler>,
}

/// Makes a handler of an async function.
pub(crate) fn boxed<T, F, Fut>(handler: F) -> Handler<T>
where
    T: 'static,
    F: Fn(Context, T) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = HandlerResult> + Send + 'static,
{
    Arc::new(move |context, value| handler(context, value).boxed())
}

impl Handlers {
    /// The handlers of a message, in the order in which they run: those of its kind first, then those of every message.
    pub(crate) fn of<'a>(&'a self, context: &'a Context) -> Vec<Ready<'a>> {
        let mut found = match context.content() {
            Content::Text(text) => ready(&self.text, text),
            Content::Markdown(markdown) => ready(&self.markdown, markdown),
            Content::Reply(reply) => ready(&self.reply, reply),
            Content::Reaction(reaction) => ready(&self.reaction, reaction),
            Content::ReadReceipt => ready(&self.read_receipt, &()),
            Content::Attachment(attachment) => ready(&self.attachment, attachment),
            Content::RemoteAttachment(attachment) => ready(&self.remote_attachment, attachment),
            Content::MultiRemoteAttachment(attachments) => ready(&self.multi_remote_attachment, attachments),
            Content::TransactionReference(reference) => ready(&self.transaction_reference, reference),
            Content::WalletSendCalls(calls) => ready(&self.wallet_send_calls, calls),
            Content::Actions(actions) => ready(&self.actions, actions),
            Content::Intent(intent) => ready(&self.intent, intent),
            // Only what this installation wrote down itself is true: a member can send the same bytes as a message.
            Content::GroupUpdated(update) if context.message().kind == MessageKind::MembershipChange => {
                ready(&self.group_update, update)
            }
            Content::LeaveRequest(request) => ready(&self.leave_request, request),
            Content::Custom(custom) => {
                self.custom.iter().filter_map(|handler| handler(custom)).map(|it| it as _).collect()
            }
            Content::Unknown(unknown) => ready(&self.unknown, unknown),
            _ => Vec::new(),
        };
        found.extend(ready(&self.message, context.content()));
        found
    }

    /// The handlers of a new conversation, in the order in which they run.
    pub(crate) fn of_conversation(&self, context: &ConversationContext) -> Vec<ConversationHandler> {
        let of_kind = if context.is_dm() {
            &self.dm[..]
        } else if context.is_group() {
            &self.group[..]
        } else {
            &[]
        };
        self.conversation.iter().chain(of_kind).cloned().collect()
    }

    /// Whether anybody wants to hear of new conversations.
    pub(crate) const fn want_conversations(&self) -> bool {
        !(self.conversation.is_empty() && self.dm.is_empty() && self.group.is_empty())
    }
}

fn ready<'a, T: Clone + Send + Sync>(handlers: &'a [Handler<T>], value: &'a T) -> Vec<Ready<'a>> {
    handlers.iter().map(|handler| -> Ready<'a> { Box::new(move |context| handler(context, value.clone())) }).collect()
}
