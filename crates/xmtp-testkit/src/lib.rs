//! A whole XMTP network in a test: users with wallets, a real node on real sockets, and a clock that can be moved.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use xmtp_testkit::World;
//!
//! let mut world = World::new().await?;
//! let alice = world.user("alice").await?;
//! let bob = world.user("bob").await?;
//! let dm = alice.client.conversations().dm(bob.client.inbox_id()).await?;
//! dm.send(b"hello".to_vec(), true).await?;
//!
//! bob.client.conversations().sync_all().await?;
//! let dm = bob.client.conversations().find(dm.id()).await?;
//! assert!(dm.messages(Default::default()).await?.iter().any(|message| message.content == b"hello"));
//! # Ok::<(), xmtp_testkit::WorldError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod error;
#[cfg(feature = "hostile")]
pub mod hostile;
mod user;
mod world;

pub use clock::TestClock;
pub use error::WorldError;
pub use user::User;
pub use world::World;
