//! The transport itself: each method calls its file.
use super::{
    commit_log,
    connect::{Connect, Line},
    publish, query,
    share::Seat,
    subscribe,
};
use crate::{Deliveries, DeliveryError, Network, Newest, Page, Patience, Transport};
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use xmtp_proto::xmtp::{
    identity::api::v1::identity_api_client::IdentityApiClient, mls::api::v1::mls_api_client::MlsApiClient,
};
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, SequenceId, SignedCommit, Topic,
};

/// A network reached by gRPC. Clones share one connection, which comes back by itself when it is lost.
#[derive(Clone)]
pub struct GrpcTransport {
    pub(super) mls: MlsApiClient<Line>,
    pub(super) identity: IdentityApiClient<Line>,
    pub(super) address: Arc<str>,
    pub(super) patience: Patience,
    pub(super) random: fn() -> u64,
    pub(super) _seat: Arc<Seat>,
}

impl GrpcTransport {
    /// A transport to `network` with the defaults: see [`Connect::connect`].
    ///
    /// # Errors
    /// See [`Connect::connect`].
    pub fn connect(network: &Network) -> Result<Self, DeliveryError> {
        Self::builder(&network.url).connect()
    }

    /// Starts to describe a connection to `url`.
    pub fn builder(url: impl Into<String>) -> Connect {
        Connect::to(url.into())
    }
}

impl fmt::Debug for GrpcTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcTransport").field("address", &self.address).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for GrpcTransport {
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
        publish::publish(self, envelopes).await
    }

    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
        query::page(self, topic, after).await
    }

    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError> {
        subscribe::subscribe(self, topics).await
    }

    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
        query::newest(self, groups).await
    }

    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
        query::key_packages(self, installations).await
    }

    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
        query::identity_updates(self, inboxes).await
    }

    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError> {
        query::inbox_ids(self, identifiers).await
    }

    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError> {
        query::ask_contracts(self, questions).await
    }

    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        commit_log::publish(self, entries).await
    }

    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        commit_log::query(self, groups).await
    }
}
