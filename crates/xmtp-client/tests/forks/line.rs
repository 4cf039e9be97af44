//! A network of which some see not all: what splits groups.
use async_trait::async_trait;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use xmtp_client::{Client, ClientBuilder, Conversation, DeliveryError, GroupOptions, LocalWallet, Transport};
use xmtp_delivery::{Deliveries, LocalTransport, Newest, Page};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, SequenceId, SignedCommit, Topic, TopicKind,
};

/// The network, and a line to it that hides envelopes of groups.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) whole: LocalTransport,
    pub(crate) partial: Arc<Partial>,
}

#[derive(Debug, Default)]
pub(crate) struct Partial {
    network: Mutex<LocalTransport>,
    hidden: Mutex<BTreeSet<SequenceId>>,
}

/// A group of three, of which the second and the third are behind the line that hides.
pub(crate) struct Split {
    pub(crate) network: Network,
    pub(crate) alice: Client,
    pub(crate) bob: Client,
    pub(crate) carol: Client,
    pub(crate) group: Conversation,
}

impl Split {
    /// Before anything is hidden.
    pub(crate) async fn new(settle: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let network = Network::new();
        let alice = build(network.open(false)).await;
        let bob = build(settle(network.open(true))).await;
        let carol = build(network.open(true)).await;
        let members = [bob.inbox_id(), carol.inbox_id()];
        let group = alice.conversations().create_group(&members, GroupOptions::default()).await.unwrap();
        let split = Self { network, alice, bob, carol, group };
        split.sync().await;
        split.at(&split.bob).await.set_consent(xmtp_client::ConsentState::Allowed).await.unwrap();
        split
    }

    /// Two commits at once: the first that the network took is hidden from two of three, who apply the second.
    pub(crate) async fn fork(&self) {
        self.group.update_name("as it is").await.unwrap();
        self.network.hide_newest(self.group.id()).await;
        self.at(&self.carol).await.update_description("as it is not").await.unwrap();
        self.sync().await;
    }

    pub(crate) async fn sync(&self) {
        for client in [&self.alice, &self.bob, &self.carol] {
            client.conversations().sync_all().await.unwrap();
        }
    }

    pub(crate) async fn at(&self, client: &Client) -> Conversation {
        client.conversations().find(self.group.id()).await.unwrap()
    }
}

impl Network {
    fn new() -> Self {
        let network = Self::default();
        *network.partial.network.lock().unwrap() = network.whole.clone();
        network
    }

    fn open(&self, is_partial: bool) -> ClientBuilder {
        let line: Arc<dyn Transport> =
            if is_partial { Arc::clone(&self.partial) as _ } else { Arc::new(self.whole.clone()) };
        Client::builder(LocalWallet::generate().unwrap()).transport(line).in_memory()
    }

    /// Hides the newest envelope of a group.
    pub(crate) async fn hide_newest(&self, group: &GroupId) {
        let newest = self.whole.newest(std::slice::from_ref(group)).await.unwrap().remove(0).unwrap();
        self.partial.hidden.lock().unwrap().insert(newest.sequence_id);
    }

    /// What the public log of a group says.
    pub(crate) async fn commit_log(&self, group: &GroupId) -> Vec<LoggedCommit> {
        self.whole.commit_logs(&[(group.clone(), SequenceId::ZERO)]).await.unwrap().remove(0)
    }
}

async fn build(builder: ClientBuilder) -> Client {
    builder.build().await.unwrap()
}

impl Partial {
    fn network(&self) -> LocalTransport {
        self.network.lock().unwrap().clone()
    }

    fn hides(&self, envelope: &Delivered) -> bool {
        envelope.topic.kind() == TopicKind::Group && self.hidden.lock().unwrap().contains(&envelope.sequence_id)
    }
}

#[async_trait]
impl Transport for Partial {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.network().publish(envelopes).await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        let mut page = self.network().query(topic, after).await?;
        page.envelopes.retain(|envelope| !self.hides(envelope));
        Ok(page)
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.network().subscribe(topics).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.network().newest(groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.network().key_packages(installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        self.network().identity_updates(inboxes).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.network().inbox_ids(identifiers).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        self.network().ask_contracts(questions).await
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        self.network().publish_commit_log(entries).await
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        self.network().commit_logs(groups).await
    }
}
