//! Tells balances, asks for money, and thanks for it: USDC on Base.
//!
//! `/balance` reads the chain, `/tx 1.5` asks the wallet of whoever writes to send that much to the agent, and a reference
//! to a transaction, also in the form of a wallet that wraps it once more, is answered with a link to it.
//! `NETWORK_ID=base-sepolia cargo run -p xmtp-agent --example transactions --features chain`.
use std::env;
use xmtp_agent::{
    Arguments, Command, CommandRouter,
    prelude::*,
    transactions::{Amount, Token, TokenError, erc20_balance, erc20_decimals, erc20_transfer_calls, explorer_url},
};
use xmtp_client::{Chains, Identifier};
use xmtp_content_types::TransactionReference;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (token, public) = match env::var("NETWORK_ID").as_deref() {
        Ok("base-mainnet") => (Token::USDC_BASE, "https://mainnet.base.org"),
        Ok("base-sepolia") | Err(_) => (Token::USDC_BASE_SEPOLIA, "https://sepolia.base.org"),
        Ok(_) => return Err("NETWORK_ID is neither base-sepolia nor base-mainnet".into()),
    };
    // CHAIN_RPC_<number> names an endpoint of one's own; the public one serves to try.
    let mut chains = Chains::from_variables(env::vars())?;
    if !chains.contains(token.chain) {
        chains = chains.with_endpoint(token.chain, public)?;
    }
    Ok(transactions(Agent::from_env()?, chains, token).run().await?)
}

pub(crate) fn transactions(agent: Agent, chains: Chains, token: Token) -> Agent {
    let asked = chains.clone();
    let balance = Command::new("/balance", move |ctx: Context, _| balances(ctx, chains.clone(), token));
    let request = Command::new("/tx", move |ctx: Context, arguments| ask_for(ctx, arguments, asked.clone(), token));
    let commands = CommandRouter::new()
        .help("/help")
        .with(balance.describe("What you and I have"))
        .with(request.usage("<amount>").describe("Send me USDC"))
        .default_handler(async |ctx: Context, _| {
            ctx.reply("I know /balance and /tx <amount>").await?;
            Ok(())
        });
    agent.with(commands).on_transaction_reference(async |ctx, reference: TransactionReference| {
        let answer = match explorer_url(&reference) {
            Some(url) => format!("Thank you! It can be seen at {url}"),
            None => "Thank you! I know no page for that transaction.".to_owned(),
        };
        ctx.reply(answer).await?;
        Ok(())
    })
}

async fn balances(ctx: Context, chains: Chains, token: Token) -> HandlerResult {
    let mut lines = Vec::new();
    for (whose, inbox) in [("You have", ctx.sender()), ("I have", ctx.client().inbox_id())] {
        let Some(owner) = ctx.address_of(inbox).await? else { continue };
        let line = match erc20_balance(&chains, token, &owner).await {
            Ok(balance) => format!("{whose} {balance} USDC"),
            Err(error) => return sorry(&ctx, &error).await,
        };
        lines.push(line);
    }
    ctx.reply(lines.join("\n")).await?;
    Ok(())
}

async fn ask_for(ctx: Context, arguments: Arguments, chains: Chains, token: Token) -> HandlerResult {
    let decimals = match erc20_decimals(&chains, token).await {
        Ok(decimals) => decimals,
        Err(error) => return sorry(&ctx, &error).await,
    };
    let amount = match Amount::parse(arguments.word(0).unwrap_or_default(), decimals) {
        Ok(amount) if !amount.is_zero() => amount,
        Ok(_) => return Ok(ctx.reply("That is nothing.").await.map(drop)?),
        Err(error) => return Ok(ctx.reply(error.to_string()).await.map(drop)?),
    };
    let Some((from, to)) = both(&ctx).await? else {
        return Ok(ctx.reply("One of us has no wallet.").await.map(drop)?);
    };
    ctx.send(erc20_transfer_calls(token, &from, &to, amount, format!("Send {amount} USDC to the agent"))?).await?;
    Ok(())
}

/// The accounts of the sender and of the agent.
async fn both(ctx: &Context) -> Result<Option<(Identifier, Identifier)>, AgentError> {
    Ok(ctx.sender_address().await?.zip(ctx.address_of(ctx.client().inbox_id()).await?))
}

async fn sorry(ctx: &Context, error: &TokenError) -> HandlerResult {
    tracing::warn!(%error, "the chain gave no answer");
    ctx.reply("I cannot reach the chain now. Please try again later.").await?;
    Ok(())
}
