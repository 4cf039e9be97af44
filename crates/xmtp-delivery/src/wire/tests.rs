//! Requests as bytes, counted by hand from the schemas, and answers of every wrong shape.
use super::*;
use prost::Message;
use xmtp_proto::xmtp::identity::associations::{CreateInbox, IdentityAction};

fn group() -> GroupId {
    GroupId::from(vec![0xaa, 0xbb])
}

fn installation() -> InstallationId {
    InstallationId::from_bytes([0x11; 32])
}

fn inbox() -> InboxId {
    InboxId::from_bytes([0xcd; 32])
}

fn cursor(at: u64) -> Cursor {
    Cursor::from_iter([
        (OriginatorId::V3_COMMITS, SequenceId::new(2)),
        (OriginatorId::V3_MESSAGES, SequenceId::new(at)),
    ])
}

fn welcome_envelope(size: usize) -> ClientEnvelope {
    ClientEnvelope {
        topic: Topic::welcome(&installation()),
        payload: Payload::Welcome {
            data: vec![9; size],
            hpke_public_key: vec![8],
            algorithm: WrapperAlgorithm::XWingMlKem768Draft6,
            metadata: vec![7],
        },
    }
}

fn encoded(call: &Publish) -> Vec<u8> {
    match call {
        Publish::GroupMessages(request) => request.encode_to_vec(),
        Publish::Welcomes(request) => request.encode_to_vec(),
        Publish::KeyPackage(request) => request.encode_to_vec(),
        Publish::IdentityUpdate(request) => request.encode_to_vec(),
    }
}

fn published(envelope: ClientEnvelope) -> Vec<u8> {
    let calls = publish(&[envelope]).unwrap();
    assert_eq!(calls.len(), 1);
    encoded(&calls[0])
}

#[test]
fn a_group_message_has_its_golden_bytes() {
    let bytes = published(ClientEnvelope::group_message(&group(), vec![1, 2, 3], vec![4], true));
    // messages[0] { v1 { data, sender_hmac, should_push } }: the group is in the data, not beside it.
    assert_eq!(bytes, [0x0a, 0x0c, 0x0a, 0x0a, 0x0a, 3, 1, 2, 3, 0x12, 1, 4, 0x18, 1]);
}

#[test]
fn a_welcome_has_its_golden_bytes() {
    let key = [&[0x0a, 32][..], &[0x11; 32]].concat();
    let rest = [0x12, 2, 9, 9, 0x1a, 1, 8, 0x20, 2, 0x3a, 1, 7];
    let v1 = [key.as_slice(), &rest].concat();
    let entry = [&[0x0a, v1.len() as u8][..], &v1].concat();
    assert_eq!(published(welcome_envelope(2)), [&[0x0a, entry.len() as u8][..], &entry].concat());
}

#[test]
fn a_welcome_pointer_has_its_golden_bytes() {
    let bytes = published(ClientEnvelope {
        topic: Topic::welcome(&installation()),
        payload: Payload::WelcomePointer {
            pointer: vec![5],
            hpke_public_key: vec![6],
            algorithm: PointerAlgorithm::XWingMlKem768Draft6,
        },
    });
    let pointer = [&[0x0a, 32][..], &[0x11; 32], &[0x12, 1, 5, 0x1a, 1, 6, 0x20, 2]].concat();
    let entry = [&[0x12, pointer.len() as u8][..], &pointer].concat();
    assert_eq!(bytes, [&[0x0a, entry.len() as u8][..], &entry].concat());
}

#[test]
fn a_key_package_has_its_golden_bytes() {
    let bytes = published(ClientEnvelope::key_package(&installation(), vec![1, 2]));
    assert_eq!(bytes, [0x0a, 4, 0x0a, 2, 1, 2, 0x10, 1]);
}

#[test]
fn an_identity_update_travels_byte_for_byte() {
    let update = IdentityUpdate { actions: vec![], client_timestamp_ns: 7, inbox_id: inbox().to_string() };
    let bytes = update.encode_to_vec();
    let sent =
        published(ClientEnvelope { topic: Topic::identity(&inbox()), payload: Payload::IdentityUpdate(bytes.clone()) });
    assert_eq!(sent, [&[0x0a, bytes.len() as u8][..], &bytes].concat());
}

