//! What a member does to the group, in terms of its client.
use crate::act::{Act, Holder, Right};
use xmtp_client::{AdminChange, Client, ClientError, Conversation, GroupId, InboxId, PermissionKind, Policy};
use xmtp_content_types::Content;

/// Does what does not need the program to end.
///
/// # Errors
/// What the client says.
pub(crate) async fn perform(
    client: &Client,
    group: &GroupId,
    act: &Act,
    text: &str,
    inboxes: &[InboxId],
) -> Result<(), ClientError> {
    let inbox = |place: usize| inboxes.get(place).copied().into_iter().collect::<Vec<_>>();
    match *act {
        Act::SyncAll => return client.conversations().sync_all().await.map(drop),
        Act::Whisper(place) => return whisper(client, inbox(place), text).await,
        _ => {}
    }
    let conversation = client.conversations().find(group).await?;
    match *act {
        Act::Say => conversation.send(Content::text(text).to_bytes(), false).await.map(drop),
        Act::SayLater => conversation.send_later(Content::text(text).to_bytes(), false).await.map(drop),
        Act::Rename => conversation.update_name(text).await,
        Act::Add(place) => conversation.add_members(&inbox(place)).await,
        Act::Remove(place) => conversation.remove_members(&inbox(place)).await,
        Act::Promote(place) => change_role(&conversation, &inbox(place), AdminChange::AddSuperAdmin).await,
        Act::Demote(place) => change_role(&conversation, &inbox(place), AdminChange::RemoveSuperAdmin).await,
        Act::Permit(right, holder) => permit(&conversation, right, holder).await,
        Act::Leave => conversation.leave().await.map(drop),
        Act::Rotate => conversation.rotate_keys().await,
        Act::Sync => conversation.sync().await,
        Act::SyncAll | Act::Whisper(_) | Act::Link | Act::Listen | Act::Die(..) | Act::Reconnect(_) | Act::Wait(_) => {
            Ok(())
        }
    }
}

async fn permit(conversation: &Conversation, right: Right, holder: Holder) -> Result<(), ClientError> {
    let kind = match right {
        Right::Add => PermissionKind::AddMember,
        Right::Remove => PermissionKind::RemoveMember,
        Right::Rename => PermissionKind::UpdateMetadata("group_name".into()),
    };
    let policy = match holder {
        Holder::All => Policy::Allow,
        Holder::Admins => Policy::Admin,
        Holder::SuperAdmins => Policy::SuperAdmin,
        Holder::Nobody => Policy::Deny,
    };
    conversation.update_permission(kind, policy).await
}

async fn whisper(client: &Client, to: Vec<InboxId>, text: &str) -> Result<(), ClientError> {
    for inbox in to {
        let dm = client.conversations().dm(inbox).await?;
        dm.send(Content::text(text).to_bytes(), false).await?;
    }
    Ok(())
}

async fn change_role(conversation: &Conversation, inboxes: &[InboxId], change: AdminChange) -> Result<(), ClientError> {
    for inbox in inboxes {
        conversation.update_role(*inbox, change).await?;
    }
    Ok(())
}
