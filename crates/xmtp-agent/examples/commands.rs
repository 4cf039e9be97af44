//! Takes commands: with arguments of a type, with text as it was written, with another name, and with help.
//!
//! `cargo run -p xmtp-agent --example commands`, then write `/help` to it. In a group it also hears `@clerk /add 1 2`.
use xmtp_agent::{Arguments, Command, CommandRouter, prelude::*};

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    commands(Agent::from_env()?).run().await
}

pub(crate) fn commands(agent: Agent) -> Agent {
    // An argument that is missing or no number is answered with the usage; the handler need not care.
    let add = Command::new("/add", async |ctx: Context, arguments: Arguments| {
        let (a, b): (i64, i64) = (arguments.value(0, "a number")?, arguments.value(1, "a second number")?);
        ctx.reply(a.saturating_add(b).to_string()).await?;
        Ok(())
    });
    let shout = async |ctx: Context, arguments: Arguments| {
        ctx.reply(arguments.rest().to_uppercase()).await?;
        Ok(())
    };
    let commands = CommandRouter::new()
        .help("/help")
        .with(add.alias("/plus").usage("<number> <number>").describe("Add two numbers"))
        .command("/shout", "Say it louder", shout)
        .unknown("I do not know that one. Try /help")
        .default_handler(async |ctx: Context, _| {
            ctx.reply("I take commands. Try /help").await?;
            Ok(())
        });
    agent.named("clerk").with(commands)
}
