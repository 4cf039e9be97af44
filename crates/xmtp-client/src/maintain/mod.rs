//! Work that is due from time to time while a client is live.
//!
//! | worker | interval | what it does |
//! |---|---|---|
//! | outbox | 2 s | sends what could not be sent, finishes what a crash left |
//! | key package | 5 s | replaces this installation's key package when it is due |
//! | expiry | 1 s | deletes messages that must be gone |
//! | leaving | 2 s | removes those who have asked to leave, where this inbox is a super admin |

mod expiry;
mod key_package;
mod leaving;
mod outbox;

use crate::client::Inner;
use futures::future::BoxFuture;
use std::{sync::Arc, time::Duration};
use tokio::time::MissedTickBehavior;

/// Starts all workers; they end with the client.
pub(crate) fn start(inner: &Arc<Inner>) {
    every(inner, Duration::from_secs(2), |inner| Box::pin(async move { inner.send_leftovers().await }));
    every(inner, Duration::from_secs(5), |inner| Box::pin(async move { inner.rotate_key_package().await }));
    every(inner, Duration::from_secs(1), |inner| Box::pin(async move { inner.delete_expired().await }));
    every(inner, Duration::from_secs(2), |inner| Box::pin(async move { inner.remove_leavers().await }));
}

fn every(
    inner: &Arc<Inner>,
    interval: Duration,
    work: fn(Arc<Inner>) -> BoxFuture<'static, Result<(), crate::ClientError>>,
) {
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = inner.stop.cancelled() => return,
            }
            if let Err(error) = work(Arc::clone(&inner)).await {
                tracing::debug!(%error, "a worker failed and runs again at its next turn");
            }
        }
    });
}
