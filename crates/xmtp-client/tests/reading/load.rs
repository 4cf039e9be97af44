//! Many tasks at once through one client, over a real node, with databases on disk.
use crate::support::{said, text, until};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};
use tokio::task::JoinSet;
use xmtp_client::{GroupOptions, MessageKind, MessageQuery};
use xmtp_testkit::World;

const TASKS: usize = 64;
const MESSAGES: usize = 12;

static DONE: AtomicBool = AtomicBool::new(false);

/// The numbers that each task sent, in the order in which they were read.
fn by_task(said: Vec<String>) -> BTreeMap<usize, Vec<usize>> {
    let mut tasks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for said in said {
        let (task, number) = said.split_once(' ').unwrap();
        tasks.entry(task.parse().unwrap()).or_default().push(number.parse().unwrap());
    }
    tasks
}

#[tokio::test(flavor = "multi_thread")] // MSG.R16
async fn sixty_four_tasks_send_at_once_while_the_client_syncs_and_streams() {
    let mut world = World::new().await.unwrap();
    let (alice, bob) = (world.user("alice").await.unwrap(), world.user("bob").await.unwrap());
    let conversations = alice.client.conversations();
    let group = conversations.create_group(&[bob.client.inbox_id()], GroupOptions::default()).await.unwrap();
    let dm = conversations.dm(bob.client.inbox_id()).await.unwrap();
    let mut stream = bob.client.stream_messages().await.unwrap();
    let mut own_stream = alice.client.stream_messages().await.unwrap();
    let own_reader = tokio::spawn(async move { own_stream.next().await });

    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let conversation = if task % 2 == 0 { group.clone() } else { dm.clone() };
        tasks.spawn(async move {
            for number in 0..MESSAGES {
                conversation.send(text(&format!("{task} {number}")), false).await.unwrap();
            }
        });
    }
    let syncing = alice.client.clone();
    let syncs = tokio::spawn(async move {
        let mut count = 0;
        while !DONE.load(Ordering::SeqCst) {
            syncing.conversations().sync_all().await.unwrap();
            count += 1;
        }
        count
    });
    while let Some(sent) = tasks.join_next().await {
        sent.unwrap();
    }
    DONE.store(true, Ordering::SeqCst);
    assert!(syncs.await.unwrap() > 0);

    let expected: BTreeMap<_, Vec<_>> = (0..TASKS).map(|task| (task, (0..MESSAGES).collect())).collect();
    let mut read = Vec::new();
    while read.len() < TASKS * MESSAGES {
        let message = stream.next().await.unwrap().unwrap();
        if message.kind == MessageKind::Application {
            read.extend(said([message]));
        }
    }
    assert_eq!(by_task(read), expected);
    for client in [&alice.client, &bob.client] {
        let applications = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
        let all = || async {
            let mut all = Vec::new();
            for id in [group.id(), dm.id()] {
                let there = client.conversations().find(id).await.unwrap();
                all.extend(said(there.messages(applications.clone()).await.unwrap()));
            }
            all
        };
        until("all are there", || async { all().await.len() >= TASKS * MESSAGES }).await;
        let placed = || async {
            let there = client.conversations().find(group.id()).await.unwrap();
            there.messages(applications.clone()).await.unwrap().iter().all(|message| message.position > 0)
        };
        assert!(placed().await);
        assert_eq!(by_task(all().await), expected);
    }
    own_reader.abort();
}
