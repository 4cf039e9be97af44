//! Notes when texts arrive on a stream.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinHandle, time::timeout};
use xmtp_client::MessageStream;
use xmtp_content_types::Content;

use super::request::number;
use crate::clock;

/// What a stream has brought until now.
#[derive(Debug)]
pub(crate) struct Heard {
    noted: Arc<Noted>,
    listener: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Noted {
    /// Number of a text, and when it came.
    arrivals: Mutex<Vec<(u64, u64)>>,
    more: Notify,
}

impl Heard {
    /// Follows `stream` in the background.
    pub(crate) fn follow(mut stream: MessageStream) -> Self {
        let noted = Arc::new(Noted::default());
        let notes = Arc::clone(&noted);
        let listener = tokio::spawn(async move {
            while let Ok(Some(message)) = stream.next().await {
                let at = clock::wall();
                if let Some(number) = Content::from_bytes(&message.content).as_text().and_then(number) {
                    notes.arrivals.lock().unwrap_or_else(PoisonError::into_inner).push((number, at));
                    notes.more.notify_one();
                }
            }
        });
        Self { noted, listener }
    }

    /// Waits until `count` texts have come, or none has for so many milliseconds, and tells all that have.
    pub(crate) async fn wait(&self, count: usize, patience_ms: u64) -> Result<Value> {
        let arrived = || self.noted.arrivals.lock().unwrap_or_else(PoisonError::into_inner).clone();
        while arrived().len() < count {
            if timeout(Duration::from_millis(patience_ms), self.noted.more.notified()).await.is_err() {
                break;
            }
        }
        Ok(json!({ "arrived": arrived() }))
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.listener.abort();
    }
}
