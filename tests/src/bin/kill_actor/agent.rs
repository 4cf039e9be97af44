//! An agent: reports what it begins to handle and what it has handled.
use crate::{Lines, report};
use anyhow::Result;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use xmtp_agent::{Agent, RunningAgent};
use xmtp_client::{Environment, LocalWallet, Network};
use xmtp_tests::{
    kill::{AgentPart, Command, Report},
    random::Random,
};

/// The longest that a handler takes, in microseconds.
const LONGEST: u64 = 3_000;

/// Handles messages until it is told to rest, killed, or whoever started it is gone.
pub(crate) async fn run(part: AgentPart, mut lines: Lines) -> Result<()> {
    let mut running = Some(start(part).await?);
    report(&Report::Up);
    while let Some(line) = lines.next_line().await? {
        if let (Command::Rest, Some(running)) = (serde_json::from_str(&line)?, running.take()) {
            running.stop().await?;
            report(&Report::Resting);
        }
    }
    Ok(())
}

async fn start(part: AgentPart) -> Result<RunningAgent> {
    let mut key = [0; 32];
    hex::decode_to_slice(&part.database_key, &mut key)?;
    let random = Arc::new(Mutex::new(Random::from_seed(part.seed)));
    let random_too = Arc::clone(&random);
    let agent = Agent::builder(LocalWallet::from_hex(&part.wallet)?)
        .network(Network::at(Environment::Local, part.url))
        .data_folder(part.folder)
        .database_key(key)
        .build()?
        .parallel(part.parallel)
        .on_text(move |context, what| {
            let random = Arc::clone(&random);
            async move {
                handle(what, context.is_repeat(), &random).await;
                Ok(())
            }
        })
        .on_group(move |context| {
            let random = Arc::clone(&random_too);
            async move {
                handle(hex::encode(context.id().as_bytes()), context.is_repeat(), &random).await;
                Ok(())
            }
        });
    Ok(agent.start().await?)
}

async fn handle(what: String, is_repeat: bool, random: &Mutex<Random>) {
    report(&Report::Begun { what: what.clone(), is_repeat });
    let pause = random.lock().unwrap_or_else(PoisonError::into_inner).within(0..LONGEST);
    tokio::time::sleep(Duration::from_micros(pause)).await;
    report(&Report::Done { what });
}
