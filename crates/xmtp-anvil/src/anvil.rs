//! The chain as a process.
use crate::{
    AnvilError,
    install::{in_ci, program},
    rpc::Rpc,
};
use alloy_primitives::Address;
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
};
use tokio::sync::{OnceCell, oneshot};
use xmtp_types::ChainId;

/// Comes before the address in what Anvil prints once it takes connections.
const READY: &str = "Listening on ";

/// A chain that runs. It ends when this is dropped.
#[derive(Debug)]
pub struct Anvil {
    process: Child,
    url: String,
    pub(crate) rpc: Rpc,
    /// Where wallets come from that have an address before they are deployed.
    pub(crate) factory: OnceCell<Address>,
}

impl Anvil {
    /// A new chain with nothing on it, on a free port of this machine.
    ///
    /// # Errors
    /// [`AnvilError::NotInstalled`], [`AnvilError::NotStarted`].
    pub async fn start() -> Result<Self, AnvilError> {
        let not_started = |cause: &dyn ToString| AnvilError::NotStarted(cause.to_string());
        let mut process = Command::new(program()?)
            .args(["--host", "127.0.0.1", "--port", "0", "--threads", "1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let (said, ready) = oneshot::channel();
        let output = process.stdout.take();
        // Reads to the end: a pipe that nobody empties would stop the chain.
        thread::spawn(move || {
            let mut said = Some(said);
            for line in output.into_iter().flat_map(|output| BufReader::new(output).lines()).map_while(Result::ok) {
                if let Some(address) = line.strip_prefix(READY)
                    && let Some(said) = said.take()
                {
                    said.send(address.to_owned()).ok();
                }
            }
        });
        // From here on dropping it ends the process.
        let mut anvil = Self { process, url: String::new(), rpc: Rpc::default(), factory: OnceCell::new() };
        let address = ready.await.map_err(|_| not_started(&"it ended before it was ready"))?;
        anvil.url = format!("http://{address}");
        anvil.rpc = Rpc { address };
        Ok(anvil)
    }

    /// As [`Anvil::start`], for a test that is passed over where Anvil is not installed: it prints so, and there is none.
    ///
    /// # Errors
    /// As [`Anvil::start`]; in CI also [`AnvilError::NotInstalled`].
    pub async fn for_test() -> Result<Option<Self>, AnvilError> {
        match Self::start().await {
            Ok(anvil) => Ok(Some(anvil)),
            Err(error @ AnvilError::NotInstalled(_)) if !in_ci() => {
                println!("skipped: {error}");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// An address where nobody listens: an endpoint that is away.
    ///
    /// # Errors
    /// [`AnvilError::NotStarted`] if this machine has no free port.
    pub fn url_of_nobody() -> Result<String, AnvilError> {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = port.map_err(|error| AnvilError::NotStarted(error.to_string()))?.port();
        Ok(format!("http://127.0.0.1:{port}"))
    }

    /// Where its JSON-RPC is served.
    pub fn rpc_url(&self) -> &str {
        &self.url
    }

    /// The number of the chain, 31337.
    pub const fn chain_id(&self) -> ChainId {
        ChainId::new(31_337)
    }

    /// The number of the newest block.
    ///
    /// # Errors
    /// [`AnvilError::Failed`].
    pub async fn block_number(&self) -> Result<u64, AnvilError> {
        self.rpc.number("eth_blockNumber").await
    }

    /// Adds an empty block, and answers its number.
    ///
    /// # Errors
    /// [`AnvilError::Failed`].
    pub async fn mine(&self) -> Result<u64, AnvilError> {
        self.rpc.call("evm_mine", serde_json::json!([])).await?;
        self.block_number().await
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
