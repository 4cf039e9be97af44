//! Who a text speaks of, and whose accounts they are.
mod context;
mod find;
mod resolve;

pub use find::{Found, Mention, SHORTEST_CUT, find, mentions};
pub use resolve::{Resolved, resolve};