#[test] // DELIVERY.R2
fn queries_and_subscriptions_start_at_the_highest_number_of_the_cursor() {
    let query = query_group(&Topic::group(&group()), &cursor(300)).encode_to_vec();
    assert_eq!(query, [0x0a, 2, 0xaa, 0xbb, 0x12, 7, 0x08, 1, 0x10, 100, 0x18, 0xac, 0x02]);
    let subscription = subscribe_groups([(Topic::group(&group()), cursor(1))].iter()).encode_to_vec();
    assert_eq!(subscription, [0x0a, 6, 0x0a, 2, 0xaa, 0xbb, 0x10, 2]);
}

#[test]
fn identifiers_are_asked_for_by_text_and_kind() {
    let passkey = Identifier::Passkey { key: vec![0xab], relying_party: None };
    let bytes = inbox_ids_request(&[Identifier::Ethereum("0x1".into()), passkey]).encode_to_vec();
    assert_eq!(bytes, [0x0a, 7, 0x0a, 3, b'0', b'x', b'1', 0x10, 1, 0x0a, 6, 0x0a, 2, b'a', b'b', 0x10, 2]);
}

#[test] // DELIVERY.R9
fn neighbours_of_one_kind_share_a_call_and_the_order_of_kinds_is_kept() {
    let message = |byte| ClientEnvelope::group_message(&group(), vec![byte], vec![], false);
    let key_package = ClientEnvelope::key_package(&installation(), vec![1]);
    let calls = publish(&[message(1), message(2), key_package, welcome_envelope(1), message(3)]).unwrap();
    let sizes: Vec<_> = calls
        .iter()
        .map(|call| match call {
            Publish::GroupMessages(request) => ("messages", request.messages.len()),
            Publish::Welcomes(request) => ("welcomes", request.messages.len()),
            Publish::KeyPackage(_) => ("key package", 1),
            Publish::IdentityUpdate(_) => ("identity update", 1),
        })
        .collect();
    assert_eq!(sizes, [("messages", 2), ("key package", 1), ("welcomes", 1), ("messages", 1)]);
}

