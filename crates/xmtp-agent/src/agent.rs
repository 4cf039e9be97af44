//! The agent: who it is, what it does with messages, and how it runs.
use crate::{
    AgentEnv, AgentError, Context, Failure, Filter, HandlerResult, RunningAgent,
    handler::{Handlers, boxed},
    inbox_log,
    on_error::OnError,
    run::{self, Behaviour, Pace},
    shutdown::Shutdown,
};
use futures::{FutureExt, future::BoxFuture};
use std::{fmt, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, DatabaseKey};
use xmtp_content_types::{Content, GroupUpdated, Reaction, Reply, UnknownContent};

/// Messages handled at the same time, unless [`Agent::parallel`] says otherwise.
const PARALLEL: usize = 16;
/// How long running handlers may go on after a stop, unless [`Agent::grace`] says otherwise.
const GRACE: Duration = Duration::from_secs(10);

/// An agent: takes handlers, then runs.
///
/// Handlers are async functions of a [`Context`] and what they handle. They are awaited: messages of a conversation
/// are handled in order, one after another, and conversations side by side. An error or a panic in a handler goes to
/// [`Agent::on_error`] and never stops the agent. Its own messages, also those of its other installations, never
/// reach a handler; messages that arrived while it was down do, once.
pub struct Agent {
    source: Source,
    handlers: Handlers,
    filters: Vec<Filter>,
    on_start: Vec<OnStart>,
    on_error: Option<OnError>,
    pace: Pace,
}

enum Source {
    Env(Box<AgentEnv>),
    Client(Client),
}

type OnStart = Box<dyn FnOnce(Client) -> BoxFuture<'static, HandlerResult> + Send>;

impl Agent {
    /// An agent whose keys and network are in the `XMTP_*` variables or in the file `.env`.
    ///
    /// # Errors
    /// [`AgentError::Env`] says which variable is missing or wrong.
    pub fn from_env() -> Result<Self, AgentError> {
        Ok(Self::with_env(AgentEnv::load()?))
    }

    /// An agent whose keys and network are given.
    pub fn with_env(env: AgentEnv) -> Self {
        Self::with_source(Source::Env(Box::new(env)))
    }

    /// An agent on a client of one's own.
    pub fn new(client: Client) -> Self {
        Self::with_source(Source::Client(client))
    }

    fn with_source(source: Source) -> Self {
        Self {
            source,
            handlers: Handlers::default(),
            filters: Vec::new(),
            on_start: Vec::new(),
            on_error: None,
            pace: Pace { parallel: PARALLEL, grace: GRACE },
        }
    }

    /// Handles plain text. Text within a reply goes to [`Agent::on_reply`].
    #[must_use]
    pub fn on_text<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.text.push(boxed(handler));
        self
    }

    /// Handles text in markdown.
    #[must_use]
    pub fn on_markdown<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.markdown.push(boxed(handler));
        self
    }

    /// Handles replies.
    #[must_use]
    pub fn on_reply<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Reply) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.reply.push(boxed(handler));
        self
    }

    /// Handles reactions, given and taken back.
    #[must_use]
    pub fn on_reaction<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Reaction) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.reaction.push(boxed(handler));
        self
    }

    /// Handles read receipts.
    #[must_use]
    pub fn on_read_receipt<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.read_receipt.push(boxed(move |context, ()| handler(context)));
        self
    }

    /// Handles changes of a group that someone else made.
    #[must_use]
    pub fn on_group_update<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, GroupUpdated) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.group_update.push(boxed(handler));
        self
    }

    /// Handles content of types that are not built in, and content that is broken.
    #[must_use]
    pub fn on_unknown<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, UnknownContent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.unknown.push(boxed(handler));
        self
    }

    /// Handles every message, after the handlers of its kind.
    #[must_use]
    pub fn on_message<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Content) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.handlers.message.push(boxed(handler));
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

    /// Is told of every handler that failed, in place of the log.
    #[must_use]
    pub fn on_error<F, Fut>(mut self, told: F) -> Self
    where
        F: Fn(Failure) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.on_error = Some(Arc::new(move |failure| told(failure).boxed()));
        self
    }

    /// Handles only messages that pass. Given more than once, all must pass.
    #[must_use]
    pub fn only(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// How many messages are handled at the same time at most, each of another conversation: 16 if not said.
    #[must_use]
    pub const fn parallel(mut self, messages: usize) -> Self {
        self.pace.parallel = messages;
        self
    }

    /// How long handlers that run may go on after a stop: 10 seconds if not said.
    #[must_use]
    pub const fn grace(mut self, time: Duration) -> Self {
        self.pace.grace = time;
        self
    }

    /// Runs until Ctrl-C or SIGTERM, then lets running handlers end. A second signal does not wait for them.
    ///
    /// # Errors
    /// [`AgentError`] if the agent cannot start, or if its database fails.
    pub async fn run(self) -> Result<(), AgentError> {
        let mut shutdown = Shutdown::listen()?;
        let mut running = tokio::select! {
            started = self.start() => started?,
            () = shutdown.requested() => return Ok(()),
        };
        tokio::select! {
            outcome = running.ended() => return outcome,
            () = shutdown.requested() => running.request_stop(),
        }
        tokio::select! {
            outcome = running.ended() => outcome,
            () = shutdown.requested() => Ok(()),
        }
    }

    /// Starts the agent and returns once it is registered; it runs in tasks of its own.
    ///
    /// # Errors
    /// [`AgentError`] if it cannot be registered, its database cannot be opened, or a start handler fails.
    pub async fn start(self) -> Result<RunningAgent, AgentError> {
        let client = match self.source {
            Source::Client(client) => client,
            Source::Env(env) => connect(*env).await?,
        };
        // Before the client follows the network, so that nothing received from now on counts as history.
        let log = inbox_log::open(&client).await?;
        for handler in self.on_start {
            handler(client.clone()).await.map_err(AgentError::OnStart)?;
        }
        let behaviour = Behaviour { handlers: self.handlers, filters: self.filters, on_error: self.on_error };
        let stop = CancellationToken::new();
        let task = tokio::spawn(run::run(client.clone(), Arc::new(behaviour), self.pace, log, stop.clone()));
        tracing::info!(inbox = ?client.inbox_id(), "the agent runs");
        Ok(RunningAgent { client, stop, task })
    }
}

async fn connect(env: AgentEnv) -> Result<Client, AgentError> {
    let key = DatabaseKey::from_bytes(*env.database_key);
    let builder = Client::builder(env.wallet).network(env.network).database_key(key).device_sync(false);
    let builder = match env.database_folder {
        Some(folder) => builder.data_folder(folder),
        None => builder,
    };
    Ok(builder.build().await?)
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("pace", &self.pace).finish_non_exhaustive()
    }
}
