//! Metrics as text for Prometheus.
use super::HealthEndpoint;
use crate::monitor::metric_names::RESPONSE_SECONDS;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

/// Up to how many seconds a response counts for each bucket of the histogram.
const BUCKETS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The recorder of this process: there can be one, and endpoints share it.
static RECORDER: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// Metrics cannot be recorded.
#[derive(Debug, Error)]
#[error("metrics cannot be recorded: {0}; a process has one recorder, so use the one that is installed")]
pub struct MetricsError(#[source] BuildError);

impl HealthEndpoint {
    /// Serves `/metrics` as well: everything that is recorded through the `metrics` facade from now on, in this whole
    /// process, the counts of [`PerformanceMonitor`](crate::PerformanceMonitor) among it.
    ///
    /// # Errors
    /// [`MetricsError`] if another recorder is installed already.
    pub fn metrics(mut self) -> Result<Self, MetricsError> {
        let handle = recorder()?;
        self.render = Some(Arc::new(move || {
            handle.run_upkeep();
            handle.render()
        }));
        Ok(self)
    }
}

fn recorder() -> Result<PrometheusHandle, MetricsError> {
    let mut recorder = RECORDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*recorder {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(RESPONSE_SECONDS.to_owned()), &BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(MetricsError)?;
    Ok(recorder.insert(handle).clone())
}
