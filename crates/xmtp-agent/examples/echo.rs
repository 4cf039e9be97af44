//! An agent that says what it is told. Run `xmtp keys new` once, then `cargo run -p xmtp-agent --example echo`.
use xmtp_agent::prelude::*;

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    echo(Agent::from_env()?).run().await
}

pub(crate) fn echo(agent: Agent) -> Agent {
    agent
        .on_text(async |ctx, text| {
            ctx.send(text).await?;
            Ok(())
        })
        .on_start(async |client| {
            println!("listening as inbox {}", client.inbox_id());
            Ok(())
        })
}
