//! What a client costs while nothing happens: see `benches/README.md`.
//!
//! `idle prepare <folder> <groups> <messages>` makes a database, `idle measure <folder> <seconds>` opens it, goes live and
//! watches the process. Two processes, so that what making the database took is not measured.
use std::{path::Path, sync::Arc, time::Duration};
use xmtp_client::{Client, DatabaseKey, Environment, GroupOptions, LocalWallet};
use xmtp_delivery::LocalTransport;
use xmtp_storage::{DeliveryStatus, Durability, MessageKind, MessageRow, SqliteStore, Store as _, database_file_name};
use xmtp_types::{GroupId, InboxId, InstallationId, MessageId, Timestamp};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Time for the work that is due when a client goes live.
const SETTLED: Duration = Duration::from_secs(10);
const ROWS_PER_TRANSACTION: usize = 10_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["prepare", folder, groups, messages] => prepare(folder.as_ref(), groups.parse()?, messages.parse()?).await,
        ["measure", folder, seconds] => measure(folder.as_ref(), Duration::from_secs(seconds.parse()?)).await,
        _ => Err("idle prepare <folder> <groups> <messages> | idle measure <folder> <seconds>".into()),
    }
}

async fn open(folder: &Path) -> Outcome<Client> {
    let builder = Client::builder(LocalWallet::from_hex(&"11".repeat(32))?).environment(Environment::Local);
    let builder = builder.transport(Arc::new(LocalTransport::new())).database_key(key());
    Ok(builder.data_folder(folder).build().await?)
}

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes([7; 32])
}

async fn prepare(folder: &Path, groups: usize, messages: usize) -> Outcome<()> {
    let client = open(folder).await?;
    let mut newest = None;
    for _ in 0..groups.max(1) {
        newest = Some(client.conversations().create_group_later(GroupOptions::default()).await?);
    }
    let group = newest.map(|group| group.id().clone()).ok_or("there is a group")?;
    let (inbox, installation) = (client.inbox_id(), client.installation_id());
    client.close().await;
    let store = SqliteStore::open(&folder.join(database_file_name("local", &inbox)), Some(&key()))?;
    for first in (0..messages).step_by(ROWS_PER_TRANSACTION) {
        let mut tx = store.begin(Durability::Relaxed)?;
        for number in first..messages.min(first + ROWS_PER_TRANSACTION) {
            tx.insert_message(&row(number as u64, &group, inbox, installation))?;
        }
        tx.commit()?;
    }
    Ok(())
}

fn row(number: u64, group: &GroupId, sender_inbox: InboxId, sender_installation: InstallationId) -> MessageRow {
    let [.., a, b, c, d] = number.to_be_bytes();
    let mut id = [0; 32];
    id.iter_mut().zip([a, b, c, d]).for_each(|(byte, value)| *byte = value);
    MessageRow {
        id: MessageId::from_bytes(id),
        group: group.clone(),
        kind: MessageKind::Application,
        status: DeliveryStatus::Published,
        sender_inbox,
        sender_installation,
        sent_at: Timestamp::from_secs(1_700_000_000 + number),
        sequence_id: None,
        content_type: "xmtp.org/text:1.0".to_owned(),
        reference: None,
        content: vec![b'x'; 200],
        idempotency_key: number.to_string(),
        expires_at: None,
    }
}

async fn measure(folder: &Path, time: Duration) -> Outcome<()> {
    let client = open(folder).await?;
    let _stream = client.stream_messages().await?;
    tokio::time::sleep(SETTLED).await;
    let (ticks, statistics) = (cpu_ticks()?, client.statistics());
    tokio::time::sleep(time).await;
    let (ticks, done) = (cpu_ticks()? - ticks, client.statistics());
    println!(
        "in {} s: {ticks} ticks of the processor's clock (100 a second), {} steps, {} reads; {} KiB of memory",
        time.as_secs(),
        done.steps - statistics.steps,
        done.reads - statistics.reads,
        resident()?,
    );
    client.close().await;
    Ok(())
}

/// Time of the processor spent in this process and in the kernel for it.
fn cpu_ticks() -> Outcome<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').ok_or("stat has a name")?.1;
    // The 14th and 15th field of the line, of which two stand before the end of the name.
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Ok(ticks.sum::<Result<u64, _>>()?)
}

/// Resident memory in KiB.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("status has VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
