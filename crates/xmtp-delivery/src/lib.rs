//! Topics and cursors at work: how envelopes reach the XMTP network and come back in order.
//!
//! Everything above this crate talks to a network through one object-safe trait, [`Transport`]. Two networks stand
//! behind it: [`LocalTransport`], an in-memory log in the same process, and, with the feature `grpc` (on by default),
//! `grpc::GrpcTransport`, the public v3 network or a node of one's own. [`FaultyTransport`] wraps either and makes it
//! lose, repeat, delay and reorder what it may, from a seed.
//!
//! [`Transport::subscribe`] gives one connection's worth of a topic. [`Subscription`] follows topics for as long as it
//! is polled: it reconnects with jittered backoff and delivers every envelope exactly once and in the order of its
//! topic, because it resumes from the position of the last envelope it handed out.
//!
//! ```
//! use futures::StreamExt;
//! use std::sync::Arc;
//! use xmtp_delivery::{LocalTransport, Subscription, Transport};
//! use xmtp_types::{ClientEnvelope, Cursor, GroupId, Topic};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let network: Arc<dyn Transport> = Arc::new(LocalTransport::new());
//! let group = GroupId::from([7; 16]);
//! let mut followed = Subscription::open(network.clone(), vec![(Topic::group(&group), Cursor::start())]);
//!
//! network.publish(&[ClientEnvelope::group_message(&group, b"sealed".to_vec(), vec![0; 32], true)]).await?;
//! let delivered = followed.next().await.expect("a subscription does not end by itself")?;
//! assert_eq!(delivered.topic, Topic::group(&group));
//! # Ok::<(), xmtp_delivery::DeliveryError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod budget;
mod catch_up;
mod environment;
mod error;
mod faulty;
mod follow;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
#[cfg(feature = "grpc")]
pub mod grpc;
mod limited;
mod local;
mod originator;
mod page;
mod persist;
mod retry;
mod transport;
#[cfg_attr(
    not(any(feature = "grpc", test)),
    expect(dead_code, unused_imports, reason = "most conversions serve the gRPC transport alone")
)]
mod wire;

pub use budget::RateLimit;
pub use catch_up::HighWater;
pub use environment::{Environment, Network, UnknownEnvironment};
pub use error::DeliveryError;
pub use faulty::{Faults, FaultyTransport};
pub use follow::{Connection, Subscription, Topics};
#[cfg(feature = "grpc")]
pub use grpc::GrpcTransport;
pub use limited::LimitedTransport;
pub use local::LocalTransport;
pub use page::{PAGE_LIMIT, Page};
pub use persist::persist;
pub use retry::{Backoff, Patience};
pub use transport::{Deliveries, Newest, Transport};
