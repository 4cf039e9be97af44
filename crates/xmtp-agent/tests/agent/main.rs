//! Agents at work: a network in the process, real clients, real databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod context;
mod creation;
mod delivery;
mod events;
mod handling;
mod logs;
mod middleware;
mod restart;
mod world;
