//! Answers "gm": in a DM to whatever is written, in a group to what is addressed to `@gm`.
//!
//! `xmtp keys new`, then `cargo run -p xmtp-agent --example gm`.
use xmtp_agent::prelude::*;

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    gm(Agent::from_env()?).run().await
}

pub(crate) fn gm(agent: Agent) -> Agent {
    agent.named("gm").only(filter::dm() | filter::mentioned()).on_text(async |ctx, _| {
        ctx.send_text("gm").await?;
        Ok(())
    })
}
