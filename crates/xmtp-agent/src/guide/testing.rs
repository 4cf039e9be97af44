//! A network within a test.
//!
//! `xmtp_agent::testing`, behind the feature `testing`, runs an agent on a network in the process: no ports, no files, a few
//! milliseconds. Write the agent as a function from an [`Agent`](crate::Agent) without handlers to one with them; `main`
//! gives it [`Agent::from_env`](crate::Agent::from_env), a test what the network makes:
//!
//! ```
//! use xmtp_agent::{prelude::*, testing::TestNetwork};
//!
//! fn gm(agent: Agent) -> Agent {
//!     agent.on_text(async |ctx, _| {
//!         ctx.send_text("gm").await?;
//!         Ok(())
//!     })
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), xmtp_agent::testing::TestError> {
//! let network = TestNetwork::new();
//! let agent = network.agent(gm).await?;
//! let mut alice = network.user().await?;
//! alice.say_to(&agent, "good morning").await?;
//! assert_eq!(alice.hears_text().await?, "gm");
//! # Ok(())
//! # }
//! ```
//!
//! Its documentation shows how to test silence, stops, crashes and the passing of time. The clients in such a test are the
//! real ones, with real cryptography; only the node is a piece of memory. Each example of this crate is tested this way, in
//! `tests/examples`.
