//! Reading topics by pages: directions, limits and cursors as released clients rely on.

use crate::support::{ascending, ids, mls, node, page, send_texts, send_welcomes, welcome};
use bytes::Bytes;
use tonic::Code;
use xmtp_proto::xmtp::mls::api::v1::{
    PagingInfo, QueryGroupMessagesRequest, QueryWelcomeMessagesRequest, SortDirection, welcome_message::Version,
};

const GROUP: [u8; 16] = [1; 16];

fn numbered(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| number.to_string())
}

#[tokio::test]
async fn ascending_pages_follow_each_other_until_one_is_not_full() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(5)).await;

    let (first, paging) = page(&mut mls, &GROUP, Some(ascending(2, 0))).await;
    assert_eq!((ids(&first), paging), (vec![1, 2], ascending(2, 2)));
    let (second, paging) = page(&mut mls, &GROUP, Some(ascending(2, 2))).await;
    assert_eq!((ids(&second), paging), (vec![3, 4], ascending(2, 4)));
    let (third, paging) = page(&mut mls, &GROUP, Some(ascending(2, 4))).await;
    assert_eq!((ids(&third), paging), (vec![5], ascending(2, 0)));
}

#[tokio::test]
async fn a_full_last_page_is_followed_by_an_empty_one() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(2)).await;

    let (_, paging) = page(&mut mls, &GROUP, Some(ascending(2, 0))).await;
    assert_eq!(paging.id_cursor, 2);
    let (rows, paging) = page(&mut mls, &GROUP, Some(ascending(2, 2))).await;
    assert_eq!((ids(&rows), paging.id_cursor), (vec![], 0));
}

#[tokio::test] // NODE.R6
async fn no_direction_means_newest_first() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(3)).await;
    let descending = SortDirection::Descending.into();

    let (rows, paging) = page(&mut mls, &GROUP, None).await;
    assert_eq!(ids(&rows), [3, 2, 1]);
    assert_eq!(paging, PagingInfo { direction: descending, limit: 100, id_cursor: 0 });
    let (rows, paging) =
        page(&mut mls, &GROUP, Some(PagingInfo { direction: descending, limit: 1, id_cursor: 3 })).await;
    assert_eq!((ids(&rows), paging.id_cursor), (vec![2], 2));
}

#[tokio::test]
async fn limits_out_of_range_mean_a_hundred() {
    let node = node().await;
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, numbered(101)).await;
    for limit in [0, 100, 101, u32::MAX] {
        let (rows, paging) = page(&mut mls, &GROUP, Some(ascending(limit, 0))).await;
        assert_eq!((rows.len(), paging), (100, ascending(100, 100)), "{limit}");
    }
}

#[tokio::test]
async fn topics_share_a_sequence_and_nothing_else() {
    let node = node().await;
    let mut mls = mls(&node).await;
    for _ in 0..2 {
        send_texts(&mut mls, &GROUP, ["a".to_owned()]).await;
        send_texts(&mut mls, &[2; 16], ["b".to_owned()]).await;
    }
    send_texts(&mut mls, &GROUP, ["c".to_owned()]).await;
    let (rows, _) = page(&mut mls, &GROUP, Some(ascending(0, 0))).await;
    assert_eq!(ids(&rows), [1, 3]);
    let (rows, paging) = page(&mut mls, b"nobody knows me", Some(ascending(0, 0))).await;
    assert_eq!((rows.len(), paging.id_cursor), (0, 0));
}

#[tokio::test]
async fn a_page_of_large_messages_stays_readable_and_says_where_to_go_on() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let large = "x".repeat(3 * 1024 * 1024);
    for number in 0..9 {
        send_texts(&mut mls, &GROUP, [format!("{number}{large}")]).await;
    }
    let (rows, paging) = page(&mut mls, &GROUP, Some(ascending(100, 0))).await;
    assert!(rows.iter().map(|row| row.data.len()).sum::<usize>() < 25 * 1024 * 1024);
    assert_eq!(paging.id_cursor, rows.last().unwrap().id);
    let (rest, paging) = page(&mut mls, &GROUP, Some(ascending(100, paging.id_cursor))).await;
    assert_eq!((rows.len() + rest.len(), paging.id_cursor), (9, 0));
}

#[tokio::test]
async fn welcomes_are_paged_by_destination() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let messages = ["a", "b", "c"].map(|data| welcome(&[3; 32], data)).to_vec();
    send_welcomes(&mut mls, messages).await.unwrap();
    send_welcomes(&mut mls, vec![welcome(&[4; 32], "a")]).await.unwrap();

    let request =
        QueryWelcomeMessagesRequest { installation_key: Bytes::from(vec![3; 32]), paging_info: Some(ascending(2, 0)) };
    let answer = mls.query_welcome_messages(request).await.unwrap().into_inner();
    let data = answer.messages.into_iter().map(|message| match message.version {
        Some(Version::V1(welcome)) => (welcome.id, welcome.data, welcome.welcome_metadata),
        other => panic!("{other:?}"),
    });
    let meta = Bytes::from_static(b"meta");
    assert_eq!(data.collect::<Vec<_>>(), [(1, "a".into(), meta.clone()), (2, "b".into(), meta)]);
    assert_eq!(answer.paging_info, Some(ascending(2, 2)));
}

#[tokio::test]
async fn a_query_without_a_topic_is_refused() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let error = mls.query_group_messages(QueryGroupMessagesRequest::default()).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unknown, "group is required"));
    let error = mls.query_welcome_messages(QueryWelcomeMessagesRequest::default()).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unknown, "installation is required"));
}
