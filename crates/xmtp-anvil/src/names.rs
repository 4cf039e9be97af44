//! A registry of names, and names in it.
//!
//! Source of fact: `tests/chain/contracts/Names.sol`.
use crate::{Anvil, AnvilError, wallets::of};
use alloy_primitives::{Address, B256};
use alloy_sol_types::{SolCall, sol};
use xmtp_types::Identifier;

/// What the contract is created with, as hex. A test compiles it again.
const NAMES: &str = include_str!("../../../tests/chain/contracts/Names.hex");

mod abi {
    use super::sol;
    sol! {
        function setAddr(bytes32 node, address account) external;
        function setName(bytes32 node, string text) external;
        function setResolver(bytes32 node, address to) external;
    }
}

/// What a name, by its hash, is set to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Record<'a> {
    /// The account that has the name.
    Account(&'a Identifier),
    /// The name that an account claims.
    Name(&'a str),
    /// Another contract that answers for the name.
    Resolver(Address),
}

impl Anvil {
    /// A new registry without names, and its address.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn deploy_names(&self) -> Result<Address, AnvilError> {
        self.create(NAMES, &[]).await
    }

    /// Sets a record of the name whose hash is `node`.
    ///
    /// # Errors
    /// [`AnvilError`].
    pub async fn set_record(&self, names: Address, node: B256, record: Record<'_>) -> Result<(), AnvilError> {
        let data = match record {
            Record::Account(account) => abi::setAddrCall { node, account: of(account)? }.abi_encode(),
            Record::Name(text) => abi::setNameCall { node, text: text.to_owned() }.abi_encode(),
            Record::Resolver(to) => abi::setResolverCall { node, to }.abi_encode(),
        };
        self.send(names, data.into()).await
    }
}
