//! Running an agent for good.
//!
//! # What it needs
//! One binary, its `.env`, and one folder that is kept: the database is the installation. An inbox has room for ten
//! installations in all its life with these accounts, so an agent whose database is gone is refused a new one until it is
//! told to take it. `XMTP_DB_DIRECTORY` says where the folder is.
//!
//! * One process for one database. A second one is refused at once.
//! * A copy of the database is no backup while the agent runs, and must never run beside the original: stop the agent, then
//!   copy the whole folder.
//! * A new version of the binary opens the database of an older one; going back is not possible.
//!
//! `docs/deploy.md` in the repository has a unit for systemd and the commands from a fresh machine to a running agent.
//!
//! # Starting and stopping
//! [`Agent::run`](crate::Agent::run) ends at SIGINT or SIGTERM: nothing new begins, running handlers have
//! [`Agent::grace`](crate::Agent::grace) to end, and the database is closed. A second signal does not wait. An agent that is
//! killed loses nothing either; see [`concepts`](super::concepts) on what then comes again.
//!
//! # Limits of the network
//! Clients on `dev` and `production` keep to the published limits by themselves, and wait as long as a node asks them to.
//!
//! # Seeing what it does
//! Everything is told through `tracing`. An application chooses what it shows:
//!
//! ```
//! tracing_subscriber::fmt().with_env_filter("info,xmtp_client=warn").init();
//! ```
