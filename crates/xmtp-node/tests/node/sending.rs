//! Sending messages and welcomes: what is kept, what is refused, what a repeated call does.

use crate::support::{
    self, APPLICATION, COMMIT, PROPOSAL, ascending, everything, input, mls, mls_message, node, page, send, send_texts,
    send_welcomes, text, welcome,
};
use bytes::Bytes;
use tonic::Code;
use xmtp_proto::xmtp::mls::{
    api::v1::{
        GetIdentityUpdatesRequest, GetNewestGroupMessageRequest, GroupMessageInput, QueryWelcomeMessagesRequest,
        RevokeInstallationRequest, WelcomeMessageInput, welcome_message, welcome_message_input::Version,
    },
    message_contents::{WelcomePointerWrapperAlgorithm, WelcomeWrapperAlgorithm},
};

const GROUP: [u8; 16] = [1; 16];

#[tokio::test]
async fn a_message_comes_back_byte_for_byte_with_its_place_and_time() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let data = mls_message(&GROUP, COMMIT, b"commit");
    send(&mut mls, vec![input(data.clone())]).await.unwrap();

    let (rows, _) = page(&mut mls, &GROUP, None).await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.id, &row.data, row.group_id.as_ref()), (1, &data, GROUP.as_slice()));
    assert_eq!((row.sender_hmac.as_ref(), row.should_push, row.is_commit), ([9; 32].as_slice(), true, true));
    assert!(row.created_ns > 1_700_000_000_000_000_000);
}

#[tokio::test]
async fn commits_and_proposals_are_told_from_application_messages() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let messages = [APPLICATION, PROPOSAL, COMMIT].map(|content| input(mls_message(&GROUP, content, b"x")));
    send(&mut mls, messages.to_vec()).await.unwrap();
    let rows = everything(&mut mls, &GROUP).await;
    assert_eq!(rows.iter().map(|row| row.is_commit).collect::<Vec<_>>(), [false, true, true]);
}

#[tokio::test] // NODE.R4
async fn a_repeated_call_is_answered_well_and_stores_nothing() {
    let node = node().await;
    let mut mls = mls(&node).await;
    for _ in 0..3 {
        send(&mut mls, vec![text(&GROUP, "once"), text(&GROUP, "once")]).await.unwrap();
        send_welcomes(&mut mls, vec![welcome(&[3; 32], "once")]).await.unwrap();
    }
    send(&mut mls, vec![text(&GROUP, "once"), text(&GROUP, "new")]).await.unwrap();
    assert_eq!(everything(&mut mls, &GROUP).await.len(), 2);
    let request = QueryWelcomeMessagesRequest { installation_key: vec![3; 32].into(), paging_info: None };
    assert_eq!(mls.query_welcome_messages(request).await.unwrap().into_inner().messages.len(), 1);
}

#[tokio::test]
async fn ids_and_times_rise_together() {
    let node = node().await;
    let mut mls = mls(&node).await;
    for round in 0..20 {
        send_texts(&mut mls, &GROUP, (0..10).map(|number| format!("{round} {number}"))).await;
    }
    let rows = everything(&mut mls, &GROUP).await;
    assert_eq!(rows.len(), 200);
    assert!(rows.is_sorted_by(|one, next| one.id < next.id && one.created_ns < next.created_ns));
}

#[tokio::test] // NODE.R7
async fn bad_group_messages_are_refused_and_nothing_of_their_call_is_stored() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut welcome_framing = mls_message(&GROUP, COMMIT, b"x").to_vec();
    welcome_framing[3] = 3;
    let bad = [
        Bytes::new(),
        Bytes::from_static(b"not mls"),
        welcome_framing.into(),
        mls_message(&[], COMMIT, b"x"),
        mls_message(&GROUP, 4, b"x"),
        mls_message(&GROUP, COMMIT, b"x").slice(..20),
        mls_message(&GROUP, APPLICATION, &vec![0; 4 * 1024 * 1024]),
    ];
    for data in bad {
        let error = send(&mut mls, vec![text(&GROUP, "good"), input(data)]).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
        assert!(error.message().starts_with("invalid group message: "), "{error}");
    }
    let error = send(&mut mls, vec![text(&GROUP, "good"), GroupMessageInput { version: None }]).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert_eq!(send(&mut mls, vec![]).await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(everything(&mut mls, &GROUP).await, []);
}

fn v1(change: impl FnOnce(&mut xmtp_proto::xmtp::mls::api::v1::welcome_message_input::V1)) -> WelcomeMessageInput {
    let Some(Version::V1(mut inner)) = welcome(&[3; 32], "data").version else { unreachable!() };
    change(&mut inner);
    WelcomeMessageInput { version: Some(Version::V1(inner)) }
}

fn pointer(algorithm: i32, hpke: &'static [u8]) -> WelcomeMessageInput {
    let pointer = xmtp_proto::xmtp::mls::api::v1::welcome_message_input::WelcomePointer {
        installation_key: vec![3; 32].into(),
        welcome_pointer: Bytes::from_static(b"pointer"),
        hpke_public_key: Bytes::from_static(hpke),
        wrapper_algorithm: algorithm,
    };
    WelcomeMessageInput { version: Some(Version::WelcomePointer(pointer)) }
}

