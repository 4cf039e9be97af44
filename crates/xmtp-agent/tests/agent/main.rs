//! Agents at work: a network in the process, real clients, real databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod commands;
mod context;
mod creation;
mod delivery;
mod deploy;
mod details;
mod events;
mod handling;
#[cfg(feature = "health")]
mod health;
mod logs;
mod middleware;
mod monitor;
mod restart;
mod wizard;
mod world;
