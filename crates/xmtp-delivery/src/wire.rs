//! Protobuf in and out: envelopes to requests, responses to envelopes.
//!
//! The only file of this crate that knows the schemas in `proto/`. What comes from the network is checked for shape
//! here and for nothing else: signatures and MLS content are opaque.
//!
//! Source of fact: `mls/api/v1/mls.proto` and `identity/api/v1/identity.proto`; limits and paging as observed on
//! released clients and nodes.
use crate::{DeliveryError, Newest, PAGE_LIMIT, Page, originator};
use prost::Message;
use xmtp_proto::xmtp::{
    identity::{
        api::v1::{
            GetIdentityUpdatesRequest, GetIdentityUpdatesResponse, GetInboxIdsRequest, GetInboxIdsResponse,
            PublishIdentityUpdateRequest, get_identity_updates_request, get_identity_updates_response,
            get_inbox_ids_request, get_inbox_ids_response,
        },
        associations::{
            IdentifierKind as WireKind, IdentityUpdate, MemberIdentifier, identity_action, member_identifier,
        },
    },
    mls::{
        api::v1::{
            FetchKeyPackagesRequest, FetchKeyPackagesResponse, GetNewestGroupMessageRequest,
            GetNewestGroupMessageResponse, GroupMessage, GroupMessageInput, KeyPackageUpload, PagingInfo,
            QueryGroupMessagesRequest, QueryGroupMessagesResponse, QueryWelcomeMessagesRequest,
            QueryWelcomeMessagesResponse, SendGroupMessagesRequest, SendWelcomeMessagesRequest, SortDirection,
            SubscribeGroupMessagesRequest, SubscribeWelcomeMessagesRequest, UploadKeyPackageRequest, WelcomeMessage,
            WelcomeMessageInput, group_message, group_message_input, subscribe_group_messages_request,
            subscribe_welcome_messages_request, welcome_message, welcome_message_input,
        },
        message_contents::{WelcomePointerWrapperAlgorithm, WelcomeWrapperAlgorithm},
    },
};
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, GroupId, Identifier, IdentifierKind, InboxId, InstallationId, OriginatorId,
    Payload, PointerAlgorithm, SequenceId, Timestamp, Topic, TopicKind, WrapperAlgorithm,
};

pub(crate) mod commit_log;
mod contract;

pub(crate) use contract::{contract_answers, contract_questions};

/// Bytes of one message on the connection. Released clients refuse to encode or decode more.
pub(crate) const MESSAGE_LIMIT: usize = 25 * 1024 * 1024;
/// Welcomes in one request.
pub(crate) const WELCOMES_LIMIT: usize = 50;
/// Tag and length in front of an entry of a request, at most.
const ENTRY_OVERHEAD: usize = 8;

/// One call that publishes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Publish {
    GroupMessages(SendGroupMessagesRequest),
    Welcomes(SendWelcomeMessagesRequest),
    KeyPackage(UploadKeyPackageRequest),
    IdentityUpdate(PublishIdentityUpdateRequest),
}

/// The calls that publish `envelopes`, in their order. Neighbours of one kind share a call as far as limits allow.
pub(crate) fn publish(envelopes: &[ClientEnvelope]) -> Result<Vec<Publish>, DeliveryError> {
    let mut calls = Vec::new();
    // DELIVERY.R9
    for run in envelopes.chunk_by(|one, next| one.topic.kind() == next.topic.kind()) {
        run.iter().try_for_each(|envelope| originator::originator(envelope).map(drop))?;
        match run.first().map(|envelope| envelope.topic.kind()) {
            Some(TopicKind::Group) => {
                let messages = run.iter().filter_map(group_message_input).collect();
                let chunks = chunks(messages, usize::MAX)?;
                calls.extend(
                    chunks.into_iter().map(|messages| Publish::GroupMessages(SendGroupMessagesRequest { messages })),
                );
            }
            Some(TopicKind::Welcome) => {
                let messages = run.iter().filter_map(welcome_input).collect();
                let chunks = chunks(messages, WELCOMES_LIMIT)?;
                calls.extend(
                    chunks.into_iter().map(|messages| Publish::Welcomes(SendWelcomeMessagesRequest { messages })),
                );
            }
            _ => {
                for envelope in run {
                    calls.push(single(envelope)?);
                }
            }
        }
    }
    Ok(calls)
}

