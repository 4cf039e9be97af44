//! The chain that smart contract wallets are on, and the way to it, which can be closed.
//!
//! The node does not dial the chain itself but a gate before it. While the gate is closed the chain is away, as it is
//! for everyone when an endpoint fails; scenarios that close it are played alone.
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::{Mutex, watch},
};
use xmtp_anvil::Anvil;
use xmtp_client::{ChainId, LocalWallet};

use crate::account::Contract;

/// A chain of its own for all scenarios of a run.
#[derive(Debug)]
pub(crate) struct Chain {
    anvil: Anvil,
    /// One account pays for everything, and its transactions have to follow each other.
    paying: Mutex<()>,
    url: String,
    is_open: watch::Sender<bool>,
}

impl Chain {
    pub(crate) async fn start() -> Result<Arc<Self>> {
        let anvil = Anvil::start().await?;
        let gate = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", gate.local_addr()?);
        let (is_open, told) = watch::channel(true);
        tokio::spawn(serve(gate, anvil.rpc_url().trim_start_matches("http://").to_owned(), told));
        Ok(Arc::new(Self { anvil, paying: Mutex::new(()), url, is_open }))
    }

    /// Its number.
    pub(crate) const fn id(&self) -> ChainId {
        self.anvil.chain_id()
    }

    /// Where the node finds it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The chain is away from here on, and connections to it end.
    pub(crate) fn close(&self) {
        self.is_open.send_replace(false);
    }

    /// The chain is back.
    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// A smart contract wallet that is deployed.
    pub(crate) async fn wallet(&self) -> Result<Contract> {
        let owner = LocalWallet::generate()?;
        let _turn = self.paying.lock().await;
        let account = self.anvil.deploy_wallet(&owner.address()).await?;
        Ok(Contract { owner, account, undeployed: None })
    }

    /// A smart contract wallet with an address and nothing there yet.
    pub(crate) async fn undeployed_wallet(&self) -> Result<Contract> {
        let owner = LocalWallet::generate()?;
        let _turn = self.paying.lock().await;
        let wallet = self.anvil.counterfactual_wallet(&owner.address(), [7; 32]).await?;
        Ok(Contract { owner, account: wallet.account.clone(), undeployed: Some(wallet) })
    }

    /// Deploys a wallet; from here on it signs as deployed ones do.
    pub(crate) async fn deploy(&self, mut contract: Contract) -> Result<Contract> {
        let wallet = contract.undeployed.take().context("the wallet is deployed")?;
        let _turn = self.paying.lock().await;
        self.anvil.deploy_counterfactual(&wallet).await?;
        Ok(contract)
    }

    /// From the next block on the wallet vouches for nothing.
    pub(crate) async fn silence(&self, contract: &Contract) -> Result<()> {
        let _turn = self.paying.lock().await;
        Ok(self.anvil.set_valid(&contract.account, &contract.owner.address(), false).await?)
    }
}

async fn serve(gate: TcpListener, chain: String, mut is_open: watch::Receiver<bool>) {
    while let Ok((mut client, _)) = gate.accept().await {
        if !*is_open.borrow_and_update() {
            continue;
        }
        let (chain, mut closing) = (chain.clone(), is_open.clone());
        tokio::spawn(async move {
            let Ok(mut server) = TcpStream::connect(chain).await else { return };
            // Whichever side ends first, both connections end here.
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => {}
                _ = closing.wait_for(|is_open| !is_open) => {}
            }
        });
    }
}
