//! Whole-system scenarios, guards and interop with the official client.
//!
//! The library holds what several of these programs share.

pub mod kill;
pub mod random;
pub mod see;
