//! Many streams of many topics: what the node sends out for each message that comes in.
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream::FuturesUnordered};
use tokio::task::JoinSet;
use xmtp_delivery::Transport;
use xmtp_types::Cursor;

use crate::{
    node::Handle,
    traffic::{Rate, Traffic, now},
};

/// Lets so many streams follow all groups, and counts how fast each of `streamed` messages is with all of them.
///
/// # Errors
/// If a stream ends or the node refuses a message.
pub(crate) async fn deliveries(node: &Handle, traffic: &Arc<Traffic>, streams: u64, streamed: u64) -> Result<Rate> {
    let newest = newest(traffic).await?;
    let topics: Arc<Vec<_>> = Arc::new(traffic.messages.iter().map(|it| it.topic.clone()).zip(newest).collect());
    let mut readers = JoinSet::new();
    let opening = FuturesUnordered::new();
    for number in 0..streams {
        let (traffic, topics) = (Arc::clone(traffic), Arc::clone(&topics));
        opening.push(async move { anyhow::Ok(traffic.client(number).context("no client")?.subscribe(&topics).await?) });
    }
    let opened: Vec<_> = opening.collect().await;
    for stream in opened {
        let mut stream = stream?;
        readers.spawn(async move {
            for _ in 0..streamed {
                stream.next().await.context("a stream ended")??;
            }
            anyhow::Ok(())
        });
    }
    let before = node.processor_time();
    let begun = now();
    for number in 0..streamed {
        let envelope = traffic.message(number).context("no message")?;
        traffic.client(number).context("no client")?.publish(&[envelope]).await?;
    }
    while let Some(reader) = readers.join_next().await {
        reader??;
    }
    let (took, after) = (begun.elapsed(), node.processor_time());
    let count = streams * streamed;
    let node = after.zip(before).map(|(after, before)| after - before);
    Ok(Rate { what: "deliveries to streams of all groups", count, took, latencies: Vec::new(), node })
}

/// Where each group stands.
async fn newest(traffic: &Traffic) -> Result<Vec<Cursor>> {
    let groups: Vec<_> = traffic.messages.iter().map(|it| it.topic.id().to_vec().into()).collect();
    let newest = traffic.client(0).context("no client")?.newest(&groups).await?;
    ensure!(newest.len() == groups.len(), "the node does not know all groups");
    let cursor = |newest: Option<xmtp_delivery::Newest>| {
        let mut cursor = Cursor::start();
        if let Some(newest) = newest {
            cursor.advance(newest.originator, newest.sequence_id);
        }
        cursor
    };
    Ok(newest.into_iter().map(cursor).collect())
}
