//! `xmtp debug conversation`: where a conversation stands, and why it might not move.
use crate::{
    args::{DebugConversationArgs, GlobalOptions},
    error::CliError,
    output, progress, resolve, session,
    show::{Table, Tone, clean, conversation_kind, status},
};
use serde_json::{Map, Value, json};
use xmtp_client::{CommitResult, Conversation, DebugInfo, ForkState};

/// Shows it.
///
/// # Errors
/// [`CliError`]: no such conversation, or no commit logs on this network if those were asked for.
pub(super) async fn run(options: &GlobalOptions, args: DebugConversationArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let conversation = resolve::conversation_at(&client, &args.with, &args.sync).await?;
    if args.compare {
        let conversations = client.conversations();
        progress::during("comparing commit logs", conversations.compare_commit_logs()).await?;
    }
    let facts = facts(&conversation).await?;
    if options.json {
        return output::json(&facts);
    }
    for name in FACTS {
        tell(name, field(&facts, name))?;
    }
    for name in ["local_commit_log", "remote_commit_log"] {
        tell_log(name, field(&facts, name))?;
    }
    Ok(())
}

/// The order in which a person is told.
const FACTS: &[&str] = &[
    "conversation_id",
    "kind",
    "status",
    "epoch",
    "epoch_authenticator",
    "fork",
    "fork_suspicion",
    "commit_log_forked",
    "cursor",
    "duplicates",
    "failed_installations",
    "failed_sends",
];

async fn facts(conversation: &Conversation) -> Result<Value, CliError> {
    let debug = conversation.debug_info().await?;
    let info = conversation.info().await?;
    let failed = conversation.failed_sends().await?;
    let (fork, suspicion) = fork(&debug.fork);
    let cursor: Map<String, Value> = debug
        .cursor
        .iter()
        .map(|(originator, sequence)| (originator.as_u32().to_string(), sequence.as_u64().into()))
        .collect();
    Ok(json!({
        "conversation_id": conversation.id().to_string(),
        "kind": conversation_kind(conversation.kind()),
        "status": status(&conversation.status().await?),
        "epoch": debug.epoch.as_u64(),
        "epoch_authenticator": hex::encode(&debug.epoch_authenticator),
        "fork": fork,
        "fork_suspicion": suspicion,
        "commit_log_forked": debug.commit_log_forked,
        "cursor": cursor,
        "duplicates": conversation.duplicates().await?.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "failed_installations": info.failed_installations.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "failed_sends": failed
            .iter()
            .map(|failed| json!({ "message_id": failed.message.to_string(), "reason": failed.reason }))
            .collect::<Vec<_>>(),
        "local_commit_log": log(&debug, Side::Local),
        "remote_commit_log": log(&debug, Side::Remote),
    }))
}

#[derive(Clone, Copy)]
enum Side {
    Local,
    Remote,
}

fn log(debug: &DebugInfo, side: Side) -> Vec<Value> {
    let rows = match side {
        Side::Local => &debug.local_commit_log,
        Side::Remote => &debug.remote_commit_log,
    };
    let row = rows.iter().map(|row| {
        json!({
            "commit": row.commit.as_u64(),
            "epoch": row.epoch.as_u64(),
            "result": result(row.result),
            "last_authenticator": hex::encode(&row.last_authenticator),
            "authenticator": hex::encode(&row.authenticator),
        })
    });
    row.collect()
}

const fn result(result: CommitResult) -> &'static str {
    match result {
        CommitResult::Applied => "applied",
        CommitResult::WrongEpoch => "wrong_epoch",
        CommitResult::Undecryptable => "undecryptable",
        CommitResult::Invalid => "invalid",
        _ => "unspecified",
    }
}

fn fork(state: &ForkState) -> (&'static str, Option<&str>) {
    match state {
        ForkState::InStep => ("in_step", None),
        ForkState::Suspected(why) => ("suspected", Some(why)),
        ForkState::Forked => ("forked", None),
        _ => ("unknown", None),
    }
}

/// A line for a plain fact, and a line each below for a list; nothing about what there is none of.
fn tell(name: &str, value: &Value) -> Result<(), CliError> {
    let label = name.replace('_', " ");
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => items.iter().try_for_each(|item| output::line(&format!("{label:<22}{}", plain(item)))),
        value => output::line(&format!("{label:<22}{}", plain(value))),
    }
}

fn tell_log(name: &str, log: &Value) -> Result<(), CliError> {
    let Some(entries) = log.as_array().filter(|entries| !entries.is_empty()) else { return Ok(()) };
    output::line(&format!("\n{}", name.replace('_', " ")))?;
    let mut table = Table::new(&["commit", "epoch", "result", "state after it"], &[0, 1, 2]);
    for entry in entries {
        let cell = |field: &str| (Tone::Plain, plain(self::field(entry, field)));
        table.row([cell("commit"), cell("epoch"), cell("result"), cell("authenticator")]);
    }
    table.print()
}

fn field<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => clean(text).into_owned(),
        Value::Object(fields) => {
            let parts: Vec<_> = fields.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}
