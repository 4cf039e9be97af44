//! Starting and stopping: what is refused, and that nothing is touched then.

use crate::support::{self, channel, config_in, everything, mls, node, send_texts};
use std::{fs, time::Duration};
use tokio::time::timeout;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};
use xmtp_node::{Clock, Node, NodeConfig, NodeError, Rate, RateLimits, TlsIdentity};
use xmtp_proto::xmtp::mls::api::v1::{GetNewestGroupMessageRequest, mls_api_client::MlsApiClient};
use xmtp_types::Timestamp;

const GROUP: [u8; 16] = [1; 16];

#[tokio::test] // NODE.R14
async fn a_port_in_use_is_named_and_the_folder_is_not_made() {
    let first = node().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for taken in [first.addresses().native, first.addresses().web.unwrap()] {
        let mut config = config_in(&data);
        config.web = Some(taken);
        let error = Node::start(config).await.unwrap_err();
        assert!(matches!(error, NodeError::PortInUse(address) if address == taken), "{error}");
        assert!(error.is_retryable());
        assert!(error.to_string().contains(&taken.port().to_string()), "{error}");
    }
    assert!(!data.exists());
}

#[tokio::test] // NODE.R15
async fn a_folder_serves_one_node_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Node::start(config_in(folder.path())).await.unwrap();
    let error = Node::start(config_in(folder.path())).await.unwrap_err();
    assert!(matches!(&error, NodeError::FolderInUse(path) if path == folder.path()), "{error}");
    first.shutdown().await.unwrap();
    Node::start(config_in(folder.path())).await.unwrap().shutdown().await.unwrap();
}

#[tokio::test] // NODE.R16
async fn a_log_of_a_newer_version_is_refused_untouched() {
    use diesel::{Connection, connection::SimpleConnection};
    let folder = tempfile::tempdir().unwrap();
    Node::start(config_in(folder.path())).await.unwrap().shutdown().await.unwrap();
    let log = folder.path().join("node.db3");
    let mut conn = diesel::SqliteConnection::establish(log.to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA user_version = 1000; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    drop(conn);
    let before = fs::read(&log).unwrap();
    let error = Node::start(config_in(folder.path())).await.unwrap_err();
    assert!(matches!(error, NodeError::NewerLog { found: 1000, known: 1 }), "{error}");
    assert_eq!(fs::read(&log).unwrap(), before);
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_untouched() {
    use diesel::{Connection, connection::SimpleConnection};
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("node.db3");
    let mut conn = diesel::SqliteConnection::establish(log.to_str().unwrap()).unwrap();
    conn.batch_execute("CREATE TABLE theirs (a);").unwrap();
    drop(conn);
    for content in [b"a letter".to_vec(), fs::read(&log).unwrap()] {
        fs::write(&log, &content).unwrap();
        let error = Node::start(config_in(folder.path())).await.unwrap_err();
        assert!(matches!(&error, NodeError::NotALog(path) if *path == log), "{error}");
        assert_eq!(fs::read(&log).unwrap(), content);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Node::start(config_in(&file.join("data"))).await.unwrap_err();
    assert!(matches!(error, NodeError::Folder { .. }), "{error}");
}

#[tokio::test]
async fn a_stopped_node_frees_its_ports_and_refuses_new_connections() {
    let node = node().await;
    let addresses = node.addresses();
    let idle = channel(addresses.native).await;
    timeout(Duration::from_secs(20), node.shutdown()).await.unwrap().unwrap();
    drop(idle);
    let mut config = NodeConfig::ephemeral();
    (config.native, config.web) = (addresses.native, addresses.web);
    Node::start(config).await.unwrap();
}

#[tokio::test]
async fn a_restart_keeps_everything_and_goes_on_counting() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Vec::new();
    for round in 1..=3u64 {
        let node = Node::start(config_in(folder.path())).await.unwrap();
        let mut mls = mls(&node).await;
        assert_eq!(everything(&mut mls, &GROUP).await, before);
        send_texts(&mut mls, &GROUP, [round.to_string(), "every time the same".to_owned()]).await;
        before = everything(&mut mls, &GROUP).await;
        assert_eq!(before.last().unwrap().id, round + 1);
        assert!(before.is_sorted_by(|one, next| one.created_ns < next.created_ns));
        node.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn times_do_not_go_back_with_the_clock_even_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    for seconds in [2_000, 1_000] {
        let mut config = config_in(folder.path());
        config.clock = Clock::from_fn(move || Timestamp::from_secs(seconds));
        let node = Node::start(config).await.unwrap();
        let mut mls = mls(&node).await;
        send_texts(&mut mls, &GROUP, [seconds.to_string()]).await;
        let rows = everything(&mut mls, &GROUP).await;
        assert!(rows.iter().all(|row| row.created_ns >= 2_000_000_000_000), "{rows:?}");
        assert!(rows.is_sorted_by(|one, next| one.created_ns < next.created_ns));
        node.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn limits_are_off_until_they_are_asked_for() {
    let mut config = NodeConfig::ephemeral();
    let mut limits = RateLimits::default();
    limits.publishes = Rate { burst: 2, per_minute: 1 };
    config.rate_limits = Some(limits);
    config.clock = Clock::from_fn(|| Timestamp::from_secs(1_000));
    let node = Node::start(config).await.unwrap();
    let mut mls = mls(&node).await;
    send_texts(&mut mls, &GROUP, ["a".to_owned(), "b".to_owned()]).await;
    let error = support::send(&mut mls, vec![support::text(&GROUP, "c")]).await.unwrap_err();
    assert_eq!(error.code(), tonic::Code::ResourceExhausted);
    assert_eq!(everything(&mut mls, &GROUP).await.len(), 2);
}

#[tokio::test]
async fn with_a_certificate_both_listeners_speak_tls() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let mut config = NodeConfig::ephemeral();
    config.tls = Some(TlsIdentity::from_pem(made.cert.pem(), made.signing_key.serialize_pem()));
    let node = Node::start(config).await.unwrap();
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(made.cert.pem())).domain_name("localhost");
    for address in [node.addresses().native, node.addresses().web.unwrap()] {
        let endpoint = Channel::from_shared(format!("https://{address}")).unwrap().tls_config(tls.clone()).unwrap();
        let mut mls = MlsApiClient::new(endpoint.connect().await.unwrap());
        let asked = GetNewestGroupMessageRequest { group_ids: vec![GROUP.to_vec().into()], include_content: false };
        assert_eq!(mls.get_newest_group_message(asked).await.unwrap().into_inner().responses.len(), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_is_none_is_refused() {
    let mut config = NodeConfig::ephemeral();
    config.tls = Some(TlsIdentity::from_pem("certificate", "key"));
    assert!(matches!(Node::start(config).await.unwrap_err(), NodeError::Tls(_)));
}
