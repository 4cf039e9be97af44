//! Groups: what they carry in their context, how they are created, and what they look like.

pub(crate) mod config;
pub(crate) mod extensions;
pub(crate) mod membership;
pub mod metadata;
pub mod permissions;
mod permissions_wire;
