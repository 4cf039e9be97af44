//! Storms: eight installations of four inboxes commit to one group at once, again and again.
//!
//! Requests take random time, so that every round is another schedule of who is first, who has to make a commit anew, and
//! who hears of it when; replies get lost and requests come twice. After each round all of them must be in one state, with
//! nothing left to send and every message there once.
use crate::clock::SimClock;
use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::runtime::Builder;
use xmtp_client::{
    AdminChange, Client, ClientError, Clock as _, Conversation, DeliveryStatus, GroupId, GroupOptions, LocalWallet,
    MemoryStore, MessageKind, MessageQuery, Transport,
};
use xmtp_content_types::Content;
use xmtp_delivery::{Faults, FaultyTransport, LocalTransport};
use xmtp_tests::random::Random;

/// Inboxes, each with two installations.
const INBOXES: usize = 4;
/// Storms over one group before a new one is made: making it costs as much as a few of them.
const ROUNDS: u64 = 12;
/// Rounds of syncing after which everything has come to its end.
const SETTLING: usize = 12;
/// Far longer than a round takes of simulated time.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Late enough that commits overtake each other, and lossy enough that some are sent twice.
const LINE: Faults = Faults { lost: 2, reply_lost: 4, doubled: 10, reordered: 50, late: Duration::from_millis(200) };

/// What a run of storms came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// Schedules played.
    pub(crate) storms: u64,
    /// Messages handed to readers.
    pub(crate) messages: u64,
    /// Epochs that the group went through.
    pub(crate) epochs: u64,
}

struct Storm {
    random: Random,
    clients: Vec<Client>,
    group: GroupId,
    /// What was taken, to be counted.
    said: BTreeMap<String, usize>,
    /// What may have been taken: a client said that it could not tell, or that it was not.
    unsure: BTreeSet<String>,
}

/// Plays the storms of one seed.
///
/// # Errors
/// What was violated.
pub(crate) fn run(seed: u64) -> Result<Weather> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(async { tokio::time::timeout(PATIENCE, play(seed)).await.context("a storm hangs")? })
}

async fn play(seed: u64) -> Result<Weather> {
    let mut storm = Storm::begin(seed).await?;
    let mut weather = Weather::default();
    for round in 0..ROUNDS {
        storm.round(round).await.with_context(|| format!("storm {round}"))?;
        weather.storms += 1;
    }
    weather.messages = (storm.said.len() * storm.clients.len()) as u64;
    weather.epochs = storm.conversation(0).await?.info().await?.epoch.as_u64();
    Ok(weather)
}

impl Storm {
    async fn begin(seed: u64) -> Result<Self> {
        let (mut random, clock) = (Random::from_seed(seed), SimClock::new());
        let network = LocalTransport::with_clock({
            let clock = clock.clone();
            move || clock.now()
        });
        let mut clients = Vec::new();
        for _ in 0..INBOXES {
            let wallet = LocalWallet::generate()?;
            for _ in 0..2 {
                let line = FaultyTransport::new(Arc::new(network.clone()), LINE, random.draw());
                clients.push(open(&wallet, &network, line, &clock).await?);
            }
        }
        let others: Vec<_> = clients.iter().skip(2).step_by(2).map(Client::inbox_id).collect();
        let founder = clients.first().context("nobody is there")?;
        let group = persist(async || {
            founder.conversations().create_group(&others, GroupOptions::default()).await.map(|made| made.id().clone())
        })
        .await?;
        let mut storm = Self { random, clients, group, said: BTreeMap::new(), unsure: BTreeSet::new() };
        storm.settle().await?;
        for other in others {
            let made = storm.conversation(0).await?;
            persist(async || made.update_role(other, AdminChange::AddSuperAdmin).await).await?;
        }
        storm.settle().await?;
        Ok(storm)
    }

