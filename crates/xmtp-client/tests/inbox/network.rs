//! A network in the same process that can lose answers, be behind, and know chains.
use async_trait::async_trait;
use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use xmtp_client::{
    Client, ClientError, Clock, ContractAnswer, ContractQuestion, DeliveryError, Identities, InboxId, InstallationId,
    LocalWallet, Signer, SystemClock, Timestamp, Transport, UpdateRequest,
};
use xmtp_delivery::{Deliveries, LocalTransport, Newest, Page};
use xmtp_types::{ClientEnvelope, Cursor, Delivered, GroupId, Identifier, Payload, SequenceId, Topic};

/// See the module. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    network: LocalTransport,
    /// When everything was published.
    begun: OnceLock<Timestamp>,
    /// Whether the next answer to a publish gets lost.
    loses_answer: AtomicBool,
    /// How many look-ups of identity updates are answered by a replica that is behind.
    behind: AtomicUsize,
    /// What chains answer; nothing if they cannot be asked.
    chains: Mutex<Option<ContractAnswer>>,
}

impl Network {
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    pub(crate) async fn client(&self) -> Client {
        self.client_of(LocalWallet::generate().unwrap()).await
    }

    pub(crate) async fn client_of(&self, signer: impl Signer + 'static) -> Client {
        self.try_client_of(signer).await.unwrap()
    }

    pub(crate) async fn try_client_of(&self, signer: impl Signer + 'static) -> Result<Client, ClientError> {
        Client::builder(signer).transport(self.transport()).in_memory().build().await
    }

    /// A client whose clock the test moves.
    pub(crate) async fn client_with_clock(&self) -> (Arc<Set>, Client) {
        let clock = Arc::new(Set(AtomicU64::new(SystemClock.now().as_nanos())));
        let builder = Client::builder(LocalWallet::generate().unwrap()).transport(self.transport()).in_memory();
        let client = builder.clock(clock.clone()).build().await.unwrap();
        (clock, client)
    }

    pub(crate) fn identities(&self) -> Identities {
        Identities::over(self.transport())
    }

    pub(crate) fn lose_next_answer(&self) {
        self.0.loses_answer.store(true, Ordering::SeqCst);
    }

    /// Answers so many look-ups of identity updates as if nothing were there.
    pub(crate) fn be_behind_for(&self, look_ups: usize) {
        self.0.behind.store(look_ups, Ordering::SeqCst);
    }

    /// What chains answer from now on.
    pub(crate) fn chains_answer(&self, answer: ContractAnswer) {
        *self.0.chains.lock().unwrap() = Some(answer);
    }

    /// Publishes an update that nobody checks.
    pub(crate) async fn publish_unchecked(&self, inbox: InboxId, update: Vec<u8>) {
        let envelope = ClientEnvelope { topic: Topic::identity(&inbox), payload: Payload::IdentityUpdate(update) };
        self.0.network.publish(&[envelope]).await.unwrap();
    }

    pub(crate) async fn updates(&self, inbox: InboxId) -> usize {
        self.0.network.identity_updates(&[(inbox, SequenceId::ZERO)]).await.unwrap()[0].len()
    }
}

/// A clock that stands where it is put.
#[derive(Debug)]
pub(crate) struct Set(AtomicU64);

impl Set {
    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_nanos() as u64, Ordering::SeqCst);
    }
}

impl Clock for Set {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.0.load(Ordering::SeqCst))
    }
}

/// The bytes of a request that `signers` have signed.
pub(crate) fn signed(mut request: UpdateRequest, signers: &[&LocalWallet]) -> Vec<u8> {
    for signer in signers {
        request.add_signature(signer.sign_text(request.signing_text()).into()).unwrap();
    }
    request.build().unwrap().encode()
}

#[async_trait]
impl Transport for Network {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        self.0.network.publish(envelopes).await?;
        let is_update = matches!(envelopes, [ClientEnvelope { payload: Payload::IdentityUpdate(_), .. }]);
        if is_update && self.0.loses_answer.swap(false, Ordering::SeqCst) {
            return Err(DeliveryError::TimedOut);
        }
        Ok(())
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        let mut page = self.0.network.query(topic, after).await?;
        // The network inside counts envelopes in the place of time.
        let created = *self.0.begun.get_or_init(|| SystemClock.now());
        page.envelopes.iter_mut().for_each(|envelope| envelope.created = created);
        Ok(page)
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        self.0.network.subscribe(topics).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        self.0.network.newest(groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        self.0.network.key_packages(installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        let behind = |left: usize| left.checked_sub(1);
        if self.0.behind.fetch_update(Ordering::SeqCst, Ordering::SeqCst, behind).is_ok() {
            return Ok(vec![Vec::new(); inboxes.len()]);
        }
        self.0.network.identity_updates(inboxes).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        self.0.network.inbox_ids(identifiers).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        let answer = self.0.chains.lock().unwrap().clone();
        let away = ContractAnswer::Unanswered { reason: "it is away".to_owned() };
        Ok(vec![answer.unwrap_or(away); questions.len()])
    }
}
