//! Each example at work, on a network in the process.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod commands;
mod general_store;
#[cfg(feature = "chain")]
mod resolver;
#[cfg(feature = "chain")]
mod transactions;
mod welcome;
