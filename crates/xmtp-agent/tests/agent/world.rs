//! People on a network in this process.
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{sync::mpsc, time::timeout};
use xmtp_agent::prelude::*;
use xmtp_client::{Clock, LocalWallet, MessageStream, StreamPosition, SystemClock, Transport};
use xmtp_delivery::LocalTransport;

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct World(Arc<dyn Transport>);

impl World {
    pub(crate) fn new() -> Self {
        Self(Arc::new(LocalTransport::with_clock(|| SystemClock.now())))
    }

    pub(crate) fn network(&self) -> Arc<dyn Transport> {
        self.0.clone()
    }

    /// A client that keeps nothing.
    pub(crate) async fn client(&self) -> Client {
        let wallet = LocalWallet::generate().unwrap();
        Client::builder(wallet).transport(self.0.clone()).in_memory().build().await.unwrap()
    }

    /// The client of `wallet` whose database is in `folder`.
    pub(crate) async fn client_in(&self, folder: &Path, wallet: &LocalWallet) -> Client {
        Client::builder(wallet.clone()).transport(self.0.clone()).data_folder(folder).build().await.unwrap()
    }

    pub(crate) async fn person(&self) -> Person {
        Person::new(self.client().await).await
    }
}

/// Somebody who writes to agents and reads what comes.
pub(crate) struct Person {
    pub(crate) client: Client,
    stream: MessageStream,
}

impl Person {
    async fn new(client: Client) -> Self {
        let stream = client.stream_messages_from(StreamPosition::Start).await.unwrap();
        Self { client, stream }
    }

    pub(crate) async fn dm(&self, peer: InboxId) -> Conversation {
        self.client.conversations().dm(peer).await.unwrap()
    }

    /// The next message of somebody else that is no group update.
    pub(crate) async fn hears(&mut self) -> Content {
        loop {
            let message = soon(self.stream.next()).await.unwrap().unwrap();
            let content = Content::from_bytes(&message.content);
            if message.sender != self.client.inbox_id() && !matches!(content, Content::GroupUpdated(_)) {
                return content;
            }
        }
    }

    pub(crate) async fn hears_text(&mut self) -> String {
        let content = self.hears().await;
        content.as_text().unwrap_or_else(|| panic!("{content:?} is no text")).to_owned()
    }
}

pub(crate) async fn say(conversation: &Conversation, content: impl Into<Content>) -> MessageId {
    let content = content.into();
    conversation.send(content.to_bytes(), content.should_push()).await.unwrap()
}

/// Waits, but not for ever.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.unwrap()
}

/// Waits for what a handler reports.
pub(crate) async fn next<T>(reports: &mut mpsc::UnboundedReceiver<T>) -> T {
    soon(reports.recv()).await.unwrap()
}

/// A handler that reports the texts it was given.
pub(crate) fn reporter() -> (Report, mpsc::UnboundedReceiver<String>) {
    let (report, reports) = mpsc::unbounded_channel();
    (Report(report), reports)
}

/// Where a handler reports to.
#[derive(Clone)]
pub(crate) struct Report(mpsc::UnboundedSender<String>);

impl Report {
    pub(crate) fn tell(&self, what: impl Into<String>) {
        self.0.send(what.into()).unwrap();
    }
}
