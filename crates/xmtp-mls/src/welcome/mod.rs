//! Welcomes: how installations are let into a group, and what is asked of a group before this one joins it.

mod ahead;
mod join;
mod leaves;
mod metadata;
mod offer;
mod open;
mod pointer;
mod send;
mod validate;

#[cfg(any(fuzzing, test))]
pub(crate) use {metadata::decode as decode_metadata, pointer::Pointer};

pub(crate) use ahead::Ahead;
pub(crate) use send::{Pointers, Recipient, seal};

#[cfg(test)]
mod tests;
