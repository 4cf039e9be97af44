//! What chains said about signatures of smart contract wallets.
use std::collections::BTreeMap;
use xmtp_types::{ContractAnswer, ContractQuestion};

/// What chains said, question by question. Whoever fills it vouches for having asked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ContractAnswers(BTreeMap<ContractQuestion, bool>);

impl ContractAnswers {
    /// Nobody was asked anything.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes an answer. One that leaves the question open changes nothing.
    pub fn insert(&mut self, question: ContractQuestion, answer: &ContractAnswer) {
        match answer {
            ContractAnswer::Signed { .. } => drop(self.0.insert(question, true)),
            ContractAnswer::NotSigned => drop(self.0.insert(question, false)),
            _ => {}
        }
    }

    /// Whether the account of the question signed; nothing if that was not asked.
    pub fn signed(&self, question: &ContractQuestion) -> Option<bool> {
        self.0.get(question).copied()
    }
}
