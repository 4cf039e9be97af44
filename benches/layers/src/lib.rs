//! What the pure layers are measured by: operations with fixed inputs, each with what must stand before it.
//!
//! The program `instructions` of this package runs each of them once under valgrind, which counts what the processor is
//! told; `cargo xtask instructions` compares that with the baseline. The criterion benches of `xmtp-benches` run the same
//! operations against the clock. This package links the pure layers alone, so that counting them takes a short build.

pub mod content;
pub mod crypto;
pub mod identity;
pub mod mls;
mod operation;
pub mod words;

pub use operation::{Operation, Work};

use anyhow::Result;

/// All operations of the pure layers, from the bottom up; those of groups over memory.
///
/// # Errors
/// If one of them cannot be prepared.
pub fn operations() -> Result<Vec<Operation>> {
    let mut all = words::operations()?;
    all.extend(crypto::operations()?);
    all.extend(identity::operations()?);
    all.extend(content::operations()?);
    all.extend(mls::operations()?);
    Ok(all)
}
