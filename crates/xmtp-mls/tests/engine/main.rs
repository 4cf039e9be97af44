//! The state machine as a whole: several installations, a network that is a `Vec`, an identity ledger of real updates.
#![cfg(test)]

mod again;
mod attempts;
mod convergence;
mod deletions;
mod intents;
mod leaving;
mod members;
mod past_epochs;
mod permissions;
mod ratchets;
mod readding;
mod stuck;
mod unread;
#[expect(dead_code, reason = "the unit tests use the rest")]
mod world;
mod writes;
