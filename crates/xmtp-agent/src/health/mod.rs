//! Whether the agent is well, over HTTP.
mod endpoint;
#[cfg(feature = "metrics")]
mod prometheus;

pub use endpoint::{HealthEndpoint, HealthError};
#[cfg(feature = "metrics")]
pub use prometheus::MetricsError;
