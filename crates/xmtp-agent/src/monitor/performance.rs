//! How long messages take, and how the process is doing, told to whoever wants to know.
use super::{
    HealthReport,
    names::{self, CPU_PERCENT, CRITICAL, IN_FLIGHT, MESSAGES, RESIDENT_BYTES, RESPONSE_SECONDS, WAITING},
    report::Process,
};
use crate::{Agent, Context, HandlerResult, Middleware, Next};
use futures::{FutureExt, future::BoxFuture};
use metrics::{counter, gauge, histogram};
use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// How often the process is looked at, unless [`PerformanceMonitor::report_every`] says otherwise.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(60);
/// How long a message may take, unless [`PerformanceMonitor::critical_after`] says otherwise.
pub const CRITICAL_RESPONSE: Duration = Duration::from_secs(10);

type OnReport = Arc<dyn Fn(&HealthReport) + Send + Sync>;
type OnTime = Arc<dyn Fn(Duration) + Send + Sync>;
type OnEnd = Arc<dyn Fn() + Send + Sync>;

/// Measures how long messages take behind it and how the process is doing.
///
/// Give it to [`Agent::monitor`] before other middlewares, so that it measures those too. What it finds goes to `tracing`,
/// or to functions of one's own in place of it, and under the names in [`metric_names`](super::metric_names) to the
/// recorder of the `metrics` facade, if one is installed. Clones are the same monitor.
///
/// ```no_run
/// use std::time::Duration;
/// use xmtp_agent::{PerformanceMonitor, prelude::*};
///
/// # fn build() -> Result<Agent, AgentError> {
/// let monitor = PerformanceMonitor::new()
///     .critical_after(Duration::from_secs(2))
///     .on_critical_response(|took| eprintln!("a message took {took:?}"));
/// let agent = Agent::from_env()?.monitor(monitor);
/// # Ok(agent)
/// # }
/// ```
#[derive(Clone)]
pub struct PerformanceMonitor {
    interval: Option<Duration>,
    critical: Duration,
    on_report: OnReport,
    on_response: OnTime,
    on_critical: OnTime,
    on_shutdown: OnEnd,
    waiting: Arc<AtomicUsize>,
    state: Arc<State>,
}

/// What clones share.
#[derive(Default)]
struct State {
    in_flight: AtomicUsize,
    since_report: Mutex<(u64, Duration)>,
    ended: CancellationToken,
}

impl Default for PerformanceMonitor {
    fn default() -> Self {
        Self {
            interval: Some(REPORT_INTERVAL),
            critical: CRITICAL_RESPONSE,
            on_report: Arc::new(|report| tracing::info!(%report, "health of the agent")),
            on_response: Arc::new(|took| tracing::debug!(?took, "a message was handled")),
            on_critical: Arc::new(|took| tracing::warn!(?took, "a message took too long")),
            on_shutdown: Arc::new(|| tracing::info!("the monitor ends")),
            waiting: Arc::default(),
            state: Arc::default(),
        }
    }
}

impl PerformanceMonitor {
    /// A monitor that reports every [`REPORT_INTERVAL`] and finds messages late after [`CRITICAL_RESPONSE`].
    pub fn new() -> Self {
        Self::default()
    }

    /// How often the process is looked at, the first time at once. Zero is never.
    #[must_use]
    pub fn report_every(mut self, interval: Duration) -> Self {
        self.interval = (!interval.is_zero()).then_some(interval);
        self
    }

    /// How long a message may take.
    #[must_use]
    pub const fn critical_after(mut self, time: Duration) -> Self {
        self.critical = time;
        self
    }

    /// Is told how the process is doing, in place of the log.
    #[must_use]
    pub fn on_health_report(mut self, told: impl Fn(&HealthReport) + Send + Sync + 'static) -> Self {
        self.on_report = Arc::new(told);
        self
    }

    /// Is told how long each message took, failed or not.
    #[must_use]
    pub fn on_response(mut self, told: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.on_response = Arc::new(told);
        self
    }

