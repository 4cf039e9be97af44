//! Somebody in a world: a wallet, a folder, and a client that can be closed and opened again.
use crate::{TestClock, WorldError};
use std::{path::PathBuf, sync::Arc};
use xmtp_client::{Client, DatabaseKey, LocalWallet, Network};

/// A user with one installation on disk.
#[derive(Debug)]
pub struct User {
    /// The name the user was made with.
    pub name: String,
    /// The user's client.
    pub client: Client,
    /// The key of the user's wallet.
    pub wallet: LocalWallet,
    pub(crate) folder: PathBuf,
    pub(crate) network: Network,
    pub(crate) clock: TestClock,
}

impl User {
    pub(crate) async fn open(
        name: &str,
        wallet: LocalWallet,
        folder: PathBuf,
        network: Network,
        clock: TestClock,
    ) -> Result<Self, WorldError> {
        let client = build(&wallet, &folder, &network, &clock).await?;
        Ok(Self { name: name.to_owned(), client, wallet, folder, network, clock })
    }

    /// Closes the client and opens its database again, as a restart of the user's program does.
    ///
    /// # Errors
    /// [`WorldError::Client`] if it does not open.
    pub async fn restart(self) -> Result<Self, WorldError> {
        let Self { name, client, wallet, folder, network, clock } = self;
        client.close().await;
        Self::open(&name, wallet, folder, network, clock).await
    }

    /// Another installation of the same inbox, with a database of its own.
    ///
    /// # Errors
    /// [`WorldError::Client`] if it cannot be registered.
    pub async fn second_installation(&self) -> Result<Self, WorldError> {
        let folder = self.folder.with_extension("second");
        Self::open(&self.name, self.wallet.clone(), folder, self.network.clone(), self.clock.clone()).await
    }
}

async fn build(
    wallet: &LocalWallet,
    folder: &PathBuf,
    network: &Network,
    clock: &TestClock,
) -> Result<Client, WorldError> {
    let client = Client::builder(wallet.clone())
        .network(network.clone())
        .data_folder(folder)
        .database_key(DatabaseKey::from_bytes([7; 32]))
        .clock(Arc::new(clock.clone()))
        .build()
        .await?;
    Ok(client)
}
