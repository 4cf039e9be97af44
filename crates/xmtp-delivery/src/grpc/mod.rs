//! The public v3 network, or a node of one's own, over gRPC.
//!
//! Plain HTTP/2 with prior knowledge for `http` addresses, TLS for `https`, trusting the certificates of the operating
//! system and Mozilla's. One connection serves everything, and a few transports of a process share one.
//!
//! ```no_run
//! use xmtp_delivery::{Environment, GrpcTransport};
//!
//! # async fn connect() -> Result<(), xmtp_delivery::DeliveryError> {
//! let network = GrpcTransport::builder(Environment::Dev.url()).app_version("weather-bot/2.1").connect()?;
//! # Ok(())
//! # }
//! ```

mod call;
mod commit_log;
mod connect;
mod publish;
mod query;
mod share;
mod status;
mod subscribe;
mod transport;

pub use connect::{Connect, LIBXMTP_VERSION};
pub use transport::GrpcTransport;
