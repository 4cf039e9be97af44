//! `xmtp group name`, `description`, `image` and `app-data`.
use crate::{
    args::{FieldArgs, GlobalOptions, SyncArgs},
    commands::conversations,
    error::CliError,
    output, progress, resolve, session,
    show::{Known, clean},
};
use xmtp_client::{ClientError, Conversation};

/// What a group says about itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Name,
    Description,
    Image,
    AppData,
}

/// Shows it, or sets it if a value was given.
///
/// # Errors
/// [`CliError`]: no such group, not permitted, too long.
pub(super) async fn run(options: &GlobalOptions, field: Field, args: FieldArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::conversation_at(&client, &args.group, &SyncArgs { no_sync: false }).await?;
    if let Some(value) = &args.value {
        progress::during("changing the group", set(&group, field, value)).await?;
        output::note(if value.is_empty() { "removed" } else { "changed" });
    } else if !options.json {
        let known = Known::read(&group).await?;
        return output::line(&clean(known.attribute(attribute(field)).unwrap_or_default()));
    }
    if options.json { conversations::show(options, &client, &group).await } else { Ok(()) }
}

const fn attribute(field: Field) -> &'static str {
    match field {
        Field::Name => "group_name",
        Field::Description => "description",
        Field::Image => "group_image_url_square",
        Field::AppData => "app_data",
    }
}

async fn set(group: &Conversation, field: Field, value: &str) -> Result<(), ClientError> {
    match field {
        Field::Name => group.update_name(value).await,
        Field::Description => group.update_description(value).await,
        Field::Image => group.update_image_url(value).await,
        Field::AppData => group.update_app_data(value).await,
    }
}
