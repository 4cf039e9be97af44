//! `xmtp consent`: who and what the user wants to hear from.
use crate::{
    args::{ConsentCommand, GlobalOptions, ListConsentArgs, SetConsentArgs},
    error::CliError,
    output, progress, session,
    show::{Known, Names, Table, Tone, consent},
    target::Target,
};
use serde_json::json;
use std::collections::BTreeSet;
use xmtp_client::{Client, ConsentEntity, ConsentState, GroupQuery};

/// Does what was typed after `xmtp consent`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: ConsentCommand) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    match command {
        ConsentCommand::Show { about } => {
            let entities = entities(&client, &about).await?;
            print(options, &client, entities, &[]).await
        }
        ConsentCommand::Set(args) => set(options, &client, args).await,
        ConsentCommand::List(args) => list(options, &client, args).await,
    }
}

/// All are decided about at once, and the user's other installations are told before this returns, if they can be.
async fn set(options: &GlobalOptions, client: &Client, args: SetConsentArgs) -> Result<(), CliError> {
    let entities = entities(client, &args.about).await?;
    let state = ConsentState::from(args.consent);
    let decisions: Vec<_> = entities.iter().map(|entity| (entity.clone(), state)).collect();
    client.preferences().set_consent(&decisions).await?;
    if let Err(error) = progress::during("telling your other installations", client.preferences().sync()).await {
        output::note(&format!("decided; your other installations are told with the next sync ({error})"));
    }
    print(options, client, entities, &[]).await
}

/// What is decided about conversations, and about the inboxes in them where there is a decision.
async fn list(options: &GlobalOptions, client: &Client, args: ListConsentArgs) -> Result<(), CliError> {
    if !args.sync.no_sync {
        progress::sync_all(client, &[]).await?;
    }
    let mut entities = Vec::new();
    let mut inboxes = BTreeSet::new();
    for conversation in client.conversations().list_with_duplicates(GroupQuery::default()).await? {
        inboxes.extend(conversation.info().await?.members.into_keys());
        entities.push(ConsentEntity::Conversation(conversation.id().clone()));
    }
    inboxes.remove(&client.inbox_id());
    for inbox in inboxes {
        let entity = ConsentEntity::Inbox(inbox);
        if client.preferences().consent(&entity).await? != ConsentState::Unknown {
            entities.push(entity);
        }
    }
    let wanted: Vec<_> = args.consent.iter().map(|choice| ConsentState::from(*choice)).collect();
    print(options, client, entities, &wanted).await
}

async fn entities(client: &Client, about: &[Target]) -> Result<Vec<ConsentEntity>, CliError> {
    let mut entities = Vec::with_capacity(about.len());
    for target in about {
        entities.push(match target {
            Target::Conversation(id) => {
                ConsentEntity::Conversation(client.conversations().find(id).await?.id().clone())
            }
            Target::Inbox(inbox) => ConsentEntity::Inbox(*inbox),
            Target::Address(address) => ConsentEntity::Inbox(client.inbox_of(address).await?),
        });
    }
    Ok(entities)
}

async fn print(
    options: &GlobalOptions,
    client: &Client,
    entities: Vec<ConsentEntity>,
    wanted: &[ConsentState],
) -> Result<(), CliError> {
    let mut names = Names::new(client.clone());
    let mut table = Table::new(&["consent", "kind", "id", "who"], &[0, 1, 2]);
    for entity in entities {
        let state = client.preferences().consent(&entity).await?;
        if !wanted.is_empty() && !wanted.contains(&state) {
            continue;
        }
        let (kind, id) = match &entity {
            ConsentEntity::Conversation(id) => ("conversation", id.to_string()),
            ConsentEntity::Inbox(inbox) => ("inbox", inbox.to_string()),
        };
        if options.json {
            output::json(&json!({ "entity": kind, "id": id, "consent": consent(state) }))?;
            continue;
        }
        let who = match &entity {
            ConsentEntity::Inbox(inbox) => names.of(*inbox).await,
            ConsentEntity::Conversation(id) => {
                let found = client.conversations().find(id).await?;
                Known::read(&found).await?.title(client, &mut names).await
            }
        };
        let state = consent(state).to_owned();
        table.row([(Tone::Strong, state), (Tone::Plain, kind.to_owned()), (Tone::Plain, id), (Tone::Faint, who)]);
    }
    if options.json { Ok(()) } else { table.print() }
}
