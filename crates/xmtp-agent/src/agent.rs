//! The agent: who it is, what it does with messages, and how it runs.
use crate::{
    AgentBuilder, AgentEnv, AgentError, Filter, HandlerResult, Middleware, RunningAgent,
    behaviour::Behaviour,
    chain::Chain,
    inbox_log,
    run::{self, Pace},
    shared::{Shared, bare},
    shutdown::Shutdown,
};
use futures::future::BoxFuture;
use std::{
    fmt,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, IdentifierKind};
use xmtp_content_types::Codec;

/// Messages handled at the same time, unless [`Agent::parallel`] says otherwise.
const PARALLEL: usize = 16;
/// How long running handlers may go on after a stop, unless [`Agent::grace`] says otherwise.
const GRACE: Duration = Duration::from_secs(10);

/// An agent: takes handlers, then runs.
///
/// Handlers are async functions of a [`Context`](crate::Context) and what they handle. They are awaited: messages of a
/// conversation are handled in order, one after another, and conversations side by side. An error or a panic in a handler
/// goes to [`Agent::on_error`] and never stops the agent. Its own messages, also those of its other installations, never
/// reach a handler; messages that arrived while it was down do, once.
pub struct Agent {
    source: Source,
    refused: Option<AgentError>,
    pub(crate) chain: Chain,
    pub(crate) on_start: Vec<OnStart>,
    shared: Shared,
    pace: Pace,
}

enum Source {
    Builder(Box<AgentBuilder>),
    Client(Client),
}

pub(crate) type OnStart = Box<dyn FnOnce(Client) -> BoxFuture<'static, HandlerResult> + Send>;

impl Agent {
    /// An agent whose keys and network are in the `XMTP_*` variables or in the file `.env`.
    ///
    /// # Errors
    /// [`AgentError::Env`] says which variable is missing or wrong.
    pub fn from_env() -> Result<Self, AgentError> {
        AgentBuilder::from_env()?.build()
    }

    /// An agent whose keys and network are given.
    pub fn with_env(env: AgentEnv) -> Self {
        Self::with_builder(env.into())
    }

    pub(crate) fn with_builder(builder: AgentBuilder) -> Self {
        Self::with_source(Source::Builder(Box::new(builder)))
    }

    /// An agent on a client of one's own.
    pub fn new(client: Client) -> Self {
        Self::with_source(Source::Client(client))
    }

    fn with_source(source: Source) -> Self {
        Self {
            source,
            refused: None,
            chain: Chain::default(),
            on_start: Vec::new(),
            shared: Shared::default(),
            pace: Pace { parallel: PARALLEL, grace: GRACE, max_age: None, skips_missed: false },
        }
    }

    /// Handles only messages that pass. Given more than once, all must pass.
    #[must_use]
    pub fn only(mut self, filter: Filter) -> Self {
        self.chain.filters.push(filter);
        self
    }

    /// Runs `middleware` before the handlers of every message that passes the filters, after those given before: see the
    /// [module](crate::middleware).
    #[must_use]
    pub fn with(mut self, middleware: impl Middleware) -> Self {
        self.chain.middlewares.push(Arc::new(middleware));
        self
    }

    /// A name that people call the agent by, with or without `@`: see [`Context::mentions_me`](crate::Context::mentions_me).
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.shared.names.push(bare(name));
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

    /// Leaves out messages that are older than this when they are read: what people said long ago, while the agent was down,
    /// may not want an answer any more. They count as handled. If not said, no message is too old.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.pace.max_age = Some(age);
        self
    }

    /// Leaves out messages and conversations that came while the agent was down. They count as handled. The start waits
    /// until all of them are read, so that the first message after it is handled.
    #[must_use]
    pub const fn skip_missed(mut self) -> Self {
        self.pace.skips_missed = true;
        self
    }

    /// Reads content of a type of one's own: see [`Agent::on_custom`].
    ///
    /// A codec for a type that has one already, or that is built in, keeps the agent from starting.
    #[must_use]
    pub fn with_codec<C>(mut self, codec: C) -> Self
    where
        C: Codec<Content: Send + Sync + 'static> + Send + Sync + 'static,
    {
        if let Err(error) = self.shared.codecs.add(codec) {
            self.refused.get_or_insert(error.into());
        }
        self
    }

    /// How many messages wait for their turn, from the start of the agent on.
    pub(crate) fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.shared.waiting)
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
        if let Some(error) = self.refused {
            return Err(error);
        }
        let (client, is_own) = match self.source {
            Source::Client(client) => (client, false),
            Source::Builder(builder) => (builder.connect().await?, true),
        };
        // Before the client follows the network, so that nothing received from now on counts as history.
        let log = inbox_log::open(&client).await?;
        for handler in self.on_start {
            handler(client.clone()).await.map_err(AgentError::OnStart)?;
        }
        let shared = Arc::new(with_address(self.shared, &client).await);
        let behaviour = Arc::new(Behaviour { chain: Arc::new(self.chain), shared: Arc::clone(&shared) });
        let (stop, pace) = (CancellationToken::new(), self.pace);
        let (told, backlog) = watch::channel(log.backlog());
        let (running, stopped) = (client.clone(), stop.clone());
        let task = tokio::spawn(async move {
            let ended = run::run(running.clone(), behaviour, pace, log, told, stopped).await;
            if is_own {
                running.close().await;
            }
            ended
        });
        tracing::info!(inbox = ?client.inbox_id(), "the agent runs");
        Ok(RunningAgent { client, shared, backlog, stop, task })
    }
}

/// Adds the agent's address to what it is called. Without it people call it by its names alone.
async fn with_address(mut shared: Shared, client: &Client) -> Shared {
    let own = shared.addresses.find(client, client.inbox_id(), IdentifierKind::Ethereum).await;
    match own {
        Ok(address) => shared.names.extend(address.map(|address| address.to_string())),
        Err(error) => tracing::debug!(%error, "the agent's own address is not known"),
    }
    shared
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").field("pace", &self.pace).finish_non_exhaustive()
    }
}
