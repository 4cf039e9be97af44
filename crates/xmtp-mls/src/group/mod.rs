//! Groups: what they carry in their context, how they are created, and what they look like.

pub(crate) mod config;
mod create;
pub(crate) mod departed;
pub(crate) mod extensions;
mod info;
pub(crate) mod membership;
pub mod metadata;
pub mod permission_kind;
pub mod permissions;
mod permissions_wire;
pub(crate) mod views;

pub use info::{GroupInfo, GroupMember};
