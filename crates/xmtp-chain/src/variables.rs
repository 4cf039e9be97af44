//! Endpoints by environment variables.
//!
//! Source of fact for the names: observed on the official node's validation service, which reads `CHAIN_RPC_<number>`
//! and `ANVIL_URL`.
use crate::{ChainError, Chains};
use xmtp_types::ChainId;

/// Begins the name of a variable that holds the endpoint of a chain; the number of the chain follows.
const PREFIX: &str = "CHAIN_RPC_";
/// Names the endpoint of the chain that developers run on their own machine.
const ANVIL: &str = "ANVIL_URL";
/// The number of that chain.
const ANVIL_CHAIN: ChainId = ChainId::new(31_337);

impl Chains {
    /// The chains that variables name: `CHAIN_RPC_<number>`, and `ANVIL_URL` for chain 31337. Others are passed over,
    /// and empty ones are as if not set.
    ///
    /// # Errors
    /// [`ChainError::InvalidVariable`], or that of [`Chains::with_endpoint`].
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Result<Self, ChainError>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut chains = Self::none();
        for (name, url) in variables {
            if let Some(chain) = chain_of(name.as_ref())?
                && !url.as_ref().is_empty()
            {
                // The number says it more exactly than the name of a program.
                if name.as_ref() == ANVIL && chains.contains(chain) {
                    continue;
                }
                chains = chains.with_endpoint(chain, url.as_ref())?;
            }
        }
        Ok(chains)
    }
}

/// The chain whose endpoint a variable of this name holds.
fn chain_of(name: &str) -> Result<Option<ChainId>, ChainError> {
    if name == ANVIL {
        return Ok(Some(ANVIL_CHAIN));
    }
    let Some(number) = name.strip_prefix(PREFIX) else { return Ok(None) };
    let parsed = number.parse::<u64>().ok().filter(|parsed| parsed.to_string() == number);
    parsed.map(|number| Some(ChainId::new(number))).ok_or_else(|| ChainError::InvalidVariable(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://127.0.0.1:8545";

    #[test]
    fn variables_name_chains_by_number_and_others_are_passed_over() {
        let variables = [("CHAIN_RPC_8453", URL), ("ANVIL_URL", URL), ("PATH", "/bin"), ("CHAIN_RPC_10", "")];
        let chains = Chains::from_variables(variables).unwrap();
        let known = [8453, 31_337, 10, 1].map(|number| chains.contains(ChainId::new(number)));
        assert_eq!(known, [true, true, false, false]);
    }

    #[test]
    fn a_variable_that_names_no_chain_or_holds_no_url_is_refused() {
        for name in ["CHAIN_RPC_", "CHAIN_RPC_base", "CHAIN_RPC_+1", "CHAIN_RPC_01", "CHAIN_RPC_99999999999999999999"] {
            let refused = Chains::from_variables([(name, URL)]);
            assert_eq!(refused.unwrap_err(), ChainError::InvalidVariable(name.to_owned()));
        }
        let refused = Chains::from_variables([("CHAIN_RPC_1", "rpc.example.org")]).unwrap_err();
        assert!(matches!(refused, ChainError::InvalidUrl { .. }), "{refused}");
    }

    #[test]
    fn the_number_wins_over_the_name_of_a_program_in_either_order() {
        let (number, name) = (("CHAIN_RPC_31337", "http://one.example"), ("ANVIL_URL", "http://two.example"));
        for variables in [[number, name], [name, number]] {
            let chains = format!("{:?}", Chains::from_variables(variables).unwrap());
            assert!(chains.contains("one.example") && !chains.contains("two.example"), "{chains}");
        }
    }
}
