//! Tests of agents: a network in the process, people on it, and an agent that can be stopped, killed and started again.
//! No ports, no files, a few milliseconds. Behind the feature `testing`:
//!
//! ```toml
//! [dev-dependencies]
//! xmtp-agent = { version = "*", features = ["testing"] }
//! ```
//!
//! # Ask and hear the answer
//! An agent is a function from an [`Agent`](crate::Agent) without handlers to one with them. In a program it is given
//! [`Agent::from_env`](crate::Agent::from_env), in a test what [`TestNetwork::agent`] makes:
//!
//! ```
//! use xmtp_agent::{prelude::*, testing::TestNetwork};
//!
//! fn parrot(agent: Agent) -> Agent {
//!     agent.on_text(async |ctx, text| {
//!         ctx.reply(format!("{text}!")).await?;
//!         Ok(())
//!     })
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), xmtp_agent::testing::TestError> {
//! let network = TestNetwork::new();
//! let agent = network.agent(parrot).await?;
//! let mut alice = network.user().await?;
//!
//! let asked = alice.say_to(&agent, "hi").await?;
//! let answer = alice.hears().await?;
//! assert_eq!(answer.as_text(), Some("hi!"));
//! assert!(matches!(answer, Content::Reply(reply) if reply.reference == asked.into()));
//! # Ok(())
//! # }
//! ```
//!
//! # Silence
//! That an agent does not answer cannot be waited for. [`TestAgent::settle`] returns when it has handled all there is;
//! what was said by then is [`TestUser::heard`]:
//!
//! ```
//! # use xmtp_agent::{filter, prelude::*, testing::TestNetwork};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), xmtp_agent::testing::TestError> {
//! let network = TestNetwork::new();
//! let agent = network.agent(|agent| {
//!     agent.only(filter::dm() | filter::mentions("@gm")).on_text(async |ctx, _| {
//!         ctx.send_text("gm").await?;
//!         Ok(())
//!     })
//! });
//! let agent = agent.await?;
//! let mut alice = network.user().await?;
//! let group = alice.group(&[agent.inbox_id()]).await?;
//!
//! alice.say(&group, "how is everybody?").await?;
//! agent.settle().await?;
//! assert!(alice.heard().await?.is_empty());
//!
//! alice.say(&group, "and you, @gm?").await?;
//! assert_eq!(alice.hears_text().await?, "gm");
//! # Ok(())
//! # }
//! ```
//!
//! # Stops, crashes and time
//! What is said while an agent is down is handled when it is back, and what a crash may have made it handle twice is
//! flagged. [`TestNetwork::advance`] lets hours pass:
//!
//! ```
//! # use std::time::Duration;
//! # use xmtp_agent::{prelude::*, testing::TestNetwork};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), xmtp_agent::testing::TestError> {
//! fn clerk(agent: Agent) -> Agent {
//!     agent.max_age(Duration::from_secs(3600)).on_text(async |ctx, text| {
//!         ctx.send(if ctx.is_repeat() { format!("{text} (again?)") } else { text }).await?;
//!         Ok(())
//!     })
//! }
//!
//! let network = TestNetwork::new();
//! let mut agent = network.agent(clerk).await?;
//! let mut alice = network.user().await?;
//! agent.stop().await?;
//! alice.say_to(&agent, "too long ago").await?;
//! network.advance(Duration::from_secs(3601));
//! alice.say_to(&agent, "a moment ago").await?;
//! agent.start(clerk).await?;
//! assert_eq!(alice.hears_text().await?, "a moment ago");
//!
//! agent.crash().await;
//! alice.say_to(&agent, "after the crash").await?;
//! agent.start(clerk).await?;
//! assert_eq!(alice.hears_text().await?, "after the crash");
//! # Ok(())
//! # }
//! ```
mod agent;
mod error;
mod network;
mod user;

pub use agent::TestAgent;
pub use error::TestError;
pub use network::TestNetwork;
pub use user::TestUser;
