//! Answers that never change: what a contract said about a block.
use crate::validator::address;
use alloy_primitives::{B256, keccak256};
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};
use xmtp_types::ContractQuestion;

/// Answers in one generation. Two are kept, so that what is asked for again and again stays.
const GENERATION: usize = 8_192;

/// Which questions were answered how. Bounded: the ones not asked for lately go first.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    recent: HashMap<B256, bool>,
    older: HashMap<B256, bool>,
}

impl Memory {
    /// Whether the account of the question signed; nothing if that is not remembered.
    pub(crate) fn recall(&self, question: &ContractQuestion) -> Option<bool> {
        let key = key(question)?;
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = generations.recent.get(&key) {
            return Some(*signed);
        }
        let signed = generations.older.remove(&key)?;
        generations.keep(key, signed);
        Some(signed)
    }

    /// Keeps an answer, unless the question names no block: about the newest one the answer may change.
    pub(crate) fn keep(&self, question: &ContractQuestion, signed: bool) {
        if let Some(key) = key(question) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, signed);
        }
    }
}

impl Generations {
    fn keep(&mut self, key: B256, signed: bool) {
        if self.recent.len() >= GENERATION {
            self.older = mem::take(&mut self.recent);
        }
        self.recent.insert(key, signed);
    }
}

/// Stands for the whole question: every part but the last has one length, so that no two questions share a text.
fn key(question: &ContractQuestion) -> Option<B256> {
    let chain = question.account.chain().as_u64().to_be_bytes();
    let block = question.block?.to_be_bytes();
    let address = address(question);
    Some(keccak256([&chain[..], &block, address.as_slice(), &question.hash, &question.signature].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(number: u64) -> ContractQuestion {
        let account = "eip155:1:0xabcdef0000000000000000000000000000000001".parse().unwrap();
        ContractQuestion { account, hash: [7; 32], signature: vec![1], block: Some(number) }
    }

    #[test]
    fn an_answer_is_recalled_for_the_whole_question_and_for_no_other() {
        let memory = Memory::default();
        memory.keep(&question(1), true);
        memory.keep(&question(2), false);
        assert_eq!((memory.recall(&question(1)), memory.recall(&question(2))), (Some(true), Some(false)));
        let account = |text: &str| text.parse().unwrap();
        for other in [
            ContractQuestion { hash: [8; 32], ..question(1) },
            ContractQuestion { signature: vec![1, 0], ..question(1) },
            ContractQuestion { account: account("eip155:2:0xabcdef0000000000000000000000000000000001"), ..question(1) },
            ContractQuestion { account: account("eip155:1:0xabcdef0000000000000000000000000000000002"), ..question(1) },
            question(3),
        ] {
            assert_eq!(memory.recall(&other), None);
        }
    }

    #[test]
    fn an_answer_about_the_newest_block_is_not_kept() {
        let memory = Memory::default();
        let newest = ContractQuestion { block: None, ..question(1) };
        memory.keep(&newest, true);
        assert_eq!(memory.recall(&newest), None);
    }

    #[test]
    fn memory_is_bounded_and_what_is_used_stays() {
        let memory = Memory::default();
        memory.keep(&question(u64::MAX), true);
        for number in 0..4 * GENERATION as u64 {
            memory.keep(&question(number), true);
            assert_eq!(memory.recall(&question(u64::MAX)), Some(true));
        }
        assert_eq!(memory.recall(&question(0)), None);
        let generations = memory.0.lock().unwrap();
        assert!(generations.recent.len() + generations.older.len() <= 2 * GENERATION);
    }
}