/// Splits `entries` into requests of at most `count` entries and [`MESSAGE_LIMIT`] bytes.
fn chunks<M: Message>(entries: Vec<M>, count: usize) -> Result<Vec<Vec<M>>, DeliveryError> {
    let mut chunks: Vec<Vec<M>> = Vec::new();
    let mut room = 0;
    for entry in entries {
        let size = entry.encoded_len() + ENTRY_OVERHEAD;
        check_size(size)?;
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < count && size <= room => chunk.push(entry),
            _ => {
                chunks.push(vec![entry]);
                room = MESSAGE_LIMIT;
            }
        }
        room -= size;
    }
    Ok(chunks)
}

// DELIVERY.R8
fn check_size(size: usize) -> Result<(), DeliveryError> {
    if size > MESSAGE_LIMIT {
        return Err(DeliveryError::TooLarge { size, limit: MESSAGE_LIMIT });
    }
    Ok(())
}

fn single(envelope: &ClientEnvelope) -> Result<Publish, DeliveryError> {
    match &envelope.payload {
        Payload::KeyPackage(bytes) => {
            check_size(bytes.len() + ENTRY_OVERHEAD)?;
            let key_package = Some(KeyPackageUpload { key_package_tls_serialized: bytes.clone().into() });
            Ok(Publish::KeyPackage(UploadKeyPackageRequest { key_package, is_inbox_id_credential: true }))
        }
        Payload::IdentityUpdate(bytes) => {
            check_size(bytes.len() + ENTRY_OVERHEAD)?;
            let update = decode_update(bytes)?;
            if parse_inbox(&update.inbox_id).map(|inbox| Topic::identity(&inbox)).as_ref() != Some(&envelope.topic) {
                return Err(DeliveryError::Rejected("an identity update does not belong on its topic".into()));
            }
            Ok(Publish::IdentityUpdate(PublishIdentityUpdateRequest { identity_update: Some(update) }))
        }
        _ => Err(DeliveryError::Unsupported("a kind of envelope that the v3 network does not know".into())),
    }
}

fn group_message_input(envelope: &ClientEnvelope) -> Option<GroupMessageInput> {
    let Payload::GroupMessage { data, sender_hmac, should_push } = &envelope.payload else {
        return None;
    };
    let v1 = group_message_input::V1 {
        data: data.clone().into(),
        sender_hmac: sender_hmac.clone().into(),
        should_push: *should_push,
    };
    Some(GroupMessageInput { version: Some(group_message_input::Version::V1(v1)) })
}

fn welcome_input(envelope: &ClientEnvelope) -> Option<WelcomeMessageInput> {
    use welcome_message_input::{V1, Version, WelcomePointer};
    let installation_key = envelope.topic.id().to_vec().into();
    let version = match &envelope.payload {
        Payload::Welcome { data, hpke_public_key, algorithm, metadata } => Version::V1(V1 {
            installation_key,
            data: data.clone().into(),
            hpke_public_key: hpke_public_key.clone().into(),
            wrapper_algorithm: match algorithm {
                WrapperAlgorithm::XWingMlKem768Draft6 => WelcomeWrapperAlgorithm::XwingMlkem768Draft6,
                WrapperAlgorithm::SymmetricKey => WelcomeWrapperAlgorithm::SymmetricKey,
                _ => WelcomeWrapperAlgorithm::Curve25519,
            }
            .into(),
            welcome_metadata: metadata.clone().into(),
        }),
        Payload::WelcomePointer { pointer, hpke_public_key, .. } => Version::WelcomePointer(WelcomePointer {
            installation_key,
            welcome_pointer: pointer.clone().into(),
            hpke_public_key: hpke_public_key.clone().into(),
            wrapper_algorithm: WelcomePointerWrapperAlgorithm::XwingMlkem768Draft6.into(),
        }),
        _ => return None,
    };
    Some(WelcomeMessageInput { version: Some(version) })
}

/// One page of a group after `after`.
pub(crate) fn query_group(topic: &Topic, after: &Cursor) -> QueryGroupMessagesRequest {
    QueryGroupMessagesRequest { group_id: topic.id().to_vec().into(), paging_info: Some(paging(after)) }
}

