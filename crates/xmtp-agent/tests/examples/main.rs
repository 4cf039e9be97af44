//! Each example at work, on a network in the process.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod commands;
mod echo;
mod gated_group;
mod general_store;
mod gm;
mod gpt;
mod queue;
#[cfg(feature = "chain")]
mod resolver;
mod thinking;
#[cfg(feature = "chain")]
mod transactions;
mod welcome;
