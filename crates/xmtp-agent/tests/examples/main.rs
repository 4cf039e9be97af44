//! Every example at work, on a network in the process.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]
#![expect(dead_code, reason = "the main functions of the examples are not run here")]

#[path = "../../examples/gated_group.rs"]
mod gated_group;
#[path = "../../examples/gm.rs"]
mod gm;
#[path = "../../examples/gpt.rs"]
mod gpt;
#[path = "../../examples/queue.rs"]
mod queue;
#[path = "../../examples/thinking.rs"]
mod thinking;

mod groups;
mod language_model;
mod small;
mod two_installations;
