//! How workers run: asleep until something is due, started again after a failure, each with a record of what it did.
use super::table::WORKERS;
use crate::{ClientError, client::Inner};
use futures::future::BoxFuture;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use xmtp_mls::Event;
use xmtp_types::Timestamp;

/// Shortest and longest wait before a worker that failed is started again.
const RESTART: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// One line of the table of workers.
#[derive(Clone, Copy)]
pub(crate) struct Worker {
    /// What it is called.
    pub(crate) name: &'static str,
    /// How often it runs while it answers [`Due::AfterInterval`].
    pub(crate) interval: Option<Duration>,
    /// Which events wake it. Many in a row wake it once.
    pub(crate) wakes: fn(&Event) -> bool,
    /// What it does. Says when it is to do so again.
    pub(crate) work: fn(Arc<Inner>) -> BoxFuture<'static, Result<Due, ClientError>>,
}

/// When a worker is to run again. An event that wakes it makes it run sooner.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Due {
    /// When an event wakes it.
    WhenWoken,
    /// After its interval.
    AfterInterval,
    /// At this point in time.
    At(Timestamp),
}

/// What a worker of a client has done; see [`Client::workers`](crate::Client::workers).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkerState {
    /// What it is called.
    pub name: &'static str,
    /// How often it looks for work; `None` if it runs only when something is due.
    pub interval: Option<Duration>,
    /// When it ran last, by the client's clock.
    pub last_run: Option<Timestamp>,
    /// Why it failed the last time it ran, if it did.
    pub last_error: Option<String>,
    /// How often it ran since the client was opened.
    pub runs: u64,
    /// How often it was started again after a failure.
    pub restarts: u64,
}

/// A bell and a record for each worker.
pub(crate) struct Workers(Vec<Desk>);

struct Desk {
    bell: Notify,
    state: Mutex<WorkerState>,
}

/// Starts all workers; they end with the client.
pub(crate) fn start(inner: &Arc<Inner>) {
    for (place, worker) in WORKERS.iter().enumerate() {
        inner.spawn(run(Arc::clone(inner), worker, place));
    }
}

async fn run(inner: Arc<Inner>, worker: &'static Worker, place: usize) {
    let Some(desk) = inner.machine.workers.0.get(place) else { return };
    let mut pause = RESTART.0;
    loop {
        let worked = (worker.work)(Arc::clone(&inner)).await;
        desk.note(inner.machine.clock.now(), &worked);
        match worked {
            Ok(due) => {
                pause = RESTART.0;
                // MSG.R1
                tokio::select! {
                    () = wait(&inner, worker, due) => {}
                    () = desk.bell.notified() => {}
                }
            }
            Err(error) => {
                tracing::debug!(%error, worker = worker.name, ?pause, "a worker failed and starts again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RESTART.1);
                desk.note_restart();
            }
        }
    }
}

async fn wait(inner: &Inner, worker: &Worker, due: Due) {
    match (due, worker.interval) {
        (Due::At(at), _) => inner.machine.clock.wait_until(at).await,
        (Due::AfterInterval, Some(interval)) => tokio::time::sleep(interval).await,
        (Due::WhenWoken, _) | (Due::AfterInterval, None) => std::future::pending().await,
    }
}

impl Workers {
    /// Wakes the workers that wait for such an event.
    pub(crate) fn hear(&self, event: &Event) {
        let woken = WORKERS.iter().zip(&self.0).filter(|(worker, _)| (worker.wakes)(event));
        woken.for_each(|(_, desk)| desk.bell.notify_one());
    }

    /// Wakes the worker of this name.
    pub(crate) fn wake(&self, name: &str) {
        let woken = WORKERS.iter().zip(&self.0).filter(|(worker, _)| worker.name == name);
        woken.for_each(|(_, desk)| desk.bell.notify_one());
    }

    pub(crate) fn states(&self) -> Vec<WorkerState> {
        self.0.iter().map(|desk| desk.state.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
    }
}

impl Default for Workers {
    fn default() -> Self {
        let desk = |worker: &Worker| Desk {
            bell: Notify::new(),
            state: Mutex::new(WorkerState {
                name: worker.name,
                interval: worker.interval,
                last_run: None,
                last_error: None,
                runs: 0,
                restarts: 0,
            }),
        };
        Self(WORKERS.iter().map(desk).collect())
    }
}

impl Desk {
    fn note(&self, now: Timestamp, worked: &Result<Due, ClientError>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.runs = state.runs.saturating_add(1);
        state.last_run = Some(now);
        state.last_error = worked.as_ref().err().map(ToString::to_string);
    }

    fn note_restart(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.restarts = state.restarts.saturating_add(1);
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.states()).finish()
    }
}