/// One page of the welcomes of an installation after `after`.
pub(crate) fn query_welcomes(topic: &Topic, after: &Cursor) -> QueryWelcomeMessagesRequest {
    QueryWelcomeMessagesRequest { installation_key: topic.id().to_vec().into(), paging_info: Some(paging(after)) }
}

// DELIVERY.R2
fn paging(after: &Cursor) -> PagingInfo {
    PagingInfo { direction: SortDirection::Ascending.into(), limit: PAGE_LIMIT, id_cursor: after.highest().as_u64() }
}

/// The page in an answer about a group.
pub(crate) fn group_page(
    topic: &Topic,
    after: &Cursor,
    response: QueryGroupMessagesResponse,
) -> Result<Page, DeliveryError> {
    let envelopes = response.messages.into_iter().map(group_message).collect::<Result<_, _>>()?;
    Page::new(topic, after.highest(), envelopes, goes_on(response.paging_info))
}

/// The page in an answer about welcomes.
pub(crate) fn welcome_page(
    topic: &Topic,
    after: &Cursor,
    response: QueryWelcomeMessagesResponse,
) -> Result<Page, DeliveryError> {
    let envelopes = response.messages.into_iter().map(welcome).collect::<Result<_, _>>()?;
    Page::new(topic, after.highest(), envelopes, goes_on(response.paging_info))
}

/// The network sets the cursor on a full page only.
fn goes_on(paging: Option<PagingInfo>) -> bool {
    paging.is_some_and(|paging| paging.id_cursor != 0)
}

/// Follows groups from their cursors.
pub(crate) fn subscribe_groups<'a>(topics: impl Iterator<Item = &'a (Topic, Cursor)>) -> SubscribeGroupMessagesRequest {
    let filter = |(topic, after): &(Topic, Cursor)| subscribe_group_messages_request::Filter {
        group_id: topic.id().to_vec().into(),
        id_cursor: after.highest().as_u64(),
    };
    SubscribeGroupMessagesRequest { filters: topics.map(filter).collect() }
}

/// Follows the welcomes of installations from their cursors.
pub(crate) fn subscribe_welcomes<'a>(
    topics: impl Iterator<Item = &'a (Topic, Cursor)>,
) -> SubscribeWelcomeMessagesRequest {
    let filter = |(topic, after): &(Topic, Cursor)| subscribe_welcome_messages_request::Filter {
        installation_key: topic.id().to_vec().into(),
        id_cursor: after.highest().as_u64(),
    };
    SubscribeWelcomeMessagesRequest { filters: topics.map(filter).collect() }
}

/// A message or commit as the network hands it back.
pub(crate) fn group_message(message: GroupMessage) -> Result<Delivered, DeliveryError> {
    let Some(group_message::Version::V1(v1)) = message.version else {
        return Err(malformed("a group message of a version it was not asked for"));
    };
    Ok(Delivered {
        topic: Topic::group(&GroupId::from(v1.group_id.as_ref())),
        originator: originator::of_group_message(&v1.data),
        sequence_id: SequenceId::new(v1.id),
        created: Timestamp::from_nanos(v1.created_ns),
        payload: Payload::GroupMessage {
            data: v1.data.into(),
            sender_hmac: v1.sender_hmac.into(),
            should_push: v1.should_push,
        },
    })
}

/// A welcome or welcome pointer as the network hands it back.
pub(crate) fn welcome(message: WelcomeMessage) -> Result<Delivered, DeliveryError> {
    use welcome_message::Version;
    let (installation_key, id, created_ns, payload) = match message.version {
        Some(Version::V1(v1)) => {
            // The network stores what it does not know as Curve25519; such a welcome fails to open and is passed over.
            let algorithm = match v1.wrapper_algorithm() {
                WelcomeWrapperAlgorithm::XwingMlkem768Draft6 => WrapperAlgorithm::XWingMlKem768Draft6,
                WelcomeWrapperAlgorithm::SymmetricKey => WrapperAlgorithm::SymmetricKey,
                _ => WrapperAlgorithm::Curve25519,
            };
            let payload = Payload::Welcome {
                data: v1.data.into(),
                hpke_public_key: v1.hpke_public_key.into(),
                algorithm,
                metadata: v1.welcome_metadata.into(),
            };
            (v1.installation_key, v1.id, v1.created_ns, payload)
        }
        Some(Version::WelcomePointer(pointer)) => {
            let payload = Payload::WelcomePointer {
                pointer: pointer.welcome_pointer.into(),
                hpke_public_key: pointer.hpke_public_key.into(),
                algorithm: PointerAlgorithm::XWingMlKem768Draft6,
            };
            (pointer.installation_key, pointer.id, pointer.created_ns, payload)
        }
        None => return Err(malformed("a welcome of a version it was not asked for")),
    };
    let installation = InstallationId::try_from(installation_key.as_ref())
        .map_err(|_| malformed("a welcome whose installation key is not 32 bytes"))?;
    Ok(Delivered {
        topic: Topic::welcome(&installation),
        originator: OriginatorId::V3_WELCOMES,
        sequence_id: SequenceId::new(id),
        created: Timestamp::from_nanos(created_ns),
        payload,
    })
}

