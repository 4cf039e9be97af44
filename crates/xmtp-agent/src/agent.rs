//! The agent: who it is, what it does with messages, and how it runs.
use crate::{
    AgentEnv, AgentError, Filter, HandlerResult, Middleware, RunningAgent,
    chain::Chain,
    inbox_log,
    run::{self, Behaviour, Pace},
    shared::{Shared, bare},
    shutdown::Shutdown,
};
use futures::future::BoxFuture;
use std::{fmt, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, DatabaseKey};

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
    pub(crate) chain: Chain,
    pub(crate) on_start: Vec<OnStart>,
    shared: Shared,
    pace: Pace,
}

enum Source {
    Env(Box<AgentEnv>),
    Client(Client),
}

pub(crate) type OnStart = Box<dyn FnOnce(Client) -> BoxFuture<'static, HandlerResult> + Send>;

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
            chain: Chain::default(),
            on_start: Vec::new(),
            shared: Shared::default(),
            pace: Pace { parallel: PARALLEL, grace: GRACE },
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
        let behaviour = Behaviour { chain: Arc::new(self.chain), shared: Arc::new(self.shared) };
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
