//! An agent that a smart contract wallet owns: the account on the chain is the identity, a key of its owner signs.
//!
//! `SMART_WALLET=0x... CHAIN_ID=8453 cargo run -p xmtp-agent --example smart_wallet`; `XMTP_WALLET_KEY` is the owner's key.
use xmtp_agent::{AgentEnv, prelude::*};
use xmtp_client::{ChainId, ContractWallet, DatabaseKey, Identifier};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let of_env = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let account = Identifier::ethereum(&of_env("SMART_WALLET")?)?;
    let chain = ChainId::new(of_env("CHAIN_ID")?.parse()?);
    let env = AgentEnv::load()?;
    let wallet = ContractWallet::new(chain, &account, env.wallet.clone())?;
    let builder = Client::builder(wallet).network(env.network.clone()).device_sync(false);
    let builder = match &env.database_folder {
        Some(folder) => builder.data_folder(folder),
        None => builder,
    };
    let client = builder.database_key(DatabaseKey::from_bytes(*env.database_key)).build().await?;
    Ok(smart_wallet(client).run().await?)
}

pub(crate) fn smart_wallet(client: Client) -> Agent {
    Agent::new(client).on_text(async |ctx, _| {
        ctx.reply_text("gm from a smart wallet").await?;
        Ok(())
    })
}
