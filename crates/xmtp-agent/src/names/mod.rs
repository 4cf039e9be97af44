//! Names of accounts: who looks them up, and what is remembered of it.
mod cache;
#[cfg(feature = "chain")]
mod ens;
mod resolver;

pub use cache::{CachedNames, NAME_TTL, NAMES_KEPT};
#[cfg(feature = "chain")]
pub use ens::{ETHEREUM, EnsResolver, normalize};
pub use resolver::{NameError, NameResolver};
