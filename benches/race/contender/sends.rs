//! Sends many texts and notes what each took.
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};
use xmtp_client::Conversation;
use xmtp_content_types::Content;

use super::request::text;
use crate::clock;

/// What one text took, or why it could not be sent.
struct Sent {
    number: usize,
    started_at: u64,
    took: u64,
    error: Option<String>,
}

/// Sends `count` texts as [`Act::Sends`](super::request::Act::Sends) says.
///
/// # Errors
/// If there is no conversation. A text that cannot be sent is counted instead.
pub(crate) async fn send(to: Vec<Conversation>, count: usize, senders: usize, pause_us: u64) -> Result<Value> {
    ensure!(!to.is_empty(), "no conversation to send to");
    let (to, next) = (Arc::new(to), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..senders.max(1) {
        let (to, next) = (Arc::clone(&to), Arc::clone(&next));
        running.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(conversation) = to.get(number % to.len()).filter(|_| number < count) else { return sent };
                if pause_us > 0 {
                    sleep_until(start + Duration::from_micros(pause_us.saturating_mul(number as u64))).await;
                }
                let started_at = clock::wall();
                let outcome = conversation.send(Content::text(text(number)).encode().to_bytes(), true).await;
                let took = clock::wall() - started_at;
                sent.push(Sent { number, started_at, took, error: outcome.err().map(|error| error.to_string()) });
            }
        });
    }
    let mut all: Vec<Sent> = running.join_all().await.into_iter().flatten().collect();
    all.sort_by_key(|sent| sent.number);
    let errors: Vec<&String> = all.iter().filter_map(|sent| sent.error.as_ref()).collect();
    Ok(json!({
        "startedAt": all.iter().map(|sent| sent.started_at).collect::<Vec<_>>(),
        "took": all.iter().filter(|sent| sent.error.is_none()).map(|sent| sent.took).collect::<Vec<_>>(),
        "errors": errors.len(),
        "firstError": errors.first(),
    }))
}
