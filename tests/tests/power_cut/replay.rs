//! Going on from what a power cut left.
use crate::{
    record::{Files, Recorded},
    scenario::{client, only, say, store},
};
use std::{collections::BTreeMap, fs, path::Path, sync::Arc};
use tempfile::TempDir;
use xmtp_client::{Client, Conversation, DeliveryStatus, GroupQuery, MessageKind, MessageQuery};
use xmtp_content_types::Content;
use xmtp_storage::{IntentState, Store, StoreRead};
use xmtp_types::Topic;

/// Rounds of syncing in which everything comes to its end.
const ROUNDS: usize = 4;

/// The disk and the network after a cut.
pub(crate) struct Replay<'r> {
    recorded: &'r Recorded,
    moment: usize,
    folder: TempDir,
}

impl<'r> Replay<'r> {
    pub(crate) fn lay_out(recorded: &'r Recorded, moment: usize, wal: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = &recorded.moments[moment];
        lay(&folder.path().join("ours"), &here.files);
        fs::write(folder.path().join("ours").join("store.db3-wal"), wal).unwrap();
        lay(&folder.path().join("theirs"), &here.peer);
        Self { recorded, moment, folder }
    }

    /// Everything the client's store holds, which must be whole.
    pub(crate) fn state_left(&self) -> String {
        let folder = self.folder.path().join("ours");
        let kept = fs::read(folder.join("store.db3-wal")).unwrap();
        let (main, name) = (fs::read(folder.join("store.db3")).unwrap(), folder.join("store.db3"));
        let store = store(&folder);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        let state = describe(&mut *store.read().unwrap());
        drop(store);
        // Opening has folded the WAL back; the next who opens it is to find what the cut left.
        fs::write(name, main).unwrap();
        fs::write(folder.join("store.db3-wal"), kept).unwrap();
        let _ = fs::remove_file(folder.join("store.db3-shm"));
        state
    }

    /// Opens both clients over the network as it was and holds them to each other.
    pub(crate) async fn go_on(&self) {
        let here = &self.recorded.moments[self.moment];
        let network = self.recorded.network.after(&self.recorded.calls[..here.published]).await;
        let [wallet, other] = &self.recorded.wallets;
        let ours = client(wallet, Arc::new(store(&self.folder.path().join("ours"))), &network).await;
        let theirs = client(other, Arc::new(store(&self.folder.path().join("theirs"))), &network).await;
        settle(&ours, &theirs).await;
        let made = ours.conversations().list(GroupQuery::default()).await.unwrap();
        assert!(made.len() <= 1);
        let Some(group) = made.into_iter().next() else { return };
        // What is left works: both ways, and for a commit.
        group.add_members(&[theirs.inbox_id()]).await.unwrap();
        settle(&ours, &theirs).await;
        say(&group, "on").await;
        group.rotate_keys().await.unwrap();
        settle(&ours, &theirs).await;
        let there = only(&theirs).await;
        say(&there, "and on").await;
        settle(&ours, &theirs).await;

        assert_eq!(group.info().await.unwrap(), there.info().await.unwrap());
        let (here, there) = (texts(&group).await, texts(&there).await);
        assert!(here.values().chain(there.values()).all(|count| *count == 1), "{here:?} {there:?}");
        assert_eq!(here, there);
        ours.close().await;
        theirs.close().await;
    }
}

async fn settle(ours: &Client, theirs: &Client) {
    for _ in 0..ROUNDS {
        ours.conversations().sync_all().await.unwrap();
        theirs.conversations().sync_all().await.unwrap();
    }
}

async fn texts(conversation: &Conversation) -> BTreeMap<String, usize> {
    let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
    let mut count = BTreeMap::new();
    for message in conversation.messages(query).await.unwrap() {
        assert_eq!(message.status, DeliveryStatus::Published);
        *count.entry(Content::from_bytes(&message.content).as_text().unwrap().to_owned()).or_default() += 1;
    }
    count
}

fn describe(read: &mut dyn StoreRead) -> String {
    let groups = read.groups(&xmtp_storage::GroupQuery::everything()).unwrap();
    let mut text = format!("{groups:?}{:?}", read.messages(&xmtp_storage::MessageQuery::default()).unwrap());
    for group in &groups {
        let states =
            [IntentState::ToPublish, IntentState::Published, IntentState::Committed, IntentState::Acknowledged];
        text += &format!("{:?}", read.intents(&group.id, &states).unwrap());
        text += &format!("{:?}", read.cursor(&Topic::group(&group.id)).unwrap());
    }
    let values = read.values(xmtp_storage::Namespace::Mls, b"").unwrap();
    text + &values
        .iter()
        .map(|(key, value)| format!("{}{}", hex::encode(key), hex::encode(&**value)))
        .collect::<String>()
}

fn lay(folder: &Path, files: &Files) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}
