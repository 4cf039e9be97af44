//! Requests one after another from many clients: messages published, pages read.
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use xmtp_delivery::{GrpcTransport, Transport};
use xmtp_layers::mls::{Member, Network};
use xmtp_storage::MemoryStore;
use xmtp_types::{ClientEnvelope, Cursor, OriginatorId, Payload, SequenceId};

use crate::node::Handle;

/// Connections that requests are spread over.
const CONNECTIONS: usize = 8;

/// Clients of a node, and what they say.
#[derive(Debug)]
pub(crate) struct Traffic {
    /// Connections to the node.
    pub(crate) clients: Vec<GrpcTransport>,
    /// A sealed message of each group.
    pub(crate) messages: Vec<ClientEnvelope>,
    said: AtomicU64,
}

/// What came of a load.
#[derive(Debug)]
pub(crate) struct Rate {
    pub(crate) what: &'static str,
    pub(crate) count: u64,
    pub(crate) took: Duration,
    pub(crate) latencies: Vec<Duration>,
    pub(crate) node: Option<Duration>,
}

impl Traffic {
    /// Connects, and makes a group for each of so many topics.
    ///
    /// # Errors
    /// If a group cannot be made.
    pub(crate) fn prepare(url: &str, groups: u64) -> Result<Self> {
        let clients = (0..CONNECTIONS).map(|_| GrpcTransport::builder(url).connect()).collect::<Result<_, _>>()?;
        let mut member = Member::register(&Network::new()?, 1, Arc::new(MemoryStore::new()))?;
        let message = |_| {
            let group = member.create_group(&[])?;
            let (_, envelope) = member.seal(&group, &[b'x'; 200])?.pop().context("nothing was sealed")?;
            Ok(envelope)
        };
        Ok(Self { clients, messages: (0..groups).map(message).collect::<Result<_>>()?, said: AtomicU64::new(0) })
    }

    /// The client that this request goes through.
    pub(crate) fn client(&self, number: u64) -> Option<&GrpcTransport> {
        self.clients.get(usize::try_from(number).ok()? % self.clients.len())
    }

    /// A message to the group of this number that was never sent. Its end is another each time, which only members of
    /// the group could tell from a sealed one.
    pub(crate) fn message(&self, number: u64) -> Option<ClientEnvelope> {
        let mut envelope = self.messages.get(usize::try_from(number).ok()? % self.messages.len())?.clone();
        let said = self.said.fetch_add(1, Ordering::Relaxed);
        if let Payload::GroupMessage { data, .. } = &mut envelope.payload {
            for (byte, new) in data.iter_mut().rev().zip(said.to_le_bytes()) {
                *byte = new;
            }
        }
        Some(envelope)
    }
}

/// Publishes so many messages, so many at a time.
///
/// # Errors
/// If the node refuses one.
pub(crate) async fn publishes(node: &Handle, traffic: &Arc<Traffic>, count: u64, concurrent: u64) -> Result<Rate> {
    let traffic = Arc::clone(traffic);
    load("messages published", node, count, concurrent, move |number| {
        let traffic = Arc::clone(&traffic);
        async move {
            let envelope = traffic.message(number).context("no message")?;
            Ok(traffic.client(number).context("no client")?.publish(&[envelope]).await?)
        }
    })
    .await
}

/// Reads what is new in so many groups, so many at a time: two messages each, as after a short absence.
///
/// # Errors
/// If the node refuses one.
pub(crate) async fn reads(node: &Handle, traffic: &Arc<Traffic>, count: u64, concurrent: u64) -> Result<Rate> {
    let groups = u64::try_from(traffic.messages.len())?;
    let published = traffic.said.load(Ordering::Relaxed);
    let mut cursor = Cursor::start();
    cursor.advance(OriginatorId::V3_MESSAGES, SequenceId::new(published.saturating_sub(2 * groups)));
    let (traffic, cursor) = (Arc::clone(traffic), Arc::new(cursor));
    load("pages of two messages read", node, count, concurrent, move |number| {
        let (traffic, cursor) = (Arc::clone(&traffic), Arc::clone(&cursor));
        async move {
            let group = usize::try_from(number)? % traffic.messages.len();
            let topic = &traffic.messages.get(group).context("no group")?.topic;
            traffic.client(number).context("no client")?.query(topic, &cursor).await?;
            Ok(())
        }
    })
    .await
}

async fn load<F>(
    what: &'static str,
    node: &Handle,
    count: u64,
    concurrent: u64,
    request: impl Fn(u64) -> F + Clone + Send + Sync + 'static,
) -> Result<Rate>
where
    F: Future<Output = Result<()>> + Send,
{
    let next = Arc::new(AtomicU64::new(0));
    let before = node.processor_time();
    let begun = now();
    let mut workers = JoinSet::new();
    for _ in 0..concurrent {
        let (next, request) = (Arc::clone(&next), request.clone());
        workers.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(latencies);
                }
                let sent = now();
                request(number).await?;
                latencies.push(sent.elapsed());
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(worker) = workers.join_next().await {
        latencies.extend(worker??);
    }
    let (took, after) = (begun.elapsed(), node.processor_time());
    Ok(Rate { what, count, took, latencies, node: after.zip(before).map(|(after, before)| after - before) })
}

#[expect(clippy::disallowed_methods, reason = "this program measures time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let percentile = |percent: usize| {
            let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
            sorted.get(at).map_or_else(|| "-".to_owned(), |latency| format!("{:.2}", latency.as_secs_f64() * 1e3))
        };
        let count = self.count as f64;
        let node = self.node.map_or_else(|| "-".to_owned(), |node| format!("{:.0}", node.as_secs_f64() * 1e6 / count));
        let rate = count / self.took.as_secs_f64();
        write!(f, "| {} | {rate:.0}/s | {} | {} | {node} |", self.what, percentile(50), percentile(99))
    }
}