/// Asks for the last envelope of each group, without content.
pub(crate) fn newest_request(groups: &[GroupId]) -> GetNewestGroupMessageRequest {
    let group_ids = groups.iter().map(|group| group.as_bytes().to_vec().into()).collect();
    GetNewestGroupMessageRequest { group_ids, include_content: false }
}

/// The last envelope of each of `asked` groups.
pub(crate) fn newest(
    asked: usize,
    response: GetNewestGroupMessageResponse,
) -> Result<Vec<Option<Newest>>, DeliveryError> {
    check_count(asked, response.responses.len())?;
    let newest = |message: GroupMessage| match message.version {
        Some(group_message::Version::V1(v1)) => Some(Newest {
            originator: if v1.is_commit { OriginatorId::V3_COMMITS } else { OriginatorId::V3_MESSAGES },
            sequence_id: SequenceId::new(v1.id),
        }),
        None => None,
    };
    Ok(response.responses.into_iter().map(|entry| entry.group_message.and_then(newest)).collect())
}

/// Asks for the last key package of each installation.
pub(crate) fn key_packages_request(installations: &[InstallationId]) -> FetchKeyPackagesRequest {
    let installation_keys = installations.iter().map(|key| key.as_bytes().to_vec().into()).collect();
    FetchKeyPackagesRequest { installation_keys }
}

/// The last key package of each of `asked` installations; the network sends an empty one where there is none.
pub(crate) fn key_packages(
    asked: usize,
    response: FetchKeyPackagesResponse,
) -> Result<Vec<Option<Vec<u8>>>, DeliveryError> {
    check_count(asked, response.key_packages.len())?;
    let bytes = response.key_packages.into_iter().map(|entry| entry.key_package_tls_serialized);
    Ok(bytes.map(|bytes| (!bytes.is_empty()).then(|| bytes.into())).collect())
}

/// Asks for the identity updates of each inbox after the number given.
pub(crate) fn identity_updates_request(inboxes: &[(InboxId, SequenceId)]) -> GetIdentityUpdatesRequest {
    let request = |(inbox, after): &(InboxId, SequenceId)| get_identity_updates_request::Request {
        inbox_id: inbox.to_string(),
        sequence_id: after.as_u64(),
    };
    GetIdentityUpdatesRequest { requests: inboxes.iter().map(request).collect() }
}

/// The identity updates of each of the inboxes `asked`.
pub(crate) fn identity_updates(
    asked: &[(InboxId, SequenceId)],
    response: GetIdentityUpdatesResponse,
) -> Result<Vec<Vec<Delivered>>, DeliveryError> {
    check_count(asked.len(), response.responses.len())?;
    let updates = |((inbox, after), response): (&(InboxId, SequenceId), get_identity_updates_response::Response)| {
        if parse_inbox(&response.inbox_id) != Some(*inbox) {
            return Err(malformed("identity updates of an inbox it was not asked for"));
        }
        let topic = Topic::identity(inbox);
        let entries = response.updates.into_iter().map(|entry| {
            let update = entry.update.ok_or_else(|| malformed("an empty identity update"))?;
            Ok(Delivered {
                topic: topic.clone(),
                originator: OriginatorId::V3_IDENTITY,
                sequence_id: SequenceId::new(entry.sequence_id),
                created: Timestamp::from_nanos(entry.server_timestamp_ns),
                payload: Payload::IdentityUpdate(update.encode_to_vec()),
            })
        });
        let envelopes = entries.collect::<Result<_, _>>()?;
        Page::new(&topic, *after, envelopes, false).map(|page| page.envelopes)
    };
    asked.iter().zip(response.responses).map(updates).collect()
}

