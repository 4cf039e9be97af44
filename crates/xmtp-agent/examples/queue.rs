//! Reads with one installation and answers with another: two clients of one inbox, each with a database of its own.
//!
//! What is received waits in a queue, from which one answer goes out every two seconds. Run it twice with the same
//! folders: an inbox has room for ten installations, and each of these two takes one for good.
//! `cargo run -p xmtp-agent --example queue`.
use std::time::Duration;
use tokio::sync::mpsc;
use xmtp_agent::{AgentEnv, prelude::*};
use xmtp_client::{DatabaseKey, default_data_folder};

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    let env = AgentEnv::load()?;
    let folder = env.database_folder.clone().unwrap_or_else(default_data_folder).join("sender");
    let sender = Client::builder(env.wallet.clone())
        .network(env.network.clone())
        .database_key(DatabaseKey::from_bytes(*env.database_key))
        .data_folder(folder)
        .build()
        .await?;
    queue(Agent::with_env(env), sender, Duration::from_secs(2)).run().await
}

/// What waits to be answered.
struct Job {
    conversation: GroupId,
    text: String,
}

pub(crate) fn queue(agent: Agent, sender: Client, pause: Duration) -> Agent {
    // A full queue makes the handlers wait, and with them the stream: nothing piles up in memory.
    let (jobs, waiting) = mpsc::channel(100);
    agent
        .on_start(move |_| async move {
            tokio::spawn(answer(sender, waiting, pause));
            Ok(())
        })
        .on_text(move |ctx, text| {
            let jobs = jobs.clone();
            async move { Ok(jobs.send(Job { conversation: ctx.conversation().id().clone(), text }).await?) }
        })
}

async fn answer(sender: Client, mut waiting: mpsc::Receiver<Job>, pause: Duration) {
    while let Some(job) = waiting.recv().await {
        if let Err(error) = answer_one(&sender, &job).await {
            tracing::error!(%error, "a message is left without an answer");
        }
        tokio::time::sleep(pause).await;
    }
}

async fn answer_one(sender: &Client, job: &Job) -> HandlerResult {
    // The other installation learns of a conversation by a welcome of its own.
    sender.conversations().sync_all().await?;
    let conversation = sender.conversations().find(&job.conversation).await?;
    let answer = Content::text(format!("You said: {}", job.text));
    conversation.send(answer.to_bytes(), answer.should_push()).await?;
    Ok(())
}