#[tokio::test]
async fn welcomes_that_lack_a_part_are_refused_and_nothing_of_their_call_is_stored() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let bad = [
        WelcomeMessageInput { version: None },
        v1(|welcome| welcome.data.clear()),
        v1(|welcome| welcome.installation_key.clear()),
        v1(|welcome| welcome.hpke_public_key.clear()),
        pointer(0, b"key"),
        pointer(1, b"key"),
        pointer(WelcomePointerWrapperAlgorithm::XwingMlkem768Draft6.into(), b""),
    ];
    for welcome_input in bad {
        let error = send_welcomes(&mut mls, vec![welcome(&[3; 32], "good"), welcome_input]).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "{error}");
    }
    assert_eq!(send_welcomes(&mut mls, vec![]).await.unwrap_err().code(), Code::InvalidArgument);
    let request = QueryWelcomeMessagesRequest { installation_key: vec![3; 32].into(), paging_info: None };
    assert_eq!(mls.query_welcome_messages(request).await.unwrap().into_inner().messages, []);
}

#[tokio::test]
async fn welcomes_and_pointers_come_back_as_they_were_sent_in_the_order_of_the_call() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let xwing = WelcomePointerWrapperAlgorithm::XwingMlkem768Draft6.into();
    let symmetric = v1(|welcome| {
        welcome.hpke_public_key.clear();
        welcome.data = Bytes::from_static(b"symmetric");
        welcome.wrapper_algorithm = WelcomeWrapperAlgorithm::SymmetricKey.into();
    });
    let unspecified = v1(|welcome| welcome.wrapper_algorithm = 0);
    send_welcomes(&mut mls, vec![symmetric, pointer(xwing, b"key"), unspecified]).await.unwrap();

    let request =
        QueryWelcomeMessagesRequest { installation_key: vec![3; 32].into(), paging_info: Some(ascending(0, 0)) };
    let answer = mls.query_welcome_messages(request).await.unwrap().into_inner();
    let versions: Vec<_> = answer.messages.into_iter().map(|message| message.version.unwrap()).collect();
    let [
        welcome_message::Version::V1(symmetric),
        welcome_message::Version::WelcomePointer(pointer),
        welcome_message::Version::V1(unspecified),
    ] = versions.as_slice()
    else {
        panic!("{versions:?}")
    };
    assert_eq!((symmetric.id, symmetric.data.as_ref()), (1, b"symmetric".as_slice()));
    assert_eq!(symmetric.wrapper_algorithm(), WelcomeWrapperAlgorithm::SymmetricKey);
    assert_eq!((pointer.id, pointer.welcome_pointer.as_ref()), (2, b"pointer".as_slice()));
    assert_eq!((pointer.wrapper_algorithm, pointer.hpke_public_key.as_ref()), (xwing, b"key".as_slice()));
    assert_eq!(unspecified.wrapper_algorithm(), WelcomeWrapperAlgorithm::Curve25519);
}

#[tokio::test]
async fn the_newest_message_of_each_group_is_told_in_the_order_asked() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let ask = |groups: &[[u8; 16]], include_content| GetNewestGroupMessageRequest {
        group_ids: groups.iter().map(|group| Bytes::copy_from_slice(group)).collect(),
        include_content,
    };
    assert_eq!(mls.get_newest_group_message(ask(&[], false)).await.unwrap_err().code(), Code::InvalidArgument);
    for round in 0..3 {
        send_texts(&mut mls, &GROUP, [format!("{round}")]).await;
        send(&mut mls, vec![input(mls_message(&[2; 16], COMMIT, &[round]))]).await.unwrap();
        for include_content in [false, true] {
            let asked = ask(&[[2; 16], [8; 16], GROUP, GROUP], include_content);
            let answer = mls.get_newest_group_message(asked).await.unwrap().into_inner();
            let told: Vec<_> = answer.responses.into_iter().map(|one| one.group_message.map(support::v1)).collect();
            let summary = told.iter().flatten().map(|row| (row.id, row.is_commit, row.data.is_empty()));
            let (commit, message) = (u64::from(round) * 2 + 2, u64::from(round) * 2 + 1);
            let expected = [
                (commit, true, !include_content),
                (message, false, !include_content),
                (message, false, !include_content),
            ];
            assert_eq!(summary.collect::<Vec<_>>(), expected);
            assert!(told[1].is_none());
            assert_eq!(told[0].as_ref().unwrap().group_id.as_ref(), [2; 16]);
        }
    }
}

#[tokio::test] // NODE.R17
async fn a_call_that_asks_about_too_much_is_refused() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let ask =
        |count| GetNewestGroupMessageRequest { group_ids: vec![GROUP.to_vec().into(); count], ..Default::default() };
    let answer = mls.get_newest_group_message(ask(10_000)).await.unwrap().into_inner();
    assert_eq!(answer.responses.len(), 10_000);
    assert_eq!(mls.get_newest_group_message(ask(10_001)).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn what_is_sent_over_one_connection_is_read_over_another() {
    let node = node().await;
    let (mut writer, mut reader) = (mls(&node).await, mls(&node).await);
    for number in 1..=50 {
        send_texts(&mut writer, &GROUP, [number.to_string()]).await;
        let (rows, _) = page(&mut reader, &GROUP, Some(ascending(100, number - 1))).await;
        assert_eq!(support::ids(&rows), [number]);
    }
}

#[tokio::test]
async fn calls_nobody_offers_any_more_say_so() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let revoked = mls.revoke_installation(RevokeInstallationRequest::default()).await;
    assert_eq!(revoked.unwrap_err().code(), Code::Unimplemented);
    let updates = mls.get_identity_updates(GetIdentityUpdatesRequest::default()).await;
    assert_eq!(updates.unwrap_err().code(), Code::Unimplemented);
    let subscribed = mls.subscribe(tokio_stream::empty()).await;
    assert_eq!(subscribed.unwrap_err().code(), Code::Unimplemented);
}