    /// Is told of each message that took longer than it may, in place of the log.
    #[must_use]
    pub fn on_critical_response(mut self, told: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.on_critical = Arc::new(told);
        self
    }

    /// Is told once that the monitor ends, in place of the log.
    #[must_use]
    pub fn on_shutdown(mut self, told: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_shutdown = Arc::new(told);
        self
    }

    /// Ends the reports. [`Agent::monitor`] does so when the agent stops; a second time does nothing.
    pub fn shutdown(&self) {
        if !self.state.ended.is_cancelled() {
            self.state.ended.cancel();
            (self.on_shutdown)();
        }
    }

    /// How it is now. `process` remembers the last look.
    fn report(&self, process: &mut Process, delay: Duration) -> HealthReport {
        let (cpu_percent, resident_bytes) = process.sample();
        let (handled, slowest) =
            std::mem::take(&mut *self.state.since_report.lock().unwrap_or_else(PoisonError::into_inner));
        let in_flight = self.state.in_flight.load(Ordering::Relaxed);
        let waiting = self.waiting.load(Ordering::Relaxed);
        HealthReport { cpu_percent, resident_bytes, in_flight, waiting, handled, slowest, delay }
    }

    /// Reports until the monitor ends.
    async fn watch(self, interval: Duration) {
        names::describe();
        let mut process = Process::this();
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while let Some(due) = self.state.ended.run_until_cancelled(ticks.tick()).await {
            let report = self.report(&mut process, due.elapsed());
            gauge!(CPU_PERCENT).set(f64::from(report.cpu_percent));
            // Gauges are floating point; memory in bytes is exact in one up to 2^53.
            gauge!(RESIDENT_BYTES).set(report.resident_bytes as f64);
            gauge!(WAITING).set(report.waiting as f64);
            (self.on_report)(&report);
        }
    }

    fn ended(&self, took: Duration, outcome: &'static str) {
        {
            let mut since = self.state.since_report.lock().unwrap_or_else(PoisonError::into_inner);
            *since = (since.0.saturating_add(1), since.1.max(took));
        }
        counter!(MESSAGES, "outcome" => outcome).increment(1);
        histogram!(RESPONSE_SECONDS).record(took.as_secs_f64());
        (self.on_response)(took);
        if took > self.critical {
            counter!(CRITICAL).increment(1);
            (self.on_critical)(took);
        }
    }
}

impl Middleware for PerformanceMonitor {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        async move {
            let _turn = Turn::begin(&self.state.in_flight);
            let began = Instant::now();
            let outcome = next.run(context).await;
            self.ended(began.elapsed(), if outcome.is_ok() { "handled" } else { "failed" });
            outcome
        }
        .boxed()
    }
}

/// A message that is being handled, also if its handling is broken off.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        gauge!(IN_FLIGHT).increment(1.0);
        Self(count)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        gauge!(IN_FLIGHT).decrement(1.0);
    }
}

impl Agent {
    /// Measures with `monitor` how long messages take in everything that is given after it, from the start of the agent to
    /// its end.
    #[must_use]
    pub fn monitor(self, monitor: PerformanceMonitor) -> Self {
        let monitor = PerformanceMonitor { waiting: self.waiting(), ..monitor };
        let (watcher, ender) = (monitor.clone(), monitor.clone());
        // Dropped with the agent, also if that is not stopped in good order.
        let guard = monitor.state.ended.clone().drop_guard();
        self.with(monitor)
            .on_start(move |_| {
                if let Some(interval) = watcher.interval {
                    tokio::spawn(watcher.watch(interval));
                }
                async { Ok(()) }
            })
            .on_stop(move |_| {
                let _keep = &guard;
                ender.shutdown();
                async { Ok(()) }
            })
    }
}

impl fmt::Debug for PerformanceMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerformanceMonitor")
            .field("interval", &self.interval)
            .field("critical", &self.critical)
            .finish_non_exhaustive()
    }
}