    /// Everybody acts at once; then all is brought to its end and compared.
    async fn round(&mut self, round: u64) -> Result<()> {
        let mut acts = Vec::new();
        for place in 0..self.clients.len() {
            let act = self.random.within(0..10);
            acts.push(perform(self.conversation(place).await?, act, format!("{round} by {place}")));
        }
        for (said, outcome) in join_all(acts).await {
            match (said, outcome) {
                (_, Err(error)) if !error.is_retryable() && !is_overtaken(&error) => return Err(error.into()),
                (Some(text), Err(_)) => self.unsure.extend([text]),
                (Some(text), Ok(())) => self.said.extend([(text, 0)]),
                (None, _) => {}
            }
        }
        self.settle().await?;
        self.agree().await
    }

    async fn conversation(&self, place: usize) -> Result<Conversation> {
        let client = self.clients.get(place).context("no such member")?;
        Ok(client.conversations().find(&self.group).await?)
    }

    /// Everybody syncs, at once, until nobody has anything left to send or to hear.
    async fn settle(&mut self) -> Result<()> {
        for _ in 0..SETTLING {
            let synced =
                join_all(self.clients.iter().map(async |client| client.conversations().sync_all().await)).await;
            let is_quiet = synced.iter().all(Result::is_ok);
            if is_quiet && self.agree().await.is_ok() {
                return Ok(());
            }
        }
        self.agree().await
    }

    async fn agree(&self) -> Result<()> {
        let first = self.conversation(0).await?.info().await?;
        for place in 0..self.clients.len() {
            let conversation = self.conversation(place).await?;
            let info = conversation.info().await?;
            ensure!(info == first, "installation {place} is in {:?} and the first in {:?}", info.epoch, first.epoch);
            let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
            let messages = conversation.messages(query).await?;
            let mut count = self.said.clone();
            for message in &messages {
                ensure!(message.status == DeliveryStatus::Published, "{place} has a message that never went out");
                let text = Content::from_bytes(&message.content).as_text().unwrap_or_default().to_owned();
                if self.unsure.contains(&text) {
                    continue;
                }
                *count.get_mut(&text).context("a message that nobody said")? += 1;
            }
            let wrong = count.iter().find(|(_, count)| **count != 1);
            ensure!(wrong.is_none(), "installation {place} has {wrong:?}");
            ensure!(conversation.failed_sends().await?.is_empty(), "installation {place} has a message that failed");
        }
        Ok(())
    }
}

/// Does one thing; tells also what it said, if it said something.
async fn perform(conversation: Conversation, act: u64, text: String) -> (Option<String>, Result<(), ClientError>) {
    let outcome = match act {
        0..3 => {
            let sent = match conversation.send(Content::text(&text).to_bytes(), false).await {
                Err(ClientError::Queued { .. }) => Ok(()),
                other => other.map(drop),
            };
            return (Some(text), sent);
        }
        3..6 => conversation.update_name(&text).await,
        6..8 => conversation.rotate_keys().await,
        8 => conversation.update_description(&text).await,
        _ => conversation.sync().await,
    };
    (None, outcome)
}

/// What others did first can make a wish pointless or wrong.
fn is_overtaken(error: &ClientError) -> bool {
    matches!(error, ClientError::Engine(_) | ClientError::NotStored(_))
}

/// Tries until the line lets it through.
async fn persist<T>(mut attempt: impl AsyncFnMut() -> Result<T, ClientError>) -> Result<T> {
    for _ in 0..SETTLING {
        match attempt().await {
            Err(error) if error.is_retryable() => {}
            other => return Ok(other?),
        }
    }
    Ok(attempt().await?)
}

/// Registers over a good line and goes on over this one.
async fn open(
    wallet: &LocalWallet,
    network: &LocalTransport,
    line: FaultyTransport,
    clock: &SimClock,
) -> Result<Client> {
    let store = Arc::new(MemoryStore::new());
    let over = |transport: Arc<dyn Transport>| {
        let builder = Client::builder(wallet.clone()).store(Arc::clone(&store) as _).transport(transport);
        builder.clock(Arc::new(clock.clone())).build()
    };
    over(Arc::new(network.clone())).await?.close().await;
    Ok(over(Arc::new(line)).await?)
}
