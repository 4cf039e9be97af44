//! Shows that it is at work: a middleware gives the message an hourglass and takes it back when the answer is there.
//!
//! `cargo run -p xmtp-agent --example thinking`.
use std::time::Duration;
use xmtp_agent::prelude::*;

const THINKING: &str = "⏳";

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    thinking(Agent::from_env()?, Duration::from_secs(2)).run().await
}

pub(crate) fn thinking(agent: Agent, takes: Duration) -> Agent {
    agent
        .with(async |ctx: Context, next: Next| {
            if ctx.text().is_none() {
                return next.run(ctx).await;
            }
            ctx.react(THINKING).await?;
            let outcome = next.run(ctx.clone()).await;
            ctx.unreact(THINKING).await?;
            outcome
        })
        .on_text(move |ctx, text| async move {
            tokio::time::sleep(takes).await;
            ctx.reply_text(format!("I thought about \"{text}\".")).await?;
            Ok(())
        })
}
