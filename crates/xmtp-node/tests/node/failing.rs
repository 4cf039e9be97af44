//! A log that refuses to write: nothing is acknowledged, nothing half stored, and life goes on after.
use crate::support::{config_in, everything, ids, mls, send, send_texts, text, v1};
use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use std::time::Duration;
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tonic::Code;
use xmtp_node::Node;
use xmtp_proto::xmtp::mls::api::v1::{
    GetNewestGroupMessageRequest, SubscribeGroupMessagesRequest, subscribe_group_messages_request::Filter,
};

const GROUP: [u8; 16] = [1; 16];

#[tokio::test] // NODE.R2
async fn a_failed_transaction_is_not_acknowledged_and_streams_survive_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(config_in(folder.path())).await.unwrap();
    let mut mls = mls(&node).await;
    let filters = vec![Filter { group_id: GROUP.to_vec().into(), id_cursor: 0 }];
    let request = SubscribeGroupMessagesRequest { filters };
    let mut stream = mls.subscribe_group_messages(request).await.unwrap().into_inner();
    send_texts(&mut mls, &GROUP, ["before".to_owned()]).await;

    let mut other = SqliteConnection::establish(folder.path().join("node.db3").to_str().unwrap()).unwrap();
    other.batch_execute("PRAGMA busy_timeout = 10000;").unwrap();
    other
        .batch_execute(
            "CREATE TRIGGER full BEFORE INSERT ON group_messages WHEN NEW.id > 2
             BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END;",
        )
        .unwrap();
    let error = send(&mut mls, vec![text(&GROUP, "one"), text(&GROUP, "two")]).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unavailable, "the log did not answer: retry"));
    assert_eq!(everything(&mut mls, &GROUP).await.len(), 1);
    other.batch_execute("DROP TRIGGER full;").unwrap();

    send_texts(&mut mls, &GROUP, ["one".to_owned(), "two".to_owned()]).await;
    assert_eq!(ids(&everything(&mut mls, &GROUP).await), [1, 2, 3]);
    let newest = GetNewestGroupMessageRequest { group_ids: vec![GROUP.to_vec().into()], include_content: false };
    let newest = mls.get_newest_group_message(newest).await.unwrap().into_inner();
    assert_eq!(v1(newest.responses[0].group_message.clone().unwrap()).id, 3);
    for expected in 1..=3 {
        let message = timeout(Duration::from_secs(30), stream.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(v1(message).id, expected);
    }
}
