//! What can be typed after `xmtp group`, `members` and `permissions`.
use super::{PolicyChoice, PresetChoice, RoleChoice, SyncArgs, WhatChoice, YesArgs, time};
use crate::target::Target;
use clap::{ArgGroup, Args, Subcommand};
use std::time::Duration;

#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// Create a group; prints its id
    Create(CreateGroupArgs),
    /// Show or set the name, at most 100 bytes
    Name(FieldArgs),
    /// Show or set the description, at most 1,000 bytes
    Description(FieldArgs),
    /// Show or set the address of the picture, at most 2,048 bytes
    Image(FieldArgs),
    /// Show or set what the application keeps, at most 8,192 bytes
    AppData(FieldArgs),
    /// Show or set the oldest version that members may have
    ///
    /// Members with an older one neither read nor write until they update.
    MinimumVersion {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        /// The version, such as 1.6.0; nothing shows the one there is
        #[arg(value_name = "VERSION")]
        version: Option<String>,
        #[command(flatten)]
        yes: YesArgs,
    },
    /// Show or set after what time messages disappear
    Disappearing(DisappearingArgs),
    /// Ask to be removed
    ///
    /// The client of a super admin removes you, usually within seconds.
    #[command(visible_alias = "request-removal")]
    Leave {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        #[command(flatten)]
        yes: YesArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct CreateGroupArgs {
    /// Who is in it beside you: addresses or inbox ids
    #[arg(value_name = "WHO")]
    pub(crate) members: Vec<Target>,
    /// Its name
    #[arg(long, value_name = "TEXT", default_value_t, hide_default_value = true)]
    pub(crate) name: String,
    /// What it is about
    #[arg(long, value_name = "TEXT", default_value_t, hide_default_value = true)]
    pub(crate) description: String,
    /// The address of a square picture
    #[arg(long, value_name = "URL", default_value_t, hide_default_value = true)]
    pub(crate) image: String,
    /// Whatever the application likes to keep
    #[arg(long, value_name = "TEXT", default_value_t, hide_default_value = true)]
    pub(crate) app_data: String,
    /// Messages disappear this long after they arrived, such as 1d
    #[arg(long, value_name = "TIME", value_parser = time::length)]
    pub(crate) disappear_after: Option<Duration>,
    /// Who may do what, to begin with
    #[arg(long, value_enum, default_value_t = PresetChoice::AllMembers)]
    pub(crate) permissions: PresetChoice,
    /// Change one of the permissions, such as name=admins; repeatable
    #[arg(long, value_name = "WHAT=WHOM", value_parser = allowed)]
    pub(crate) allow: Vec<(WhatChoice, PolicyChoice)>,
    /// Keep it here alone until something is published in it; takes no members
    #[arg(long, conflicts_with = "members")]
    pub(crate) later: bool,
}

/// `name=admins`.
fn allowed(text: &str) -> Result<(WhatChoice, PolicyChoice), String> {
    use clap::ValueEnum;
    let (what, whom) = text.split_once('=').ok_or("expected what, = and whom, such as name=admins")?;
    Ok((WhatChoice::from_str(what, true)?, PolicyChoice::from_str(whom, true)?))
}

#[derive(Args, Debug)]
pub(crate) struct FieldArgs {
    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: Target,
    /// The new value; nothing shows the one there is, and "" removes it
    #[arg(value_name = "NEW", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct DisappearingArgs {
    /// The conversation
    #[arg(value_name = "WHO")]
    pub(crate) with: Target,
    /// Messages disappear this long after they arrived, such as 1d
    #[arg(long, value_name = "TIME", value_parser = time::length)]
    pub(crate) after: Option<Duration>,
    /// Messages stay
    #[arg(long, conflicts_with = "after")]
    pub(crate) off: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MembersCommand {
    /// List members and what they are
    List {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
        #[command(flatten)]
        sync: SyncArgs,
    },
    /// List admins, super admins among them
    Admins {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        #[command(flatten)]
        sync: SyncArgs,
    },
    /// List super admins
    SuperAdmins {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        #[command(flatten)]
        sync: SyncArgs,
    },
    /// Add people
    Add {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        /// Addresses or inbox ids
        #[arg(value_name = "WHO", required = true)]
        who: Vec<Target>,
    },
    /// Remove people
    Remove(RemoveMembersArgs),
    /// Make someone an admin, a super admin or a member again
    Role {
        /// The group
        #[arg(value_name = "GROUP")]
        group: Target,
        /// An address or inbox id
        #[arg(value_name = "WHO")]
        who: Target,
        /// What they are from now on
        #[arg(value_enum)]
        role: RoleChoice,
    },
}

#[derive(Args, Debug)]
pub(crate) struct RemoveMembersArgs {
    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: Target,
    /// Addresses or inbox ids
    #[arg(value_name = "WHO", required = true)]
    pub(crate) who: Vec<Target>,
    #[command(flatten)]
    pub(crate) yes: YesArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionsCommand {
    /// Show who may do what
    Show {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
        #[command(flatten)]
        sync: SyncArgs,
    },
    /// Change who may do one thing; only super admins may
    Set(SetPermissionArgs),
}

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("thing").required(true).args(["what", "attribute"])))]
pub(crate) struct SetPermissionArgs {
    /// The group
    #[arg(value_name = "GROUP")]
    pub(crate) group: Target,
    /// Who may from now on
    #[arg(value_enum, value_name = "WHOM")]
    pub(crate) whom: PolicyChoice,
    /// What
    #[arg(long, value_enum)]
    pub(crate) what: Option<WhatChoice>,
    /// Changing this attribute, by the name it has in the protocol
    #[arg(long, value_name = "NAME")]
    pub(crate) attribute: Option<String>,
}
