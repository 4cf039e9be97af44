//! Agents at work: a network in the process, real clients, real databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod commands;
mod details;
mod handling;
#[cfg(feature = "health")]
mod health;
mod logs;
mod monitor;
mod restart;
mod wizard;
mod world;
