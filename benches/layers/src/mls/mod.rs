//! `xmtp-mls`: groups of two and of many, over a store of the caller's choice.
//!
//! `network` is a network that is a map, `member` an installation driven over it, `world` some of them in groups, and
//! `operations` what is measured.

mod member;
mod network;
mod operations;
mod world;

pub use member::Member;
pub use network::Network;
pub use operations::{operations, operations_over};
pub use world::{World, world};
