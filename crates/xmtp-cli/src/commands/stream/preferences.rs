//! `xmtp stream preferences`.
use super::{
    end::{Count, until},
    position,
};
use crate::{
    args::{GlobalOptions, StreamArgs},
    error::CliError,
    output, progress, session,
    show::{consent, minute, rfc3339},
};
use serde_json::{Value, json};
use xmtp_client::{ConsentEntity, PreferenceChange};

/// Prints what the user decides, here or elsewhere, until it is stopped.
///
/// # Errors
/// [`CliError`] if the network cannot be followed or the database fails.
pub(super) async fn run(options: &GlobalOptions, stream: &StreamArgs) -> Result<(), CliError> {
    until(stream, async |count| follow(options, stream, &count).await).await
}

async fn follow(options: &GlobalOptions, stream: &StreamArgs, count: &Count) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let preferences = client.preferences();
    let mut changes = progress::during("connecting", preferences.stream_from(position(stream.from))).await?;
    while let Some(change) = changes.next().await? {
        if options.json {
            output::json(&as_json(&change))?;
        } else {
            output::line(&as_line(&change))?;
        }
        if count.is_full() {
            break;
        }
    }
    Ok(())
}

fn as_json(change: &PreferenceChange) -> Value {
    match change {
        PreferenceChange::Consent { entity, state, decided_at } => {
            let (kind, id) = named(entity);
            json!({
                "type": "consent",
                "entity": kind,
                "id": id,
                "consent": consent(*state),
                "decided_at": rfc3339(*decided_at),
            })
        }
        PreferenceChange::PushKeys => json!({ "type": "push_keys" }),
        _ => json!({ "type": "unknown" }),
    }
}

fn as_line(change: &PreferenceChange) -> String {
    match change {
        PreferenceChange::Consent { entity, state, decided_at } => {
            let (kind, id) = named(entity);
            format!("{}  {}  {kind} {id}", minute(*decided_at), consent(*state))
        }
        PreferenceChange::PushKeys => "the keys for push are new: give them to your push server again".to_owned(),
        _ => "something else has changed".to_owned(),
    }
}

fn named(entity: &ConsentEntity) -> (&'static str, String) {
    match entity {
        ConsentEntity::Conversation(id) => ("conversation", id.to_string()),
        ConsentEntity::Inbox(inbox) => ("inbox", inbox.to_string()),
    }
}
