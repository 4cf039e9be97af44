//! One chain, through the endpoint that was set for it.
use crate::{
    ChainError,
    memory::Memory,
    rpc::{Called, Rpc},
    validator::{Verdict, call_data, verdict},
};
use alloy_primitives::{Bytes, U64};
use serde::Serialize;
use tokio::sync::{OnceCell, Semaphore};
use xmtp_types::{ChainId, ContractAnswer, ContractQuestion};

/// Questions that one endpoint is asked at a time. More would only make it slower, and endpoints count.
pub(crate) const MAX_AT_ONCE: usize = 16;

/// A chain that can be asked.
#[derive(Debug)]
pub(crate) struct Endpoint {
    chain: ChainId,
    rpc: Rpc,
    /// Whether the endpoint was seen to be one of the chain.
    checked: OnceCell<()>,
    turns: Semaphore,
    memory: Memory,
}

/// The parameters of `eth_call` without a receiver: what the data would create is run, and returns the answer.
#[derive(Clone, Debug, Serialize)]
struct Call {
    data: Bytes,
}

impl Endpoint {
    /// # Errors
    /// [`ChainError::InvalidUrl`], [`ChainError::Setup`].
    pub(crate) fn new(chain: ChainId, url: &str) -> Result<Self, ChainError> {
        Ok(Self {
            chain,
            rpc: Rpc::new(chain, url)?,
            checked: OnceCell::new(),
            turns: Semaphore::new(MAX_AT_ONCE),
            memory: Memory::default(),
        })
    }

    /// Asks the chain, unless the answer is remembered.
    ///
    /// # Errors
    /// [`ChainError`].
    pub(crate) async fn ask(&self, question: &ContractQuestion) -> Result<ContractAnswer, ChainError> {
        if let Some(signed) = self.memory.recall(question) {
            return Ok(answer(signed, question.block));
        }
        let data = call_data(question)?;
        // The semaphore is never closed: without a turn the question would just be asked out of turn.
        let _turn = self.turns.acquire().await.ok();
        self.checked.get_or_try_init(|| self.check_chain()).await?;
        let block = match question.block {
            Some(block) => block,
            None => self.rpc.number("eth_blockNumber").await?,
        };
        let called = self.rpc.call::<Bytes>("eth_call", (Call { data }, U64::from(block)), "result of a call").await?;
        let verdict = match called {
            Called::Returned(returned) => verdict(&returned),
            Called::Reverted => Verdict::None,
        };
        tracing::debug!(chain = %self.chain, block, ?verdict, "asked a chain");
        if verdict != Verdict::None {
            self.memory.keep(question, verdict == Verdict::Signed);
        }
        Ok(answer(verdict == Verdict::Signed, Some(block)))
    }

    /// An endpoint of another chain knows the same addresses, and other contracts at them.
    async fn check_chain(&self) -> Result<(), ChainError> {
        let found = ChainId::new(self.rpc.number("eth_chainId").await?);
        if found == self.chain { Ok(()) } else { Err(ChainError::WrongChain { expected: self.chain, found }) }
    }
}

const fn answer(signed: bool, block: Option<u64>) -> ContractAnswer {
    if signed { ContractAnswer::Signed { block } } else { ContractAnswer::NotSigned }
}
