//! Lets whoever knows the passphrase into a group.
//!
//! The check is a middleware of its own: it tells what is behind it whether the passphrase was right, and the handlers
//! need not know what it is. `SECRET_WORD=... cargo run -p xmtp-agent --example gated_group`.
use std::sync::Arc;
use tokio::sync::Mutex;
use xmtp_agent::prelude::*;
use xmtp_client::GroupOptions;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("SECRET_WORD").map_err(|_| "SECRET_WORD is not set: choose a passphrase")?;
    Ok(gated_group(Agent::from_env()?, secret).run().await?)
}

/// What the check found.
struct Knows(bool);

pub(crate) fn gated_group(agent: Agent, secret: String) -> Agent {
    // One group for all; a lock, because two may ask at the same time and only one of them makes it.
    let group = Arc::new(Mutex::new(None));
    agent
        .only(filter::dm())
        .with(move |ctx: Context, next: Next| {
            let knows = Knows(ctx.text().is_some_and(|text| text.trim() == secret));
            next.run(ctx.extend(knows))
        })
        .on_text(move |ctx, _| {
            let group = Arc::clone(&group);
            async move {
                match ctx.get() {
                    Some(Knows(true)) => let_in(&ctx, &group).await,
                    _ => Ok(ctx.reply_text("What is the passphrase?").await.map(drop)?),
                }
            }
        })
}

async fn let_in(ctx: &Context, group: &Mutex<Option<Conversation>>) -> HandlerResult {
    let mut group = group.lock().await;
    let group = match &mut *group {
        Some(group) => {
            group.add_members(&[ctx.sender()]).await?;
            group
        }
        none => {
            let options = GroupOptions { name: "Members only".to_owned(), ..GroupOptions::default() };
            none.insert(ctx.client().conversations().create_group(&[ctx.sender()], options).await?)
        }
    };
    let welcome = Content::text("Welcome to the group!");
    group.send(welcome.to_bytes(), welcome.should_push()).await?;
    ctx.reply_text("You are in.").await?;
    Ok(())
}
