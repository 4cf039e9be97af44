//! One chain, through the endpoint that was set for it.
//!
//! Source of fact: the Ethereum execution API for methods and errors, as alloy speaks it.
use crate::{
    ChainError,
    memory::Memory,
    transport::Transport,
    url::EndpointUrl,
    validator::{Verdict, call_data, verdict},
};
use alloy_json_rpc::{ErrorPayload, RpcError};
use alloy_primitives::{Address, Bytes};
use alloy_rpc_client::RpcClient;
use alloy_transport::{TransportError, TransportErrorKind};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use xmtp_types::{ChainId, ContractAnswer, ContractQuestion};

/// Questions that one endpoint is asked at a time. More would only make it slower, and endpoints count.
pub(crate) const MAX_AT_ONCE: usize = 16;

/// A call that is run and changes nothing. Chains take what it runs as `data`, and most as `input` too.
#[derive(Clone, Debug, Serialize)]
struct Call {
    /// Nobody, if what the data would create is to be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Address>,
    data: Bytes,
}

/// A chain that can be asked.
#[derive(Debug)]
pub(crate) struct Endpoint {
    url: Arc<EndpointUrl>,
    client: RpcClient,
    /// Whether the endpoint was seen to be one of the chain.
    checked: OnceCell<()>,
    turns: Semaphore,
    memory: Memory,
}

impl Endpoint {
    /// # Errors
    /// [`ChainError::InvalidUrl`], [`ChainError::Setup`].
    pub(crate) fn new(chain: ChainId, url: &str) -> Result<Self, ChainError> {
        let url = Arc::new(EndpointUrl::parse(chain, url)?);
        let transport = Transport::new(Arc::clone(&url))?;
        Ok(Self {
            url,
            // An endpoint on this machine would only be polled more often, and nothing is polled here.
            client: RpcClient::new(transport, false),
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
        let _turn = self.turn().await?;
        let block = match question.block {
            Some(block) => block,
            None => self.newest_block().await?,
        };
        let verdict = self.call(data, block).await?;
        tracing::debug!(chain = %self.url.chain(), block, ?verdict, "asked a chain");
        if verdict != Verdict::None {
            self.memory.keep(question, verdict == Verdict::Signed);
        }
        Ok(answer(verdict == Verdict::Signed, Some(block)))
    }

    /// What the contract `to` returns when it is called with `data`, as of the newest block. An address without a contract
    /// returns nothing.
    ///
    /// # Errors
    /// [`ChainError`].
    pub(crate) async fn read(&self, to: Address, data: Bytes) -> Result<Bytes, ChainError> {
        let _turn = self.turn().await?;
        let returned = self.run(Call { to: Some(to), data }, "latest".to_owned()).await?;
        returned.ok_or_else(|| ChainError::GaveUp(self.url.chain()))
    }

    /// Waits until one more question may be asked, of an endpoint that is known to be one of the chain.
    async fn turn(&self) -> Result<Option<SemaphorePermit<'_>>, ChainError> {
        // The semaphore is never closed: without a turn the question would just be asked out of turn.
        let turn = self.turns.acquire().await.ok();
        self.checked.get_or_try_init(|| self.check_chain()).await?;
        Ok(turn)
    }

    async fn newest_block(&self) -> Result<u64, ChainError> {
        self.number("eth_blockNumber", "number of a block").await
    }

    /// Runs `data` as of `block`. There is no receiver: what the data would create is run, and returns the verdict.
    async fn call(&self, data: Bytes, block: u64) -> Result<Verdict, ChainError> {
        let returned = self.run(Call { to: None, data }, format!("{block:#x}")).await?;
        Ok(returned.map_or(Verdict::None, |returned| verdict(&returned)))
    }

    /// An endpoint of another chain knows the same addresses, and other contracts at them.
    async fn check_chain(&self) -> Result<(), ChainError> {
        const EXPECTED: &str = "number of a chain";
        let expected = self.url.chain();
        match self.number("eth_chainId", EXPECTED).await? {
            // No chain has it.
            0 => Err(self.url.not_understood(EXPECTED)),
            found if found == expected.as_u64() => Ok(()),
            found => Err(ChainError::WrongChain { expected, found: ChainId::new(found) }),
        }
    }

    /// What `call` returns as of `block`; nothing if it was run and gave up.
    async fn run(&self, call: Call, block: String) -> Result<Option<Bytes>, ChainError> {
        match self.client.request("eth_call", (call, block)).await {
            Ok(returned) => Ok(Some(returned)),
            Err(RpcError::ErrorResp(error)) if is_revert(&error) => Ok(None),
            Err(error) => Err(self.failed(error, "result of a call")),
        }
    }

    /// Read strictly: nothing, and what is no number, is no number 0.
    async fn number(&self, method: &'static str, expected: &'static str) -> Result<u64, ChainError> {
        let asked = self.client.request_noparams::<String>(method).await;
        let text = asked.map_err(|error| self.failed(error, expected))?;
        let digits = text.strip_prefix("0x").filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| self.url.not_understood(expected))
    }

    fn failed(&self, error: TransportError, expected: &'static str) -> ChainError {
        let not_understood = || self.url.not_understood(expected);
        match error {
            RpcError::ErrorResp(error) => self.url.refused(error.code, &error.message),
            RpcError::Transport(TransportErrorKind::Custom(error)) => {
                error.downcast().map_or_else(|_| not_understood(), |error| *error)
            }
            _ => not_understood(),
        }
    }
}

const fn answer(signed: bool, block: Option<u64>) -> ContractAnswer {
    if signed { ContractAnswer::Signed { block } } else { ContractAnswer::NotSigned }
}

/// Whether a call was run and gave up, rather than not run.
///
/// Source of fact: code 3 is that of the execution API for a revert; other failures of an execution have no code of
/// their own, and are told by the words that the clients of chains have in common.
fn is_revert(error: &ErrorPayload) -> bool {
    const GAVE_UP: [&str; 6] =
        ["revert", "out of gas", "outofgas", "invalid opcode", "invalidfeopcode", "stack underflow"];
    let message = error.message.to_ascii_lowercase();
    error.code == 3 || GAVE_UP.iter().any(|words| message.contains(words))
}
