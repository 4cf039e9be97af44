//! Asks the network for what it holds.
//!
//! Source of fact: sizes of one request are those of released clients.
use super::GrpcTransport;
use crate::{DeliveryError, Newest, Page, wire};
use futures::{StreamExt, TryStreamExt, stream};
use xmtp_types::{
    ContractAnswer, ContractQuestion, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId, SequenceId,
    Topic, TopicKind,
};

/// Inboxes of which nothing is known in one request for identity updates: each answers with a whole log (DELIVERY.R8).
const INBOXES: usize = 50;
/// Inboxes in one request for what is new of them, which is nothing for almost all: those of a whole group.
const KNOWN_INBOXES: usize = 250;
/// Requests for identity updates that are open at once.
const IDENTITY_CALLS: usize = 4;
/// Groups in one request for the newest envelopes.
const GROUPS: usize = 1_000;
/// Installations in one request for key packages: an answer of 2 kB each stays far below the size limit.
const INSTALLATIONS: usize = 1_000;
/// Questions in one request for answers of chains: each costs the node a round trip of its own.
const CONTRACT_QUESTIONS: usize = 50;
/// Identifiers in one request for inbox ids.
const IDENTIFIERS: usize = 1_000;

pub(super) async fn page(network: &GrpcTransport, topic: &Topic, after: &Cursor) -> Result<Page, DeliveryError> {
    match topic.kind() {
        TopicKind::Group => {
            let request = wire::query_group(topic, after);
            let reply = network.call(|| {
                let (mut mls, request) = (network.mls.clone(), request.clone());
                async move { mls.query_group_messages(request).await }
            });
            wire::group_page(topic, after, reply.await?)
        }
        TopicKind::Welcome => {
            let request = wire::query_welcomes(topic, after);
            let reply = network.call(|| {
                let (mut mls, request) = (network.mls.clone(), request.clone());
                async move { mls.query_welcome_messages(request).await }
            });
            wire::welcome_page(topic, after, reply.await?)
        }
        TopicKind::Identity => {
            let inbox = <[u8; 32]>::try_from(topic.id()).map(InboxId::from_bytes);
            let inbox = inbox.map_err(|_| DeliveryError::Rejected("an identity topic needs 32 bytes".into()))?;
            let envelopes = identity_updates(network, &[(inbox, after.highest())]).await?;
            Page::new(topic, after.highest(), envelopes.into_iter().flatten().collect(), false)
        }
        _ => Err(DeliveryError::Unsupported("key packages are fetched by installation".into())),
    }
}

pub(super) async fn newest(network: &GrpcTransport, groups: &[GroupId]) -> Result<Vec<Option<Newest>>, DeliveryError> {
    let mut found = Vec::with_capacity(groups.len());
    for groups in groups.chunks(GROUPS) {
        let request = wire::newest_request(groups);
        let reply = network.call(|| {
            let (mut mls, request) = (network.mls.clone(), request.clone());
            async move { mls.get_newest_group_message(request).await }
        });
        found.extend(wire::newest(groups.len(), reply.await?)?);
    }
    Ok(found)
}

pub(super) async fn key_packages(
    network: &GrpcTransport,
    installations: &[InstallationId],
) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
    let mut found = Vec::with_capacity(installations.len());
    for installations in installations.chunks(INSTALLATIONS) {
        let request = wire::key_packages_request(installations);
        let reply = network.call(|| {
            let (mut mls, request) = (network.mls.clone(), request.clone());
            async move { mls.fetch_key_packages(request).await }
        });
        found.extend(wire::key_packages(installations.len(), reply.await?)?);
    }
    Ok(found)
}

pub(super) async fn identity_updates(
    network: &GrpcTransport,
    inboxes: &[(InboxId, SequenceId)],
) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
    let numbered = || inboxes.iter().copied().enumerate();
    let (known, new): (Vec<_>, Vec<_>) = numbered().partition(|(_, (_, after))| *after > SequenceId::ZERO);
    let questions: Vec<_> = known.chunks(KNOWN_INBOXES).chain(new.chunks(INBOXES)).map(<[_]>::to_vec).collect();
    let ask = |question: Vec<(usize, (InboxId, SequenceId))>| async move {
        let (places, inboxes): (Vec<_>, Vec<_>) = question.into_iter().unzip();
        let answers = updates_of_some(network, &inboxes).await?;
        Ok::<_, DeliveryError>(places.into_iter().zip(answers).collect::<Vec<_>>())
    };
    let answers: Vec<_> = stream::iter(questions).map(ask).buffered(IDENTITY_CALLS).try_collect().await?;
    let mut found: Vec<_> = answers.into_iter().flatten().collect();
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, updates)| updates).collect())
}

/// As many as one request takes; by the fifty if it turns out to take no more, or to have more to answer than it can.
async fn updates_of_some(
    network: &GrpcTransport,
    inboxes: &[(InboxId, SequenceId)],
) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
    match updates_at_once(network, inboxes).await {
        Err(error) if !error.is_retryable() && inboxes.len() > INBOXES => {
            let mut found = Vec::with_capacity(inboxes.len());
            for inboxes in inboxes.chunks(INBOXES) {
                found.extend(updates_at_once(network, inboxes).await?);
            }
            Ok(found)
        }
        answered => answered,
    }
}

async fn updates_at_once(
    network: &GrpcTransport,
    inboxes: &[(InboxId, SequenceId)],
) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
    let request = wire::identity_updates_request(inboxes);
    let reply = network.call(|| {
        let (mut identity, request) = (network.identity.clone(), request.clone());
        async move { identity.get_identity_updates(request).await }
    });
    wire::identity_updates(inboxes, reply.await?)
}

pub(super) async fn inbox_ids(
    network: &GrpcTransport,
    identifiers: &[Identifier],
) -> Result<Vec<Option<InboxId>>, DeliveryError> {
    let mut found = Vec::with_capacity(identifiers.len());
    for identifiers in identifiers.chunks(IDENTIFIERS) {
        let request = wire::inbox_ids_request(identifiers);
        let reply = network.call(|| {
            let (mut identity, request) = (network.identity.clone(), request.clone());
            async move { identity.get_inbox_ids(request).await }
        });
        found.extend(wire::inbox_ids(identifiers, &reply.await?)?);
    }
    Ok(found)
}

pub(super) async fn ask_contracts(
    network: &GrpcTransport,
    questions: &[ContractQuestion],
) -> Result<Vec<ContractAnswer>, DeliveryError> {
    let mut answers = Vec::with_capacity(questions.len());
    for questions in questions.chunks(CONTRACT_QUESTIONS) {
        let request = wire::contract_questions(questions);
        let reply = network.call(|| {
            let (mut identity, request) = (network.identity.clone(), request.clone());
            async move { identity.verify_smart_contract_wallet_signatures(request).await }
        });
        answers.extend(wire::contract_answers(questions.len(), reply.await?)?);
    }
    Ok(answers)
}
