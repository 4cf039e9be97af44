//! The price list: what each operation asks of the network and of the disk.
//!
//! Whoever makes an operation cheaper writes the new price here; whoever makes one dearer says why beside it. The test
//! prints what was paid if that is not the list.
use super::{Counted, StoppedClock, client};
use crate::measured::{Counts, Measured};
use std::{fmt::Write, sync::Arc};
use tokio::runtime::Handle;
use xmtp_client::{Client, Clock, GroupOptions, LocalWallet, SystemClock, Transport};
use xmtp_delivery::LocalTransport;

/// One operation: its name, what it asks the network for, and what it takes to the database: durable transactions,
/// relaxed ones, readers and rows, all exactly; and pages of 2048 bytes, which are a bound, since where random keys fall
/// in an index decides whether it grows by one.
type Price = (&'static str, &'static [&'static str], [u64; 4], u64);

const PRICES: &[Price] = &[
    // Is there an inbox; key package and identity update; the own log is read back.
    ("client created and registered", &["inbox ids", "publish", "publish", "identity updates"], [1, 4, 3, 10], 17),
    // The peer's installations and their key packages; the commit, which is read back before its welcome goes out.
    // A value that is put in another place, for its size, is two rows: one goes and one comes.
    ("DM created", &["identity updates", "key packages", "publish", "query", "publish"], [5, 9, 4, 51], 68),
    // Whether the peer has a new installation is looked up once in five seconds.
    ("first message of a DM", &["identity updates", "publish", "query"], [2, 4, 4, 10], 17),
    // Written down and sealed before it leaves; that the network has it is noted with whatever comes next, which here is
    // that it is read back. When the group was active last is noted then too, and not before it leaves.
    ("message sent", &["publish", "query"], [2, 2, 2, 9], 14),
    ("ten messages queued", &[], [0, 10, 10, 20], 42),
    // The group is read before messages that waited are sealed, and after. Whether any waited is asked of whoever writes,
    // which knows it: that transaction holds nothing, here and with each group that is synced.
    ("ten messages published", &["query", "publish", "query"], [3, 4, 3, 81], 21),
    ("group of nobody else created", &["identity updates", "publish", "query"], [3, 7, 4, 43], 43),
    ("member added", &["identity updates", "publish", "query", "publish"], [2, 6, 3, 28], 45),
    ("name changed", &["publish", "query"], [2, 3, 2, 27], 32),
    ("member removed", &["identity updates", "publish", "query"], [2, 5, 3, 27], 35),
    // Welcomes; who is in the group; which groups have news; the group.
    ("first sync: a DM with twelve messages", &["query", "identity updates", "newest", "query"], [4, 7, 8, 39], 31),
    // Welcomes, and which groups have news. Nothing is written.
    ("idle sync", &["query", "newest"], [2, 1, 4, 0], 0),
    ("one message received", &["query", "newest", "query"], [3, 4, 7, 4], 8),
    ("ten messages received", &["query", "newest", "query"], [3, 4, 7, 13], 11),
    ("group joined, change of its name read", &["query", "newest", "query"], [3, 5, 7, 38], 34),
    ("member added by another", &["query", "newest", "query", "identity updates"], [3, 6, 8, 20], 22),
    ("member removed by another", &["query", "newest", "query"], [3, 4, 7, 19], 18),
];

/// A client whose line and database are counted, and what it has paid.
struct Payer {
    client: Client,
    line: Arc<Counted>,
    store: Arc<Measured>,
    before: Counts,
    paid: Vec<Paid>,
}

/// One operation, what it asked for, and what it took to the database, in the order of a [`Price`].
type Paid = (&'static str, Vec<&'static str>, [u64; 5]);

impl Payer {
    async fn new(network: &LocalTransport) -> Self {
        let line = Arc::new(Counted { network: network.clone(), ..Counted::default() });
        let store = Arc::new(Measured::new());
        let before = store.counts();
        let client = Client::builder(LocalWallet::generate().unwrap())
            .transport(Arc::clone(&line) as Arc<dyn Transport>)
            .store(Arc::clone(&store) as _)
            .clock(Arc::new(StoppedClock(SystemClock.now())))
            .build()
            .await
            .unwrap();
        let mut payer = Self { client, line, store, before, paid: Vec::new() };
        payer.pays("client created and registered").await;
        payer
    }

    /// Books what was spent since it was last asked on `operation`.
    async fn pays(&mut self, operation: &'static str) {
        quiet().await;
        let now = self.store.counts();
        let Counts { durable, relaxed, readers, rows, pages } = now.since(self.before);
        self.before = now;
        self.paid.push((operation, self.line.asked(), [durable, relaxed, readers, rows, pages]));
    }

    /// Books what was spent since it was last asked on nothing.
    async fn forget(&mut self) {
        quiet().await;
        self.before = self.store.counts();
        self.line.asked();
    }
}

/// Waits for what clients do by themselves after an operation has returned: until no task is left.
async fn quiet() {
    while Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_operation_costs_what_the_price_list_says() {
    let network = LocalTransport::new();
    let mut alice = Payer::new(&network).await;
    let mut bob = Payer::new(&network).await;
    let carol = client(&Arc::new(Counted { network: network.clone(), ..Counted::default() })).await;
    bob.paid.clear();

    let dm = alice.client.conversations().dm(bob.client.inbox_id()).await.unwrap();
    alice.pays("DM created").await;
    dm.send(b"one".to_vec(), true).await.unwrap();
    alice.pays("first message of a DM").await;
    dm.send(b"two".to_vec(), true).await.unwrap();
    alice.pays("message sent").await;
    for number in 0..10 {
        dm.send_later(vec![number], true).await.unwrap();
    }
    alice.pays("ten messages queued").await;
    dm.publish().await.unwrap();
    alice.pays("ten messages published").await;

    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("first sync: a DM with twelve messages").await;
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("idle sync").await;
    dm.send(b"three".to_vec(), true).await.unwrap();
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("one message received").await;
    for number in 0..10 {
        dm.send_later(vec![number], true).await.unwrap();
    }
    dm.publish().await.unwrap();
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("ten messages received").await;
    alice.forget().await;

    let group = alice.client.conversations().create_group(&[], GroupOptions::default()).await.unwrap();
    alice.pays("group of nobody else created").await;
    group.add_members(&[bob.client.inbox_id()]).await.unwrap();
    alice.pays("member added").await;
    group.update_name("Us").await.unwrap();
    alice.pays("name changed").await;
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("group joined, change of its name read").await;
    group.add_members(&[carol.inbox_id()]).await.unwrap();
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("member added by another").await;
    alice.forget().await;
    group.remove_members(&[carol.inbox_id()]).await.unwrap();
    alice.pays("member removed").await;
    bob.client.conversations().sync_all().await.unwrap();
    bob.pays("member removed by another").await;

    let paid: Vec<_> = alice.paid.into_iter().chain(bob.paid).collect();
    let as_agreed = |((operation, asked, spent), price): (&Paid, &Price)| {
        let [rest @ .., pages] = *spent;
        (*operation, asked.as_slice(), rest) == (price.0, price.1, price.2) && pages <= price.3
    };
    assert!(
        paid.len() == PRICES.len() && paid.iter().zip(PRICES).all(as_agreed),
        "the list is {PRICES:#?}\nand this was paid (durable transactions, relaxed, readers, rows, pages):\n{}",
        list(&paid)
    );
}

/// What was paid, a line for each operation.
fn list(paid: &[Paid]) -> String {
    paid.iter().fold(String::new(), |mut list, (operation, asked, spent)| {
        writeln!(list, "    ({operation:?}, &{asked:?}, {spent:?}),").unwrap();
        list
    })
}