/// Asks for the inbox of each identifier.
pub(crate) fn inbox_ids_request(identifiers: &[Identifier]) -> GetInboxIdsRequest {
    let request = |identifier: &Identifier| get_inbox_ids_request::Request {
        identifier: identifier.to_string(),
        identifier_kind: wire_kind(identifier.kind()).into(),
    };
    GetInboxIdsRequest { requests: identifiers.iter().map(request).collect() }
}

/// The inbox of each of the identifiers `asked`. Answers are matched by text and kind, for their order is not
/// promised; a kind that is not given means Ethereum.
pub(crate) fn inbox_ids(
    asked: &[Identifier],
    response: &GetInboxIdsResponse,
) -> Result<Vec<Option<InboxId>>, DeliveryError> {
    let kind = |entry: &get_inbox_ids_response::Response| match entry.identifier_kind() {
        WireKind::Passkey => IdentifierKind::Passkey,
        _ => IdentifierKind::Ethereum,
    };
    let find = |identifier: &Identifier| {
        let text = identifier.to_string();
        let found =
            response.responses.iter().find(|entry| entry.identifier == text && kind(entry) == identifier.kind());
        match found.and_then(|entry| entry.inbox_id.as_deref()) {
            Some(inbox) => parse_inbox(inbox).map(Some).ok_or_else(|| malformed("an inbox id that is none")),
            None => Ok(None),
        }
    };
    asked.iter().map(find).collect()
}

/// What an identity update does to the identifiers of its inbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum IdentifierChange {
    Added(Identifier),
    Revoked(Identifier),
}

/// The inbox of an identity update and what it does to the identifiers, unverified.
pub(crate) fn identifier_changes(update: &[u8]) -> Result<(InboxId, Vec<IdentifierChange>), DeliveryError> {
    use identity_action::Kind;
    let update = decode_update(update)?;
    let inbox = parse_inbox(&update.inbox_id)
        .ok_or_else(|| DeliveryError::Rejected("an identity update needs an inbox id of 64 characters".into()))?;
    let changes = update.actions.into_iter().filter_map(|action| match action.kind? {
        Kind::CreateInbox(create) => {
            let identifier = match create.initial_identifier_kind() {
                WireKind::Passkey => Identifier::Passkey {
                    key: hex::decode(&create.initial_identifier).ok()?,
                    relying_party: create.relying_party,
                },
                _ => Identifier::Ethereum(create.initial_identifier),
            };
            Some(IdentifierChange::Added(identifier))
        }
        Kind::Add(add) => member(add.new_member_identifier).map(IdentifierChange::Added),
        Kind::Revoke(revoke) => member(revoke.member_to_revoke).map(IdentifierChange::Revoked),
        Kind::ChangeRecoveryAddress(_) => None,
    });
    Ok((inbox, changes.collect()))
}

fn member(identifier: Option<MemberIdentifier>) -> Option<Identifier> {
    match identifier?.kind? {
        member_identifier::Kind::EthereumAddress(address) => Some(Identifier::Ethereum(address)),
        member_identifier::Kind::Passkey(passkey) => {
            Some(Identifier::Passkey { key: passkey.key, relying_party: passkey.relying_party })
        }
        member_identifier::Kind::InstallationPublicKey(_) => None,
    }
}

fn decode_update(bytes: &[u8]) -> Result<IdentityUpdate, DeliveryError> {
    IdentityUpdate::decode(bytes).map_err(|_| DeliveryError::Rejected("bytes that are no identity update".into()))
}

const fn wire_kind(kind: IdentifierKind) -> WireKind {
    match kind {
        IdentifierKind::Passkey => WireKind::Passkey,
        _ => WireKind::Ethereum,
    }
}

fn parse_inbox(text: &str) -> Option<InboxId> {
    text.parse().ok()
}

// DELIVERY.R10
fn check_count(asked: usize, answered: usize) -> Result<(), DeliveryError> {
    if asked == answered {
        return Ok(());
    }
    Err(DeliveryError::Malformed(format!("{answered} answers to {asked} questions")))
}

fn malformed(what: &str) -> DeliveryError {
    DeliveryError::Malformed(what.into())
}

#[cfg(test)]
mod tests;
