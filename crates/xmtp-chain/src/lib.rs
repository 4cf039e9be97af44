//! Asks blockchains whether smart contract wallets signed, and what contracts say.
//!
//! A plain key proves itself: its signature says whose it is. A smart contract wallet has no key; whether it signed is
//! whatever its contract says, and only a node of its chain can run that. This crate asks such nodes, over JSON-RPC.
//!
//! ```no_run
//! use xmtp_chain::Chains;
//! use xmtp_types::{ChainId, ContractAnswer, ContractQuestion};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // An endpoint for each chain, from CHAIN_RPC_<number> and ANVIL_URL, or by name:
//! let chains = Chains::from_variables(std::env::vars())?
//!     .with_endpoint(ChainId::new(8453), "https://rpc.example.org/v1/key")?;
//!
//! let question = ContractQuestion {
//!     account: "eip155:8453:0xabcdef0000000000000000000000000000000001".parse()?,
//!     hash: [7; 32],
//!     signature: vec![1, 2, 3],
//!     block: None,
//! };
//! match chains.ask(&question).await? {
//!     ContractAnswer::Signed { block } => println!("signed, as of block {block:?}"),
//!     _ => println!("not signed"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! One `eth_call` runs a contract of ours that is never deployed (`contracts/SignatureValidator.sol`) at the block of the
//! question. It asks the wallet if there is one (ERC-1271), deploys it first if the signature says how (ERC-6492), and
//! recovers a plain key otherwise. What a contract says about a block never changes, so that such answers are remembered;
//! endpoints must still know the state of old blocks, which for long logs means archive nodes.
//!
//! [`Chains::read`] calls any contract at the newest block, for balances and names.
//!
//! # What is kept secret
//! The URL of an endpoint often holds a key. Nothing here shows more of it than its host: not `Debug`, not errors, not
//! logs. Redirects are not followed.
//!
//! # What is promised
//! Nothing hangs: a request takes at most [`TIMEOUT`], an answer over a mebibyte is not read, and of the requests to one
//! endpoint a few run at a time. A contract that loops, reverts, or answers nonsense has not signed. An endpoint that is
//! away, slow, broken, or of another chain is a [`ChainError`] which [is retryable](ChainError::is_retryable): the answer
//! is not known, so nobody may take it for a no.

mod chains;
mod endpoint;
mod error;
mod memory;
mod transport;
mod url;
mod validator;
mod variables;

pub use alloy_primitives::{Address, Bytes};
pub use chains::Chains;
pub use error::ChainError;
pub use transport::TIMEOUT;
pub use validator::MAX_SIGNATURE_LEN;