#[test] // DELIVERY.R8
fn welcomes_are_cut_into_calls_of_fifty_and_of_the_size_limit() {
    let lengths = |envelopes: Vec<ClientEnvelope>| -> Vec<usize> {
        let calls = publish(&envelopes).unwrap();
        assert!(calls.iter().all(|call| encoded(call).len() <= MESSAGE_LIMIT));
        calls
            .iter()
            .map(|call| match call {
                Publish::Welcomes(request) => request.messages.len(),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(lengths(vec![welcome_envelope(1); 120]), [50, 50, 20]);
    assert_eq!(lengths(vec![welcome_envelope(MESSAGE_LIMIT / 2 - 200); 5]), [2, 2, 1]);
}

#[test] // DELIVERY.R8
fn an_envelope_over_the_size_limit_is_refused_before_it_is_sent() {
    let whole = ClientEnvelope::group_message(&group(), vec![0; MESSAGE_LIMIT], vec![], false);
    assert!(matches!(publish(&[whole]), Err(DeliveryError::TooLarge { limit: MESSAGE_LIMIT, .. })));
    let key_package = ClientEnvelope::key_package(&installation(), vec![0; MESSAGE_LIMIT]);
    assert!(matches!(publish(&[key_package]), Err(DeliveryError::TooLarge { .. })));
}

#[test]
fn envelopes_on_a_topic_they_do_not_belong_to_are_refused() {
    let elsewhere = ClientEnvelope { topic: Topic::identity(&inbox()), payload: Payload::KeyPackage(vec![1]) };
    assert!(matches!(publish(&[elsewhere]), Err(DeliveryError::Rejected(_))));

    let update = IdentityUpdate { actions: vec![], client_timestamp_ns: 7, inbox_id: inbox().to_string() };
    let of_another = ClientEnvelope {
        topic: Topic::identity(&InboxId::from_bytes([1; 32])),
        payload: Payload::IdentityUpdate(update.encode_to_vec()),
    };
    assert!(matches!(publish(&[of_another]), Err(DeliveryError::Rejected(_))));
}

#[test] // DELIVERY.R1
fn a_commit_is_known_by_its_bytes_whatever_the_network_says() {
    let mls = |content_type| [&[0, 1, 0, 2, 1, 7][..], &[0; 8], &[content_type]].concat();
    for (content_type, expected) in [(1, OriginatorId::V3_MESSAGES), (3, OriginatorId::V3_COMMITS)] {
        for is_commit in [false, true] {
            let v1 = group_message::V1 { id: 5, data: mls(content_type).into(), is_commit, ..Default::default() };
            let message = GroupMessage { version: Some(group_message::Version::V1(v1)) };
            assert_eq!(group_message(message).unwrap().originator, expected);
        }
    }
}

#[test]
fn welcomes_of_every_algorithm_come_back_as_they_were_sent() {
    let numbers = [
        (0, WrapperAlgorithm::Curve25519),
        (1, WrapperAlgorithm::Curve25519),
        (2, WrapperAlgorithm::XWingMlKem768Draft6),
        (3, WrapperAlgorithm::SymmetricKey),
        (99, WrapperAlgorithm::Curve25519),
    ];
    for (number, expected) in numbers {
        let v1 = welcome_message::V1 {
            id: 4,
            installation_key: installation().as_bytes().to_vec().into(),
            wrapper_algorithm: number,
            ..Default::default()
        };
        let message = WelcomeMessage { version: Some(welcome_message::Version::V1(v1)) };
        let delivered = welcome(message).unwrap();
        assert!(matches!(delivered.payload, Payload::Welcome { algorithm, .. } if algorithm == expected));
    }
}

#[test] // DELIVERY.R10
fn answers_of_the_wrong_shape_are_refused() {
    assert!(group_message(GroupMessage::default()).is_err());
    assert!(welcome(WelcomeMessage::default()).is_err());
    let short_key = welcome_message::V1 { id: 1, installation_key: vec![1; 31].into(), ..Default::default() };
    assert!(welcome(WelcomeMessage { version: Some(welcome_message::Version::V1(short_key)) }).is_err());
    assert!(newest(1, GetNewestGroupMessageResponse::default()).is_err());
    assert!(key_packages(1, FetchKeyPackagesResponse::default()).is_err());

    let asked = [(inbox(), SequenceId::ZERO)];
    assert!(identity_updates(&asked, GetIdentityUpdatesResponse::default()).is_err());
    let of_another =
        get_identity_updates_response::Response { inbox_id: InboxId::from_bytes([1; 32]).to_string(), updates: vec![] };
    assert!(identity_updates(&asked, GetIdentityUpdatesResponse { responses: vec![of_another] }).is_err());
}

#[test]
fn a_page_goes_on_only_while_the_network_gives_a_cursor() {
    let v1 = |id| group_message::V1 { id, group_id: group().as_bytes().to_vec().into(), ..Default::default() };
    let page = |id_cursor| {
        let messages = vec![GroupMessage { version: Some(group_message::Version::V1(v1(301))) }];
        let paging_info = Some(PagingInfo { direction: 1, limit: 100, id_cursor });
        let response = QueryGroupMessagesResponse { messages, paging_info };
        group_page(&Topic::group(&group()), &cursor(300), response).unwrap()
    };
    assert!(page(301).more);
    assert!(!page(0).more);
}

#[test] // DELIVERY.R10
fn an_inbox_is_found_by_text_and_kind_and_not_by_position() {
    let entry = |identifier: &str, kind: WireKind, inbox_id| get_inbox_ids_response::Response {
        identifier: identifier.into(),
        inbox_id,
        identifier_kind: kind.into(),
    };
    let response = GetInboxIdsResponse {
        responses: vec![
            entry("ab", WireKind::Passkey, Some(inbox().to_string())),
            entry("0x2", WireKind::Unspecified, None),
            entry("0x1", WireKind::Unspecified, Some(inbox().to_string())),
        ],
    };
    let passkey = Identifier::Passkey { key: vec![0xab], relying_party: None };
    let asked = ["0x1", "0x2", "0x3", "ab"].map(|text| Identifier::Ethereum(text.into()));
    assert_eq!(inbox_ids(&asked, &response), Ok(vec![Some(inbox()), None, None, None]));
    assert_eq!(inbox_ids(&[passkey], &response), Ok(vec![Some(inbox())]));
}

#[test]
fn a_passkey_that_creates_an_inbox_is_read_from_hex() {
    let create = CreateInbox {
        initial_identifier: "04ab".into(),
        initial_identifier_kind: WireKind::Passkey.into(),
        ..Default::default()
    };
    let action = IdentityAction { kind: Some(identity_action::Kind::CreateInbox(create)) };
    let update = IdentityUpdate { actions: vec![action], client_timestamp_ns: 1, inbox_id: inbox().to_string() };
    let passkey = Identifier::Passkey { key: vec![4, 0xab], relying_party: None };
    let changes = vec![IdentifierChange::Added(passkey)];
    assert_eq!(identifier_changes(&update.encode_to_vec()), Ok((inbox(), changes)));
}
