//! A node killed under load: what it acknowledged is there when it starts again.

use crate::support::{self, config_in, everything, mls_at, send, send_texts, text};
use std::{
    env,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::task::JoinSet;
use xmtp_node::Node;

const FOLDER: &str = "XMTP_NODE_TEST_FOLDER";
const GROUPS: u8 = 8;
const ROUNDS: u64 = 5;

/// Not a test by itself: `kill_under_load_loses_nothing_acknowledged` runs this file again with a folder, and kills it.
#[tokio::test]
async fn child_that_serves_until_it_is_killed() {
    if let Some(folder) = env::var_os(FOLDER) {
        let node = Node::start(config_in(Path::new(&folder))).await.unwrap();
        println!("\nserving {}", node.addresses().native);
        std::future::pending::<()>().await;
    }
}

struct NodeProcess(Child, SocketAddr);

impl NodeProcess {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crashing::child_that_serves_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("serving ").map(str::to_owned)).unwrap();
        Self(child, address.parse().unwrap())
    }

    /// SIGKILL: nothing of the process runs after this.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Sends until the node is gone; answers how many were acknowledged, which are 0 up to it.
async fn send_until_it_dies(address: SocketAddr, group: u8, round: u64) -> u64 {
    let mut mls = mls_at(address).await;
    let mut acknowledged = 0;
    while send(&mut mls, vec![text(&[group; 16], &format!("{round} {acknowledged}"))]).await.is_ok() {
        acknowledged += 1;
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")] // NODE.R1
async fn kill_under_load_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = vec![Vec::new(); usize::from(GROUPS)];
    for round in 0..ROUNDS {
        let node = NodeProcess::start(folder.path());
        let mut senders = JoinSet::new();
        for group in 0..GROUPS {
            let address = node.1;
            senders.spawn(async move { (group, send_until_it_dies(address, group, round).await) });
        }
        tokio::time::sleep(Duration::from_millis(150 + 70 * round)).await;
        node.kill();
        while let Some(sent) = senders.join_next().await {
            let (group, count) = sent.unwrap();
            acknowledged[usize::from(group)].extend((0..count).map(|number| format!("{round} {number}")));
        }
    }
    assert!(acknowledged.iter().any(|group| !group.is_empty()), "nothing was sent before the node was killed");

    let node = Node::start(config_in(folder.path())).await.unwrap();
    let mut mls = mls_at(node.addresses().native).await;
    for (group, acknowledged) in (0..GROUPS).zip(&acknowledged) {
        let rows = everything(&mut mls, &[group; 16]).await;
        assert!(rows.is_sorted_by(|one, next| one.id < next.id && one.created_ns < next.created_ns));
        for message in acknowledged {
            let sent = support::mls_message(&[group; 16], support::APPLICATION, message.as_bytes());
            assert_eq!(rows.iter().filter(|row| row.data == sent).count(), 1, "{message}");
        }
        // At most the one call per round that was under way when the node died was stored without an answer.
        assert!(rows.len() - acknowledged.len() <= usize::try_from(ROUNDS).unwrap());
        send_texts(&mut mls, &[group; 16], ["life goes on".to_owned()]).await;
    }
}
