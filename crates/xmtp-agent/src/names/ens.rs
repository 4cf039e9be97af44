//! ENS, read from its registry on a chain.
//!
//! Source of fact: EIP-137 for the registry, resolvers and hashes of names, ENSIP-3 for reverse records, ENSIP-15 for
//! spelling.
use super::{NameError, NameResolver};
use alloy_ens::{ENS_ADDRESS, namehash, reverse_address};
use alloy_primitives::{Address, B256};
use alloy_sol_types::{SolCall, sol};
use ens_normalize_rs::EnsNameNormalizer;
use futures::{FutureExt, future::BoxFuture};
use std::sync::LazyLock;
use xmtp_client::{ChainError, ChainId, Chains, Identifier};

/// The chain that ENS is on.
pub const ETHEREUM: ChainId = ChainId::new(1);
/// The longest name that is looked up, in bytes: that of a DNS name.
const MAX_NAME: usize = 255;

/// The tables of the standard, read once.
static NORMALIZER: LazyLock<EnsNameNormalizer> = LazyLock::new(EnsNameNormalizer::default);

mod abi {
    use super::sol;
    sol! {
        function resolver(bytes32 node) external view returns (address);
        function addr(bytes32 node) external view returns (address);
        function name(bytes32 node) external view returns (string);
    }
}

/// Resolves names of the Ethereum Name Service by asking its registry and the resolvers that it names.
///
/// Records that are kept off the chain (ERC-3668) and those that a parent answers for (ENSIP-10) are not followed.
///
/// ```no_run
/// use xmtp_agent::names::{CachedNames, EnsResolver, NameResolver};
/// use xmtp_client::Chains;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let chains = Chains::from_variables(std::env::vars())?; // CHAIN_RPC_1 names an endpoint of Ethereum
/// let names = CachedNames::new(EnsResolver::new(chains));
/// println!("{:?}", names.resolve("vitalik.eth").await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct EnsResolver {
    chains: Chains,
    chain: ChainId,
    registry: Address,
}

impl EnsResolver {
    /// ENS as it is on Ethereum, for which `chains` needs an endpoint.
    pub const fn new(chains: Chains) -> Self {
        Self::at(chains, ETHEREUM, ENS_ADDRESS)
    }

    /// A registry on another chain or at another address.
    pub const fn at(chains: Chains, chain: ChainId, registry: Address) -> Self {
        Self { chains, chain, registry }
    }

    async fn account_of(&self, name: &str) -> Result<Option<Identifier>, NameError> {
        let name = normalize(name)?;
        let node = namehash(&name);
        let Some(resolver) = self.resolver(node).await? else { return Ok(None) };
        let address = self.ask(resolver, abi::addrCall { node }).await?.unwrap_or_default();
        Ok((!address.is_zero()).then(|| Identifier::Ethereum(format!("{address:#x}"))))
    }

    async fn name_of(&self, account: &Identifier) -> Result<Option<String>, NameError> {
        let Identifier::Ethereum(text) = account else { return Ok(None) };
        let Ok(address) = text.parse::<Address>() else { return Ok(None) };
        let node = namehash(&reverse_address(&address));
        let Some(resolver) = self.resolver(node).await? else { return Ok(None) };
        let Some(claimed) = self.ask(resolver, abi::nameCall { node }).await? else { return Ok(None) };
        // Anyone can claim any name: only the name itself says whose it is. A name in another spelling than its own would
        // be shown as it is not.
        match normalize(&claimed) {
            Ok(name) if name == claimed => {
                let owner = self.account_of(&name).await?;
                Ok((owner == Some(Identifier::Ethereum(format!("{address:#x}")))).then_some(name))
            }
            _ => Ok(None),
        }
    }

    async fn resolver(&self, node: B256) -> Result<Option<Address>, NameError> {
        let found = self.ask(self.registry, abi::resolverCall { node }).await?;
        let found = found.ok_or_else(|| self.unavailable("there is no registry of names at the address given"))?;
        Ok((!found.is_zero()).then_some(found))
    }

    /// What a contract returns; nothing if it has no such function, or is none.
    async fn ask<C: SolCall>(&self, to: Address, call: C) -> Result<Option<C::Return>, NameError> {
        match self.chains.read(self.chain, to, call.abi_encode().into()).await {
            Ok(returned) => Ok(C::abi_decode_returns_validate(&returned).ok()),
            Err(ChainError::GaveUp(_)) => Err(NameError::OffChain),
            Err(error) => Err(NameError::Unavailable { reason: error.to_string(), is_retryable: error.is_retryable() }),
        }
    }

    fn unavailable(&self, reason: &str) -> NameError {
        NameError::Unavailable { reason: format!("{reason} on chain {}", self.chain), is_retryable: false }
    }
}

impl NameResolver for EnsResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>> {
        self.account_of(name).boxed()
    }

    fn reverse<'a>(&'a self, account: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>> {
        self.name_of(account).boxed()
    }
}

/// The one spelling of a name.
///
/// # Errors
/// [`NameError::Invalid`] if it has none: spaces, look-alikes of other scripts, empty parts.
pub fn normalize(name: &str) -> Result<String, NameError> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(NameError::Invalid(format!("a name has 1 to {MAX_NAME} bytes")));
    }
    NORMALIZER.normalize(name).map_err(|error| NameError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_have_one_spelling_and_traps_are_refused() {
        assert_eq!(normalize(" Alice.ETH ").unwrap(), "alice.eth");
        assert_eq!(normalize("RaFFY🚴‍♂️.eTh").unwrap(), "raffy🚴‍♂.eth");
        let cyrillic = "v\u{456}tal\u{456}k.eth";
        for wrong in ["", "a b.eth", "a..eth", ".eth", "ni\u{200d}ck.eth", cyrillic, &"a".repeat(256)] {
            assert!(matches!(normalize(wrong), Err(NameError::Invalid(_))), "{wrong}");
        }
    }

    #[test] // EIP-137
    fn names_hash_as_the_standard_says() {
        let eth = "0x93cdeb708b7545dc668eb9280176169d1c33cfd8ed6f04690a0bcc88a93fc4ae";
        let foo = "0xde9b09fd7c5f901e23a3f19fecc54828e9c848539801e86591bd9801b019f84f";
        assert_eq!((namehash("eth").to_string(), namehash("foo.eth").to_string()), (eth.to_owned(), foo.to_owned()));
        assert_eq!(namehash(""), B256::ZERO);
    }

    proptest! {
        #[test]
        fn no_text_makes_normalisation_panic_and_what_is_normal_stays(text in "\\PC{0,30}") {
            if let Ok(name) = normalize(&text) {
                prop_assert_eq!(normalize(&name), Ok(name));
            }
        }
    }
}
