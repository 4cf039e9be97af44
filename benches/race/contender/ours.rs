//! Our contender's process: reads requests, does them one after the other, and measures each.
use std::collections::HashMap;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use xmtp_client::{Client, DatabaseKey, Environment, LocalWallet, Network};

use super::{
    request::{Act, Request},
    user::User,
};
use crate::clock;

/// What the process is told.
#[derive(Args, Debug)]
pub(crate) struct ContenderOptions {
    /// Where the node is
    #[arg(long)]
    node: String,
}

/// Serves until standard input ends.
///
/// # Errors
/// If standard input cannot be read.
pub(crate) async fn serve(options: ContenderOptions) -> Result<()> {
    let mut users = HashMap::new();
    println!("{}", json!({ "ready": true }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let (wall, cpu) = (clock::wall(), clock::cpu());
        let answer = match answer(&mut users, &options.node, &line).await {
            Ok(value) => {
                let (wall, total) = (clock::wall() - wall, clock::cpu());
                json!({ "ok": value, "wallNs": wall, "cpuNs": total - cpu, "processCpuNs": total })
            }
            Err(error) => json!({ "error": format!("{error:#}") }),
        };
        println!("{answer}");
    }
    for user in users.values() {
        user.close().await;
    }
    Ok(())
}

async fn answer(users: &mut HashMap<String, User>, node: &str, line: &str) -> Result<Value> {
    let Request { user: name, act } = serde_json::from_str(line)?;
    if let Act::Open { key, folder } = &act {
        let client = Client::builder(LocalWallet::from_hex(key)?)
            .network(Network::at(Environment::Local, node))
            .data_folder(folder)
            .database_key(DatabaseKey::from_bytes([7; 32]))
            .build()
            .await?;
        let inbox = client.inbox_id().to_string();
        users.insert(name, User::new(client));
        return Ok(json!({ "inbox": inbox }));
    }
    let user = users.get_mut(&name).with_context(|| format!("no user {name} in this process"))?;
    if matches!(act, Act::Close) {
        user.close().await;
        users.remove(&name);
        return Ok(Value::Null);
    }
    user.act(act).await
}
