//! Who writes and reads: four clients in two groups of all of them.
use crate::account::{Account, Lane};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};
use xmtp_client::{
    Client, ClientError, Conversation, DatabaseKey, Environment, GroupOptions, LocalWallet, MessageKind, Network,
};

const CLIENTS: usize = 4;
const GROUPS: usize = 2;
/// Tasks that write side by side into one conversation. Each waits for its message to be taken before the next.
const TASKS: usize = 16;
/// Before what the line or the moment did not allow is tried again.
const PAUSE: Duration = Duration::from_millis(50);

/// The clients.
pub(crate) struct World {
    clients: Vec<Client>,
    /// By client: the groups as it sees them.
    conversations: Vec<Vec<Conversation>>,
    counts: Arc<Mutex<BTreeMap<(usize, Lane), usize>>>,
}

impl World {
    /// Registers everybody, makes the groups, and lets everybody listen.
    ///
    /// # Errors
    /// What a client says.
    pub(crate) async fn new(folder: &Path, url: &str, account: &Arc<Account>) -> Result<Self> {
        let mut clients = Vec::new();
        for number in 0..CLIENTS {
            let network = Network::at(Environment::Local, url.to_owned());
            let builder = Client::builder(LocalWallet::generate()?).network(network).rate_limit(None);
            let builder = builder.data_folder(folder.join(number.to_string()));
            clients.push(builder.database_key(DatabaseKey::from_bytes([7; 32])).build().await?);
        }
        let inboxes: Vec<_> = clients.iter().skip(1).map(Client::inbox_id).collect();
        let founder = clients.first().context("nobody is there")?;
        let mut ids = Vec::new();
        for _ in 0..GROUPS {
            let group = founder.conversations().create_group(&inboxes, GroupOptions::default()).await?;
            ids.push(group.id().clone());
        }
        let mut conversations = Vec::new();
        for (reader, client) in clients.iter().enumerate() {
            client.conversations().sync_all().await?;
            let mut all = Vec::new();
            for id in &ids {
                all.push(client.conversations().find(id).await?);
            }
            conversations.push(all);
            listen(reader, client, Arc::clone(account)).await?;
        }
        Ok(Self { clients, conversations, counts: Arc::default() })
    }

    /// How many others read each message.
    pub(crate) const fn readers_of_each(&self) -> u64 {
        CLIENTS as u64 - 1
    }

    /// Lets every client write until so many messages were taken, or it is time.
    pub(crate) fn write(&self, messages: u64, until: Instant, written: &Arc<AtomicU64>) -> JoinSet<Result<()>> {
        let mut writers = JoinSet::new();
        for (client, conversations) in self.conversations.iter().enumerate() {
            for (group, conversation) in conversations.iter().enumerate() {
                for task in 0..TASKS {
                    let (conversation, written) = (conversation.clone(), Arc::clone(written));
                    let counts = Arc::clone(&self.counts);
                    writers.spawn(async move {
                        let lane = format!("{client}/{group}/{task}");
                        let mut count = 0;
                        while Instant::now() < until && take(&written, messages) {
                            say(&conversation, format!("{lane}/{count}")).await?;
                            count += 1;
                        }
                        note(&counts, (client, lane), count);
                        Ok(())
                    });
                }
            }
        }
        writers
    }

    /// Sends what was promised for later.
    ///
    /// # Errors
    /// What a client says for good.
    pub(crate) async fn publish_rest(&self) -> Result<()> {
        for conversation in self.conversations.iter().flatten() {
            while let Err(error) = conversation.publish().await {
                if !error.is_retryable() {
                    return Err(error.into());
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Who must have heard how much of each lane.
    pub(crate) fn sent(&self) -> Vec<(usize, Lane, usize)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = |author: usize| (0..CLIENTS).filter(move |reader| *reader != author);
        let sent = counts
            .iter()
            .flat_map(|((author, lane), count)| readers(*author).map(|reader| (reader, lane.clone(), *count)));
        sent.collect()
    }

    /// Ends everybody.
    pub(crate) async fn close(self) {
        for client in self.clients {
            client.close().await;
        }
    }
}

/// Counts one more, unless there are enough.
fn take(written: &AtomicU64, most: u64) -> bool {
    written.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| (count < most).then_some(count + 1)).is_ok()
}

fn note(counts: &Mutex<BTreeMap<(usize, Lane), usize>>, lane: (usize, Lane), count: usize) {
    counts.lock().unwrap_or_else(PoisonError::into_inner).insert(lane, count);
}

/// Sends one message, once: what the client has taken it sends itself, what it has not is offered again.
async fn say(conversation: &Conversation, text: String) -> Result<()> {
    loop {
        match conversation.send(text.clone().into_bytes(), false).await {
            Ok(_) | Err(ClientError::Queued { .. }) => return Ok(()),
            Err(ClientError::NotStored(error)) if error.is_retryable() => tokio::time::sleep(PAUSE).await,
            Err(error) => bail!("a message could not be sent: {error}"),
        }
    }
}

async fn listen(reader: usize, client: &Client, account: Arc<Account>) -> Result<()> {
    let mut stream = client.stream_messages().await?;
    tokio::spawn(async move {
        while let Ok(Some(message)) = stream.next().await {
            if message.kind != MessageKind::Application {
                continue;
            }
            let text = String::from_utf8_lossy(&message.content).into_owned();
            let parsed = text.rsplit_once('/').and_then(|(lane, number)| Some((lane, number.parse().ok()?)));
            if let Some((lane, number)) = parsed {
                account.note(reader, lane, number);
            }
        }
    });
    Ok(())
}
