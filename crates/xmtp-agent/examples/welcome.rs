//! Greets every new conversation with a menu, and answers what is chosen from it.
//!
//! `cargo run -p xmtp-agent --example welcome`, then open a conversation with it.
use xmtp_agent::prelude::*;
use xmtp_content_types::{Action, ActionStyle, Actions, Intent};

/// The id of the menu, which an answer names.
const MENU: &str = "welcome";

#[tokio::main]
async fn main() -> Result<(), AgentError> {
    welcome(Agent::from_env()?).run().await
}

pub(crate) fn welcome(agent: Agent) -> Agent {
    agent.on_dm(greet).on_group(greet).on_intent(async |ctx, intent: Intent| {
        // A button of another menu is somebody else's affair, and one that was never offered nobody's.
        let answer = match (intent.id.as_str(), intent.action_id.as_str()) {
            (MENU, "who") => format!("I am an agent, and my inbox is {}.", ctx.client().inbox_id()),
            (MENU, "members") => format!("There are {} of us here.", ctx.members().await?.len()),
            (MENU, "bye") => "Goodbye. Write whenever you like.".to_owned(),
            _ => return Ok(()),
        };
        ctx.reply(answer).await?;
        Ok(())
    })
}

async fn greet(ctx: ConversationContext) -> HandlerResult {
    let menu = [
        Action::new("who", "Who are you?").styled(ActionStyle::Primary),
        Action::new("members", "Who is here?").styled(ActionStyle::Secondary),
        Action::new("bye", "Leave me alone").styled(ActionStyle::Danger),
    ];
    ctx.send(Actions::new(MENU, "Welcome! What would you like to know?", menu)).await?;
    Ok(())
}
