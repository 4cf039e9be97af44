//! Whether the agent is well, told over HTTP to whatever watches over it.
use crate::Agent;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long questions under way are still answered when the agent stops.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Serves `/healthz` and `/readyz`, and `/metrics` if asked to (`HealthEndpoint::metrics`, feature `metrics`).
///
/// `/healthz` answers 200 for as long as the process can answer at all: if it does not, start it again. `/readyz` answers
/// 200 while the agent is connected to the network, and 503 before and when the network is away. Nothing served names people
/// or says what they wrote.
///
/// There is no encryption and no password: give it an address that only this machine or a private network reaches. Clones
/// are the same endpoint.
///
/// ```no_run
/// use xmtp_agent::{HealthEndpoint, prelude::*};
///
/// # async fn run() -> Result<(), AgentError> {
/// Agent::from_env()?.health(HealthEndpoint::at(([127, 0, 0, 1], 8080))).run().await
/// # }
/// ```
#[derive(Clone)]
pub struct HealthEndpoint {
    wanted: SocketAddr,
    bound: Arc<OnceLock<SocketAddr>>,
    pub(super) render: Option<Render>,
    stage: Arc<AtomicU8>,
}

/// Writes all metrics as text.
pub(super) type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// The endpoint cannot be served.
#[derive(Debug, Error)]
#[error("cannot listen for questions of health at {address}: {source}; choose another address")]
pub struct HealthError {
    /// Where it was to be served.
    pub address: SocketAddr,
    /// Why it cannot be.
    pub source: io::Error,
}

/// How far the agent is.
#[derive(Clone, Copy)]
enum Stage {
    Starting,
    Ready,
    Away,
}

impl HealthEndpoint {
    /// Is served at `address` once the agent starts. Port 0 takes a free one: see [`HealthEndpoint::address`].
    pub fn at(address: impl Into<SocketAddr>) -> Self {
        Self {
            wanted: address.into(),
            bound: Arc::default(),
            render: None,
            stage: Arc::new(AtomicU8::new(Stage::Starting as u8)),
        }
    }

    /// Where it is served, once the agent has started.
    pub fn address(&self) -> Option<SocketAddr> {
        self.bound.get().copied()
    }

    fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Release);
    }

    /// Serves in a task of its own until `stop`.
    async fn serve(self, stop: CancellationToken, tasks: &TaskTracker) -> Result<(), HealthError> {
        let failed = |source| HealthError { address: self.wanted, source };
        let listener = TcpListener::bind(self.wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        self.bound.get_or_init(|| address);
        tracing::info!(%address, "questions of health are answered");
        let router = Router::new()
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self);
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        tasks.spawn(async move {
            if let Err(error) = served.await {
                tracing::error!(%error, "questions of health are no longer answered");
            }
        });
        Ok(())
    }
}

async fn ready(State(endpoint): State<HealthEndpoint>) -> Response {
    let stage = endpoint.stage.load(Ordering::Acquire);
    let (status, text) = match stage {
        stage if stage == Stage::Ready as u8 => (StatusCode::OK, "ready\n"),
        stage if stage == Stage::Away as u8 => (StatusCode::SERVICE_UNAVAILABLE, "the network is away\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
    };
    (status, text).into_response()
}

async fn metrics(State(endpoint): State<HealthEndpoint>) -> Response {
    match endpoint.render {
        Some(render) => ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Agent {
    /// Serves `endpoint` from the start of the agent until it has stopped. The agent does not start if it cannot be served.
    #[must_use]
    pub fn health(self, endpoint: HealthEndpoint) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        // Dropped with the agent, also if that is not stopped in good order.
        let (stopper, guard) = (stop.clone(), stop.clone().drop_guard());
        let [serving, connected, disconnected] = std::array::from_fn(|_| endpoint.clone());
        let started = tasks.clone();
        self.on_start(async move |_| Ok(serving.serve(stop, &started).await?))
            .on_connected(move |_| {
                connected.enter(Stage::Ready);
                async { Ok(()) }
            })
            .on_disconnected(move |_| {
                disconnected.enter(Stage::Away);
                async { Ok(()) }
            })
            .on_stop(move |_| {
                let _keep = &guard;
                stopper.cancel();
                let tasks = tasks.clone();
                async move {
                    tasks.close();
                    // Whoever does not read its answer does not hold up the end.
                    tokio::time::timeout(LAST_ANSWERS, tasks.wait()).await.ok();
                    Ok(())
                }
            })
    }
}

impl fmt::Debug for HealthEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthEndpoint")
            .field("address", &self.wanted)
            .field("has_metrics", &self.render.is_some())
            .finish_non_exhaustive()
    }
}
