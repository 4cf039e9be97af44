//! Changes of what a group says about itself, chosen by bytes.
use crate::stage::{Input, Stage};
use xmtp_mls::{PolicySet, hostile::Edit};
use xmtp_storage::ConversationKind;

const FIELDS: [&str; 7] = [
    "group_name",
    "description",
    "group_image_url_square",
    "message_disappear_from_ns",
    "message_disappear_in_ns",
    "minimum_supported_protocol_version",
    "app_data",
];

/// One change.
pub fn edit(stage: &Stage, input: &mut Input<'_>) -> Edit {
    match input.byte() % 14 {
        0 => {
            let inbox = stage.inbox(input.byte());
            Edit::Member(inbox, stage.number(&inbox, input.byte()))
        }
        1 => Edit::NoMember(stage.inbox(input.byte())),
        2 => Edit::Failed(stage.installation(input.byte())),
        3 => {
            let field = FIELDS.get(usize::from(input.byte() % 8)).map_or_else(|| input.text(), |it| (*it).to_owned());
            Edit::Attribute(field, input.text())
        }
        4 => Edit::Admin(stage.inbox(input.byte())),
        5 => Edit::NoAdmin(stage.inbox(input.byte())),
        6 => Edit::SuperAdmin(stage.inbox(input.byte())),
        7 => Edit::NoSuperAdmin(stage.inbox(input.byte())),
        8 => Edit::Permissions(match input.byte() % 4 {
            0 => PolicySet::all_members(),
            1 => PolicySet::admin_only(),
            2 => PolicySet::dm(),
            _ => PolicySet::decode(input.some()).unwrap_or_else(|_| PolicySet::dm()),
        }),
        9 => Edit::Creator(stage.inbox(input.byte())),
        10 => Edit::Kind(match input.byte() % 3 {
            0 => ConversationKind::Group,
            1 => ConversationKind::Dm,
            _ => ConversationKind::Sync,
        }),
        11 => Edit::DmMembers(stage.inbox(input.byte()), stage.inbox(input.byte())),
        12 => Edit::Extension(extension(input.byte()), None),
        _ => Edit::Extension(extension(input.byte()), Some(input.some().to_vec())),
    }
}

/// The number of an extension that groups have, or nearly.
pub fn extension(choice: u8) -> u16 {
    match choice % 6 {
        0 => 0xf000,
        1 => 0x0003,
        other => 0xff00 | u16::from(other - 2),
    }
}
