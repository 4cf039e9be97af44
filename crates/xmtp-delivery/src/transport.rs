//! The one door between a client and a network.
//!
//! The shapes are those of the v3 network (observed on released clients and nodes): one server numbers everything, a
//! query is paged, a subscription gives the backlog first and then follows live.
use crate::{DeliveryError, Page};
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::fmt::Debug;
use xmtp_types::{
    ClientEnvelope, ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId,
    LoggedCommit, OriginatorId, SequenceId, SignedCommit, Topic,
};

/// Envelopes of a subscription as they come. An error is the last item.
pub type Deliveries = BoxStream<'static, Result<Delivered, DeliveryError>>;

/// The last envelope of a group, without what it carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Newest {
    /// [`OriginatorId::V3_COMMITS`] or [`OriginatorId::V3_MESSAGES`].
    pub originator: OriginatorId,
    /// Its number.
    pub sequence_id: SequenceId,
}

/// A network that keeps envelopes in the order of their topics.
///
/// Whatever was published with success is seen by every later call, on any connection. Implementations retry a unary
/// call a few times where that is safe; a subscription is one attempt: [`crate::Subscription`] follows across
/// failures.
#[async_trait]
pub trait Transport: Debug + Send + Sync {
    /// Hands envelopes to the network in the order given. Neighbours of one kind share a request; envelopes of one
    /// topic keep their order. Group messages and welcomes that the network already has are taken again silently, so
    /// that all of `envelopes` may be sent again after a failure; key packages likewise. An identity update must not
    /// be sent again before the log of its inbox was read.
    ///
    /// # Errors
    /// Any [`DeliveryError`]; envelopes before the one that failed may have been taken.
    async fn publish(&self, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError>;

    /// One page of a group, welcome or identity topic, ascending, after `after`.
    ///
    /// # Errors
    /// Any [`DeliveryError`]; [`DeliveryError::Unsupported`] for key packages, which have
    /// [`key_packages`](Self::key_packages).
    async fn query(&self, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError>;

    /// Follows group and welcome topics from their cursors: the backlog, then live; in order per topic, without gap
    /// or double. No topics is a legal subscription that stays silent.
    ///
    /// # Errors
    /// Any [`DeliveryError`], at once or as the last item of the stream; [`DeliveryError::Unsupported`] for topics of
    /// other kinds.
    async fn subscribe(&self, topics: &[(Topic, Cursor)]) -> Result<Deliveries, DeliveryError>;

    /// The last envelope of each group, in the order asked; `None` where there is none.
    ///
    /// # Errors
    /// Any [`DeliveryError`].
    async fn newest(&self, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError>;

    /// The last key package of each installation, in the order asked; `None` where there is none.
    ///
    /// # Errors
    /// Any [`DeliveryError`].
    async fn key_packages(&self, installations: &[InstallationId]) -> Result<Vec<Option<Vec<u8>>>, DeliveryError>;

    /// Every identity update of each inbox after the number given, ascending, in the order asked; none for an inbox
    /// nobody knows.
    ///
    /// # Errors
    /// Any [`DeliveryError`].
    async fn identity_updates(&self, inboxes: &[(InboxId, SequenceId)]) -> Result<Vec<Vec<Delivered>>, DeliveryError>;

    /// The inbox that holds each identifier now, in the order asked; `None` where there is none.
    ///
    /// # Errors
    /// Any [`DeliveryError`].
    async fn inbox_ids(&self, identifiers: &[Identifier]) -> Result<Vec<Option<InboxId>>, DeliveryError>;

    /// Asks chains whether smart contract wallets signed, as the network can reach them; in the order asked. Who does
    /// not want to trust the network with it asks the chains directly.
    ///
    /// # Errors
    /// Any [`DeliveryError`]. A chain that the network cannot ask is no error but
    /// [`ContractAnswer::Unanswered`].
    async fn ask_contracts(&self, questions: &[ContractQuestion]) -> Result<Vec<ContractAnswer>, DeliveryError>;

    /// Adds entries to the commit logs of their groups, in the order given. The network neither checks them nor drops
    /// what it has already.
    ///
    /// # Errors
    /// Any [`DeliveryError`]; entries before the one that failed may have been taken.
    /// [`DeliveryError::Unsupported`] from a network without commit logs, such as this default.
    async fn publish_commit_log(&self, entries: &[SignedCommit]) -> Result<(), DeliveryError> {
        if entries.is_empty() { Ok(()) } else { Err(no_commit_logs()) }
    }

    /// One page of the commit log of each group, ascending, after the number given; in the order asked.
    ///
    /// # Errors
    /// Any [`DeliveryError`]; [`DeliveryError::Unsupported`] from a network without commit logs, such as this default.
    async fn commit_logs(&self, groups: &[(GroupId, SequenceId)]) -> Result<Vec<Vec<LoggedCommit>>, DeliveryError> {
        if groups.is_empty() { Ok(Vec::new()) } else { Err(no_commit_logs()) }
    }
}

fn no_commit_logs() -> DeliveryError {
    DeliveryError::Unsupported("this network keeps no commit logs".into())
}

const _: fn(Box<dyn Transport>) = |_| {};
