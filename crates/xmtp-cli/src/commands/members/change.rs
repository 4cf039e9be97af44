//! `xmtp members add`, `remove` and `role`.
use super::list::list;
use crate::{
    args::{GlobalOptions, RemoveMembersArgs, RoleChoice},
    confirm::confirm,
    error::CliError,
    output, progress, resolve, session,
    target::Target,
};
use xmtp_client::{AdminChange, ClientError, Conversation, InboxId, Role};

/// Adds people, all in one commit.
///
/// # Errors
/// [`CliError`]: someone is not on the network, the group is full, not permitted.
pub(super) async fn add(options: &GlobalOptions, group: &Target, who: &[Target]) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::fresh_conversation(&client, group).await?;
    let people = progress::during("looking people up", resolve::inboxes(&client, who)).await?;
    progress::during(format!("adding {}", count(&people)), group.add_members(&people)).await?;
    output::note(&format!("added {}", count(&people)));
    let left_out = group.info().await?.failed_installations.len();
    if left_out > 0 {
        output::note(&format!("{left_out} installations could not be added: they have no usable key package"));
    }
    list(options, &client, &group, Role::Member).await
}

/// Removes people.
///
/// # Errors
/// [`CliError`]: not permitted, or not a member.
pub(super) async fn remove(options: &GlobalOptions, args: RemoveMembersArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::fresh_conversation(&client, &args.group).await?;
    let people = resolve::inboxes(&client, &args.who).await?;
    let members = group.info().await?.members;
    if let Some(stranger) = people.iter().find(|inbox| !members.contains_key(inbox)) {
        return Err(CliError::Refused(format!("{stranger} is not in this conversation: nobody was removed")));
    }
    confirm(&format!("{} will be removed from conversation {}.", count(&people), group.id()), args.yes)?;
    progress::during(format!("removing {}", count(&people)), group.remove_members(&people)).await?;
    output::note(&format!("removed {}", count(&people)));
    list(options, &client, &group, Role::Member).await
}

/// Gives someone a role, and takes the others.
///
/// # Errors
/// [`CliError`]: not permitted, or not a member.
pub(super) async fn role(
    options: &GlobalOptions,
    group: &Target,
    who: &Target,
    role: RoleChoice,
) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let group = resolve::fresh_conversation(&client, group).await?;
    for inbox in resolve::inboxes(&client, std::slice::from_ref(who)).await? {
        progress::during("changing the role", give(&group, inbox, role)).await?;
    }
    output::note("changed");
    list(options, &client, &group, Role::Member).await
}

/// The lists are two: who becomes a super admin is taken off neither, who becomes less is taken off what is above first.
async fn give(group: &Conversation, inbox: InboxId, role: RoleChoice) -> Result<(), ClientError> {
    let now = group.info().await?.members.get(&inbox).map(|member| member.role);
    match role {
        RoleChoice::SuperAdmin if now == Some(Role::SuperAdmin) => Ok(()),
        RoleChoice::SuperAdmin => group.update_role(inbox, AdminChange::AddSuperAdmin).await,
        RoleChoice::Admin | RoleChoice::Member => {
            if now == Some(Role::SuperAdmin) {
                group.update_role(inbox, AdminChange::RemoveSuperAdmin).await?;
            }
            let now = group.info().await?.members.get(&inbox).map(|member| member.role);
            match (role, now) {
                (RoleChoice::Admin, Some(Role::Admin)) | (RoleChoice::Member, Some(Role::Member)) => Ok(()),
                (RoleChoice::Admin, _) => group.update_role(inbox, AdminChange::AddAdmin).await,
                _ => group.update_role(inbox, AdminChange::RemoveAdmin).await,
            }
        }
    }
}

fn count(people: &[InboxId]) -> String {
    match people {
        [one] => format!("inbox {one}"),
        _ => format!("{} people", people.len()),
    }
}
