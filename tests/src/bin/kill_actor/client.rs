//! A client: follows the network, and sends and commits when it is told to.
use crate::{Lines, load::Load, report, see};
use anyhow::Result;
use std::time::Duration;
use xmtp_client::{Client, DatabaseKey, Environment, LocalWallet, MessageKind, Network, StreamPosition};
use xmtp_tests::kill::{ClientPart, Command, Report, Text};

/// Wait before the network is followed again after it could not be.
const PAUSE: Duration = Duration::from_millis(50);

/// Does what it is told until it is killed, or whoever started it is gone.
pub(crate) async fn run(mut part: ClientPart, mut lines: Lines) -> Result<()> {
    let client = Client::builder(LocalWallet::from_hex(&part.wallet)?)
        .network(Network::at(Environment::Local, part.url.clone()))
        .data_folder(&part.folder)
        .database_key(DatabaseKey::from_hex(&part.database_key)?)
        .build()
        .await?;
    report(&Report::Up);
    tokio::spawn(follow(client.clone(), part.position));
    let mut load = None;
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Command::Start => {
                load = Some(Load::start(&client, &part).await?);
                part.seed = part.seed.wrapping_add(1);
            }
            Command::Rest => {
                if let Some(load) = load.take() {
                    Load::stop(load).await;
                }
                report(&Report::Resting);
            }
            Command::Sync => match client.conversations().sync_all().await {
                Ok(done) => report(&Report::Synced { changed: done.synced }),
                Err(error) => see::failure("sync", &error),
            },
            Command::Show => report(&Report::Seen(see::conversations(&client).await?)),
        }
    }
    Ok(())
}

/// Reports every message of others, from a position on.
async fn follow(client: Client, position: u64) {
    let mut stream = loop {
        match client.stream_messages_from(StreamPosition::After(position)).await {
            Ok(stream) => break stream,
            Err(error) => see::failure("stream", &error),
        }
        tokio::time::sleep(PAUSE).await;
    };
    loop {
        match stream.next().await {
            Ok(Some(message)) if message.kind == MessageKind::Application => {
                let text = Text {
                    group: hex::encode(message.conversation.as_bytes()),
                    id: hex::encode(message.id.as_bytes()),
                    says: String::from_utf8_lossy(&message.content).into_owned(),
                };
                report(&Report::Streamed { position: stream.position(), text });
            }
            Ok(Some(_)) => {}
            Ok(None) => return,
            Err(error) => see::failure("stream", &error),
        }
    }
}
