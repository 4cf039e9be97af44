//! The chains that can be asked.
use crate::{
    ChainError,
    endpoint::{Endpoint, MAX_AT_ONCE},
};
use alloy_primitives::{Address, Bytes};
use futures::{StreamExt, stream};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use xmtp_types::{ChainId, ContractAnswer, ContractQuestion};

/// The chains that can be asked, each through one endpoint. Cheap to clone; clones share what they remember.
#[derive(Clone, Default)]
pub struct Chains(Arc<BTreeMap<ChainId, Arc<Endpoint>>>);

/// Chains whose endpoint turned out to be of no use, and why.
type Lost = Mutex<BTreeMap<ChainId, ChainError>>;

impl Chains {
    /// No chain can be asked.
    pub fn none() -> Self {
        Self::default()
    }

    /// These chains and `chain`, which is reached at `url`. One that was set before is replaced. Nothing is connected yet.
    ///
    /// # Errors
    /// [`ChainError::InvalidUrl`] if it is no http or https URL; [`ChainError::Setup`] if this machine cannot do TLS.
    pub fn with_endpoint(mut self, chain: ChainId, url: &str) -> Result<Self, ChainError> {
        Arc::make_mut(&mut self.0).insert(chain, Arc::new(Endpoint::new(chain, url)?));
        Ok(self)
    }

    /// Whether an endpoint is set for `chain`.
    pub fn contains(&self, chain: ChainId) -> bool {
        self.0.contains_key(&chain)
    }

    /// The chains that have an endpoint, in the order of their numbers.
    pub fn ids(&self) -> impl Iterator<Item = ChainId> + '_ {
        self.0.keys().copied()
    }

    /// Whether the account of the question signed, as of its block: the newest one if it names none. The answer names the
    /// block.
    ///
    /// # Errors
    /// [`ChainError`] if that is not known. Nobody may take it for a no.
    pub async fn ask(&self, question: &ContractQuestion) -> Result<ContractAnswer, ChainError> {
        let chain = question.account.chain();
        self.0.get(&chain).ok_or(ChainError::NoEndpoint(chain))?.ask(question).await
    }

    /// What the contract at `to` returns when it is called with `data`, as of the newest block. Nothing is changed on the
    /// chain. An address without a contract returns nothing.
    ///
    /// # Errors
    /// [`ChainError::GaveUp`] if the contract did; another [`ChainError`] if it could not be asked.
    pub async fn read(&self, chain: ChainId, to: Address, data: Bytes) -> Result<Bytes, ChainError> {
        self.0.get(&chain).ok_or(ChainError::NoEndpoint(chain))?.read(to, data).await
    }

    /// As [`Chains::ask`] for each question, in order, several at a time. An endpoint that turns out to be away or of
    /// another chain is not asked the rest: they get the same error.
    pub async fn ask_all(&self, questions: &[ContractQuestion]) -> Vec<Result<ContractAnswer, ChainError>> {
        let lost = Lost::default();
        let asked: Vec<_> = questions.iter().map(|question| self.ask_unless_lost(question, &lost)).collect();
        stream::iter(asked).buffered(MAX_AT_ONCE).collect().await
    }

    async fn ask_unless_lost(&self, question: &ContractQuestion, lost: &Lost) -> Result<ContractAnswer, ChainError> {
        let chain = question.account.chain();
        if let Some(error) = lost.lock().unwrap_or_else(PoisonError::into_inner).get(&chain) {
            return Err(error.clone());
        }
        let answer = self.ask(question).await;
        if let Err(error) = &answer
            && error.is_of_endpoint()
        {
            lost.lock().unwrap_or_else(PoisonError::into_inner).insert(chain, error.clone());
        }
        answer
    }
}

/// Shows hosts, and no more of a URL.
impl fmt::Debug for Chains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: [&str; 4] = ["user-name", "pass-word", "key-of-mine", "token-value"];
    const URL: &str = "https://user-name:pass-word@rpc.example.org/v2/key-of-mine?token=token-value";

    #[test]
    fn no_more_of_a_url_is_shown_than_its_host() {
        let chains = Chains::none().with_endpoint(ChainId::new(1), URL).unwrap();
        let shown = format!("{chains:?} {chains:#?}");
        assert!(shown.contains("rpc.example.org"), "{shown}");
        assert!(SECRETS.iter().all(|secret| !shown.contains(secret)), "{shown}");
    }

    #[test]
    fn what_is_no_url_is_refused_at_once_and_not_repeated() {
        for url in ["", "key-of-mine", "ws://rpc.example.org/key-of-mine", "http://", "/v2/key-of-mine"] {
            let refused = Chains::none().with_endpoint(ChainId::new(1), url).unwrap_err();
            assert!(matches!(refused, ChainError::InvalidUrl { .. }), "{url}");
            assert!(!format!("{refused} {refused:?}").contains("key-of-mine"));
            assert!(!refused.is_retryable());
        }
    }

    #[tokio::test]
    async fn a_chain_without_an_endpoint_names_the_variable_to_set() {
        let question = ContractQuestion {
            account: "eip155:8453:0xabcdef0000000000000000000000000000000001".parse().unwrap(),
            hash: [0; 32],
            signature: vec![],
            block: None,
        };
        let error = Chains::none().ask(&question).await.unwrap_err();
        assert_eq!(error, ChainError::NoEndpoint(ChainId::new(8453)));
        assert!(error.to_string().contains("CHAIN_RPC_8453"), "{error}");
        assert!(!error.is_retryable());
    }
}
