//! How the agent is doing: how long messages take, and what the process needs.
mod names;
mod performance;
mod report;

pub use performance::{CRITICAL_RESPONSE, PerformanceMonitor, REPORT_INTERVAL};
pub use report::HealthReport;

/// The names under which the agent counts, for whatever recorder of the `metrics` facade is installed.
pub mod metric_names {
    pub use super::names::{CPU_PERCENT, CRITICAL, IN_FLIGHT, MESSAGES, RESIDENT_BYTES, RESPONSE_SECONDS, WAITING};
}
