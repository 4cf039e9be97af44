//! A real chain on this machine with smart contract wallets, tokens and names on it, for tests.
//!
//! The chain is Anvil, number 31337, a process of its own that ends with its [`Anvil`]. The wallets are contracts of ours
//! (`tests/chain/contracts/`) that vouch for what their owner signed, as ERC-1271 says; one that is not deployed yet signs
//! as ERC-6492 says. An owner is any key: what it signs for a plain wallet its smart contract wallet vouches for.
//!
//! ```no_run
//! use xmtp_anvil::Anvil;
//! use xmtp_types::Identifier;
//!
//! # async fn example(owner: Identifier) -> Result<(), xmtp_anvil::AnvilError> {
//! // Where Anvil is not installed a test says so and passes, except in CI.
//! let Some(anvil) = Anvil::for_test().await? else { return Ok(()) };
//! let wallet = anvil.deploy_wallet(&owner).await?;
//! let before = anvil.block_number().await?;
//! anvil.set_valid(&wallet, &owner, false).await?; // from the next block on it vouches for nothing
//!
//! let later = anvil.counterfactual_wallet(&owner, [7; 32]).await?; // its address is known, and nothing is there
//! let signature = later.wrap(&[1, 2, 3]); // what its owner signed, and how to deploy it
//! anvil.deploy_counterfactual(&later).await?;
//! # Ok(())
//! # }
//! ```

mod anvil;
mod error;
mod hostile;
mod install;
mod names;
mod rpc;
mod tokens;
mod wallets;

pub use anvil::Anvil;
pub use error::AnvilError;
pub use hostile::Hostile;
pub use names::Record;
pub use wallets::CounterfactualWallet;
