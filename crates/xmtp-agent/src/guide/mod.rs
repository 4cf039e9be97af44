//! A guide, to be read in this order. Its code is compiled with the crate.
//!
//! 1. [`getting_started`]: from nothing to an agent that answers.
//! 2. [`concepts`]: messages, contexts, filters, middlewares, failures, and what an agent promises.
//! 3. [`testing`]: a network within a test.
//! 4. [`deploy`]: running it for good.
//! 5. [`security`]: keys, databases, and what others can do to an agent.

pub mod getting_started;

pub mod concepts;
pub mod deploy;
pub mod security;
pub mod testing;
