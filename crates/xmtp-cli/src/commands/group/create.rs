//! `xmtp group create`.
use crate::{
    args::{CreateGroupArgs, GlobalOptions},
    error::CliError,
    output, progress, resolve, session,
    show::Known,
};
use xmtp_client::{Clock, Disappearing, GroupOptions, PolicySet, SystemClock};

/// Creates a group; prints its id.
///
/// # Errors
/// [`CliError`] if someone is not on the network, or an option is not allowed.
pub(super) async fn run(options: &GlobalOptions, args: CreateGroupArgs) -> Result<(), CliError> {
    let new = settings(&args)?;
    let client = session::open(options).await?.client;
    let conversations = client.conversations();
    let group = if args.later {
        conversations.create_group_later(new).await?
    } else {
        let members = progress::during("looking people up", resolve::inboxes(&client, &args.members)).await?;
        let doing = match members.len() {
            0 | 1 => "creating the group".to_owned(),
            count => format!("adding {count} people"),
        };
        progress::during(doing, conversations.create_group(&members, new)).await?
    };
    let known = Known::read(&group).await?;
    if options.json {
        return output::json(&known.to_json());
    }
    if !known.info.failed_installations.is_empty() {
        let count = known.info.failed_installations.len();
        output::note(&format!("{count} installations could not be added: they have no usable key package"));
    }
    output::line(&group.id().to_string())
}

fn settings(args: &CreateGroupArgs) -> Result<GroupOptions, CliError> {
    let mut permissions = PolicySet::from(args.permissions);
    for (what, whom) in &args.allow {
        for kind in what.kinds() {
            let changed = permissions.with(&kind, (*whom).into());
            permissions = changed.map_err(|error| CliError::usage(format!("--allow: {error}")))?;
        }
    }
    let disappearing = args.disappear_after.map(|after| Disappearing { from: SystemClock.now(), after }.options());
    Ok(GroupOptions {
        name: args.name.clone(),
        description: args.description.clone(),
        image_url: args.image.clone(),
        app_data: args.app_data.clone(),
        permissions,
        ..disappearing.transpose()?.unwrap_or_default()
    })
}
