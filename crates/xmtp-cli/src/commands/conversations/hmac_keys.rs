//! `xmtp conversations hmac-keys`: for a push server that is not to ring for what the user has sent.
use crate::{
    args::GlobalOptions,
    error::CliError,
    output, resolve, session,
    show::{Table, Tone},
    target::Target,
};
use serde_json::json;

/// Prints the keys of each conversation, a line for a script, a row a key for a person.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, with: Option<&Target>) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let keys = match with {
        Some(target) => resolve::conversation(&client, target).await?.hmac_keys().await?,
        None => client.conversations().hmac_keys().await?,
    };
    let mut table = Table::new(&["conversation", "epoch", "key"], &[0, 1, 2]);
    for (conversation, keys) in &keys {
        if options.json {
            let keys = keys.iter().map(|key| json!({ "epoch": key.epoch, "key": hex::encode(key.key) }));
            let keys: Vec<_> = keys.collect();
            output::json(&json!({ "conversation_id": conversation.to_string(), "keys": keys }))?;
            continue;
        }
        for key in keys {
            let cells = [conversation.to_string(), key.epoch.to_string(), hex::encode(key.key)];
            table.row(cells.map(|cell| (Tone::Plain, cell)));
        }
    }
    if options.json { Ok(()) } else { table.print() }
}
