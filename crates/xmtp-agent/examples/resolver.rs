//! Says whose names and addresses a message speaks of: `alice.eth`, `0xabc…def` among the members, whole addresses.
//!
//! Names are looked up on Ethereum: `CHAIN_RPC_1=https://... cargo run -p xmtp-agent --example resolver --features chain`.
use xmtp_agent::{
    mentions::{Mention, Resolved},
    names::{CachedNames, EnsResolver, NameResolver},
    prelude::*,
};
use xmtp_client::Chains;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let chains = Chains::from_variables(std::env::vars())?;
    Ok(resolver(Agent::from_env()?, CachedNames::new(EnsResolver::new(chains))).run().await?)
}

pub(crate) fn resolver(agent: Agent, names: CachedNames) -> Agent {
    agent.on_text(move |ctx, text| {
        let names = names.clone();
        async move {
            let mut lines = Vec::new();
            for resolved in ctx.resolve_mentions(&names, None).await? {
                lines.push(line(&text, &resolved, &names).await);
            }
            if !lines.is_empty() {
                ctx.reply(lines.join("\n")).await?;
            }
            Ok(())
        }
    })
}

/// What was written, the account, and the name that the account shows itself under.
async fn line(text: &str, resolved: &Resolved, names: &CachedNames) -> String {
    let written = text.get(resolved.found.range.clone()).unwrap_or_default();
    match &resolved.account {
        Ok(Some(account)) => match names.reverse(account).await {
            Ok(Some(name)) if !matches!(&resolved.found.mention, Mention::Name(known) if *known == name) => {
                format!("{written} is {account}, also known as {name}")
            }
            _ => format!("{written} is {account}"),
        },
        Ok(None) => format!("{written} is nobody that I know"),
        Err(error) => format!("{written}: {error}"),
    }
}
