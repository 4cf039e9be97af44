//! The one way in: what the network delivered, in order, a batch to a transaction.
//!
//! ```text
//! Delivered ── seen before? ──> skip
//!     ├── application message ──> open, kept with those that follow it in its group (run) ──> store together
//!     ├── hash of one of our own envelopes ──> intent/resolve
//!     ├── commit ──> open, commit/validate, commit/apply
//!     └── welcome ──> welcome/open, welcome/join
//! ```
//! The cursor moves in the same transaction. What is refused for good moves it too; what could not be judged yet does
//! not, and the rest of the batch waits behind it.

mod batch;
mod refusal;
mod run;

pub use batch::Ingested;
