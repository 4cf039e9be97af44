//! What `ARCHITECTURE.md` promises about the shape of the code, held by tests.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a guard fails by panicking")]

mod arrows;
mod features;
mod pure;
mod rules;
mod sizes;
mod workspace;
