//! What our client says of a conversation.
use xmtp_client::{Conversation, ConversationKind, GroupInfo, Role};

use super::groups::policies;
use crate::seen::{self, Disappearing};

/// A conversation's state, for comparison.
pub(super) fn describe(conversation: &Conversation, info: &GroupInfo, is_active: bool) -> seen::Conversation {
    let is_dm = conversation.kind() == ConversationKind::Dm;
    let attribute = |name: &str| match info.attributes.get(name) {
        Some(value) if !is_dm => value.clone(),
        _ => String::new(),
    };
    let with_role = |role: Role| {
        let having = info.members.iter().filter(|(_, member)| !is_dm && member.role == role);
        having.map(|(inbox, _)| inbox.to_string()).collect()
    };
    seen::Conversation {
        id: conversation.id().to_string(),
        is_dm,
        is_active,
        epoch: info.epoch.as_u64(),
        name: attribute("group_name"),
        description: attribute("description"),
        image_url: attribute("group_image_url_square"),
        app_data: attribute("app_data"),
        disappearing: disappearing(info),
        policies: (!is_dm).then(|| policies(&info.permissions)),
        creator: info.creator.to_string(),
        members: info.members.keys().map(ToString::to_string).collect(),
        installations: info.members.values().flat_map(|it| &it.installations).map(ToString::to_string).collect(),
        admins: with_role(Role::Admin),
        super_admins: with_role(Role::SuperAdmin),
    }
}

fn disappearing(info: &GroupInfo) -> Option<Disappearing> {
    let number = |name: &str| info.attributes.get(name)?.parse::<u64>().ok().filter(|number| *number > 0);
    Some(Disappearing { from_ns: number("message_disappear_from_ns")?, in_ns: number("message_disappear_in_ns")? })
}
