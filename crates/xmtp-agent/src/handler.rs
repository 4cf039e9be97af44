//! What a bot author writes: async functions from a context and a value to a result.
use crate::{Context, Failure, on_error::FailureCause};
use futures::{FutureExt, future::BoxFuture};
use std::{panic::AssertUnwindSafe, sync::Arc};
use xmtp_client::MessageKind;
use xmtp_content_types::{Content, GroupUpdated, Reaction, Reply, UnknownContent};

/// Whatever error a handler returns: `?` turns every error into it.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns.
pub type HandlerResult = Result<(), HandlerError>;

pub(crate) type Handler<T> = Arc<dyn Fn(Context, T) -> BoxFuture<'static, HandlerResult> + Send + Sync>;

/// All handlers of an agent, by what they handle, in the order in which they were given.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    pub(crate) text: Vec<Handler<String>>,
    pub(crate) markdown: Vec<Handler<String>>,
    pub(crate) reply: Vec<Handler<Reply>>,
    pub(crate) reaction: Vec<Handler<Reaction>>,
    pub(crate) read_receipt: Vec<Handler<()>>,
    pub(crate) group_update: Vec<Handler<GroupUpdated>>,
    pub(crate) unknown: Vec<Handler<UnknownContent>>,
    pub(crate) message: Vec<Handler<Content>>,
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
    /// Runs the handlers of a message one after another: those of its kind first, then those of every message. Each
    /// runs whatever became of the others; what went wrong is returned.
    pub(crate) async fn run(&self, context: &Context) -> Vec<Failure> {
        let mut failures = Vec::new();
        let content = context.content().clone();
        match &content {
            Content::Text(text) => run_all(&self.text, context, text, &mut failures).await,
            Content::Markdown(markdown) => run_all(&self.markdown, context, markdown, &mut failures).await,
            Content::Reply(reply) => run_all(&self.reply, context, reply, &mut failures).await,
            Content::Reaction(reaction) => run_all(&self.reaction, context, reaction, &mut failures).await,
            Content::ReadReceipt => run_all(&self.read_receipt, context, &(), &mut failures).await,
            // Only what this installation wrote down itself is true: a member can send the same bytes as a message.
            Content::GroupUpdated(update) if context.message().kind == MessageKind::MembershipChange => {
                run_all(&self.group_update, context, update, &mut failures).await;
            }
            Content::Unknown(unknown) => run_all(&self.unknown, context, unknown, &mut failures).await,
            _ => {}
        }
        run_all(&self.message, context, &content, &mut failures).await;
        failures
    }
}

async fn run_all<T: Clone>(handlers: &[Handler<T>], context: &Context, value: &T, failures: &mut Vec<Failure>) {
    for handler in handlers {
        // Inside the future, so that a panic before the first await is caught as well.
        let run = async { handler(context.clone(), value.clone()).await };
        let cause = match AssertUnwindSafe(run).catch_unwind().await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => FailureCause::Error(Arc::new(error)),
            Err(_panic) => FailureCause::Panic,
        };
        failures.push(context.failure(cause));
    }
}
