//! Words that stand for a choice, and what each means to the client.
use clap::ValueEnum;
use xmtp_client::{ConsentState, ConversationKind, GroupOrder, PermissionKind, Policy, PolicySet};

/// A kind of conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum KindChoice {
    /// Between two inboxes
    Dm,
    /// Of many
    Group,
}

impl From<KindChoice> for ConversationKind {
    fn from(choice: KindChoice) -> Self {
        match choice {
            KindChoice::Dm => Self::Dm,
            KindChoice::Group => Self::Group,
        }
    }
}

/// Whether something is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ConsentChoice {
    /// Nobody decided
    Unknown,
    /// Wanted
    Allowed,
    /// Not wanted
    Denied,
}

impl From<ConsentChoice> for ConsentState {
    fn from(choice: ConsentChoice) -> Self {
        match choice {
            ConsentChoice::Unknown => Self::Unknown,
            ConsentChoice::Allowed => Self::Allowed,
            ConsentChoice::Denied => Self::Denied,
        }
    }
}

/// The order of conversations.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum OrderChoice {
    /// The most recently active first
    #[default]
    Activity,
    /// The most recently created or joined first
    Newest,
    /// The first created or joined first
    Oldest,
}

impl From<OrderChoice> for GroupOrder {
    fn from(choice: OrderChoice) -> Self {
        match choice {
            OrderChoice::Activity => Self::Activity,
            OrderChoice::Newest => Self::NewestFirst,
            OrderChoice::Oldest => Self::OldestFirst,
        }
    }
}

/// What a member is in a group.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum RoleChoice {
    /// Neither of the others
    Member,
    /// Admin
    Admin,
    /// Super admin: may everything
    SuperAdmin,
}

/// The permissions a group starts with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PresetChoice {
    /// Every member adds and edits, admins remove
    AllMembers,
    /// Only admins add, remove and edit
    AdminOnly,
}

impl From<PresetChoice> for PolicySet {
    fn from(choice: PresetChoice) -> Self {
        match choice {
            PresetChoice::AllMembers => Self::all_members(),
            PresetChoice::AdminOnly => Self::admin_only(),
        }
    }
}

/// Whom a policy allows something.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PolicyChoice {
    /// Every member
    Everyone,
    /// Admins and super admins
    Admins,
    /// Super admins
    SuperAdmins,
    /// Nobody
    Nobody,
}

impl From<PolicyChoice> for Policy {
    fn from(choice: PolicyChoice) -> Self {
        match choice {
            PolicyChoice::Everyone => Self::Allow,
            PolicyChoice::Admins => Self::Admin,
            PolicyChoice::SuperAdmins => Self::SuperAdmin,
            PolicyChoice::Nobody => Self::Deny,
        }
    }
}

/// What a policy is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum WhatChoice {
    /// Adding members
    AddMember,
    /// Removing members
    RemoveMember,
    /// Making admins
    AddAdmin,
    /// Unmaking admins
    RemoveAdmin,
    /// Changing the name
    Name,
    /// Changing the description
    Description,
    /// Changing the picture
    Image,
    /// Changing what the application keeps
    AppData,
    /// Changing when messages disappear
    Disappearing,
}

impl WhatChoice {
    /// The policies it is about: there are two numbers on disappearing messages.
    pub(crate) fn kinds(self) -> Vec<PermissionKind> {
        let field = |name: &str| PermissionKind::UpdateMetadata(name.to_owned());
        match self {
            Self::AddMember => vec![PermissionKind::AddMember],
            Self::RemoveMember => vec![PermissionKind::RemoveMember],
            Self::AddAdmin => vec![PermissionKind::AddAdmin],
            Self::RemoveAdmin => vec![PermissionKind::RemoveAdmin],
            Self::Name => vec![field("group_name")],
            Self::Description => vec![field("description")],
            Self::Image => vec![field("group_image_url_square")],
            Self::AppData => vec![field("app_data")],
            Self::Disappearing => vec![field("message_disappear_from_ns"), field("message_disappear_in_ns")],
        }
    }
}
