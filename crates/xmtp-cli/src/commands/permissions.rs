//! `xmtp permissions`: who may do what in a group.
use crate::{
    args::{GlobalOptions, PermissionsCommand, SetPermissionArgs},
    error::CliError,
    output, progress, resolve, session,
    show::{Table, Tone, policies, policies_json},
};
use serde_json::Value;
use xmtp_client::{Conversation, PermissionKind};

/// Does what was typed after `xmtp permissions`.
///
/// # Errors
/// [`CliError`].
pub(super) async fn run(options: &GlobalOptions, command: PermissionsCommand) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    match command {
        PermissionsCommand::Show { with, sync } => {
            show(options, &resolve::conversation_at(&client, &with, &sync).await?).await
        }
        PermissionsCommand::Set(args) => {
            let group = resolve::fresh_conversation(&client, &args.group).await?;
            progress::during("changing the permissions", set(&group, &args)).await?;
            show(options, &group).await
        }
    }
}

async fn set(group: &Conversation, args: &SetPermissionArgs) -> Result<(), CliError> {
    let kinds = match (args.what, &args.attribute) {
        (Some(what), _) => what.kinds(),
        (None, Some(name)) => vec![PermissionKind::UpdateMetadata(name.clone())],
        (None, None) => Vec::new(),
    };
    for kind in kinds {
        group.update_permission(kind, args.whom.into()).await?;
    }
    Ok(())
}

async fn show(options: &GlobalOptions, conversation: &Conversation) -> Result<(), CliError> {
    let set = conversation.permissions().await?;
    if options.json {
        let mut object = policies_json(&set);
        if let Value::Object(fields) = &mut object {
            fields.insert("conversation_id".to_owned(), conversation.id().to_string().into());
        }
        return output::json(&object);
    }
    let mut table = Table::new(&["what", "who may"], &[0]);
    for (what, whom) in policies(&set) {
        table.row([(Tone::Strong, what), (Tone::Plain, whom)]);
    }
    table.print()
}
