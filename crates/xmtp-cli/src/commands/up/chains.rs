//! The chains that the network asks whether smart contract wallets signed.
use crate::{args::ChainRpc, error::CliError};
use std::env;
use xmtp_node::{ChainError, ChainId, Chains};

/// The chain that developers run on their own machine, and where programs for that listen unless told otherwise.
const ANVIL: (ChainId, &str) = (ChainId::new(31_337), "http://127.0.0.1:8545");

/// The chains of the environment, and over them those of the options. Nothing is connected until a wallet signs.
///
/// # Errors
/// [`CliError::Usage`] if one has no URL; the text does not hold it.
pub(super) fn chains(given: &[ChainRpc]) -> Result<Chains, CliError> {
    let variables =
        env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let usage = |error: ChainError| CliError::usage(error.to_string());
    let mut chains = Chains::from_variables(variables).map_err(usage)?;
    for ChainRpc { chain, url } in given {
        chains = chains.with_endpoint(*chain, url).map_err(usage)?;
    }
    let (anvil, url) = ANVIL;
    if chains.contains(anvil) { Ok(chains) } else { chains.with_endpoint(anvil, url).map_err(usage) }
}
