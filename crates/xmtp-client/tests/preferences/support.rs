//! Installations of users on a network in the same process.
use std::sync::Arc;
use tempfile::TempDir;
use xmtp_client::{
    Client, ClientBuilder, ConsentEntity, ConsentState, DatabaseKey, Environment, GroupQuery, LocalWallet, Transport,
};
use xmtp_delivery::LocalTransport;
use xmtp_testkit::TestClock;

#[derive(Debug, Default)]
pub(crate) struct Network {
    line: LocalTransport,
    pub(crate) clock: TestClock,
}

impl Network {
    pub(crate) async fn client(&self) -> Client {
        self.installation(&LocalWallet::generate().unwrap()).await
    }

    pub(crate) async fn installation(&self, wallet: &LocalWallet) -> Client {
        self.builder(wallet).in_memory().build().await.unwrap()
    }

    pub(crate) async fn on_disk(&self, wallet: &LocalWallet, folder: &TempDir) -> Client {
        let builder = self.builder(wallet).data_folder(folder.path());
        builder.database_key(DatabaseKey::from_bytes([3; 32])).build().await.unwrap()
    }

    pub(crate) fn builder(&self, wallet: &LocalWallet) -> ClientBuilder {
        let line: Arc<dyn Transport> = Arc::new(self.line.clone());
        let builder = Client::builder(wallet.clone()).environment(Environment::Local).transport(line);
        builder.clock(Arc::new(self.clock.clone()))
    }

    /// Two installations of one user that have heard of each other.
    pub(crate) async fn pair(&self) -> (Client, Client) {
        let wallet = LocalWallet::generate().unwrap();
        let first = self.installation(&wallet).await;
        let second = self.installation(&wallet).await;
        meet(&first, &second).await;
        (first, second)
    }
}

/// Lets installations of one user, the second of which is new, hear of each other.
pub(crate) async fn meet(first: &Client, second: &Client) {
    second.preferences().sync().await.unwrap();
    exchange(first, second).await;
}

/// Lets installations of one user hear what each has decided.
pub(crate) async fn exchange(one: &Client, other: &Client) {
    for client in [one, other, one] {
        client.preferences().sync().await.unwrap();
    }
}

pub(crate) async fn consent(client: &Client, entity: &ConsentEntity) -> ConsentState {
    client.preferences().consent(entity).await.unwrap()
}

/// How many sync groups a client is in.
pub(crate) async fn sync_groups(client: &Client) -> usize {
    let query = GroupQuery { kind: Some(xmtp_client::ConversationKind::Sync), ..GroupQuery::default() };
    client.conversations().list(query).await.unwrap().len()
}
