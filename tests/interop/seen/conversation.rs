//! Conversations as users see them.
use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::{
    asked::Policies,
    raw::{RawConversation, RawMember},
};

/// A conversation's state as a user sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) is_dm: bool,
    pub(crate) is_active: bool,
    pub(crate) epoch: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) image_url: String,
    pub(crate) app_data: String,
    /// Nothing if messages stay.
    pub(crate) disappearing: Option<Disappearing>,
    /// Nothing for DMs, whose policies are fixed.
    pub(crate) policies: Option<Policies>,
    pub(crate) creator: String,
    pub(crate) members: BTreeSet<String>,
    /// Installation ids of all members, hex.
    pub(crate) installations: BTreeSet<String>,
    /// Without super admins who are on this list too.
    pub(crate) admins: BTreeSet<String>,
    pub(crate) super_admins: BTreeSet<String>,
}

/// When messages disappear, in nanoseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Disappearing {
    pub(crate) from_ns: u64,
    pub(crate) in_ns: u64,
}

/// What a client says for those who look for forks.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Debug {
    pub(crate) epoch: u64,
    pub(crate) forked: bool,
    /// The epoch that the newest commit led to.
    pub(crate) applied_epoch: u64,
    /// The first six digits of that epoch's authenticator.
    pub(crate) authenticator: String,
}

/// A conversation's state.
///
/// # Errors
/// If the value is not what `driver.mjs` prints, or members have other levels than the lists of admins say.
pub(crate) fn conversation(value: Value) -> Result<Conversation> {
    let raw: RawConversation = serde_json::from_value(value.clone()).with_context(|| format!("a group: {value}"))?;
    for member in &raw.members {
        ensure!(member.level == level(&raw, member), "{} is {}, not what lists say", member.inbox_id, member.level);
    }
    let disappearing =
        raw.disappearing.map(|it| anyhow::Ok(Disappearing { from_ns: it.from_ns.parse()?, in_ns: it.in_ns.parse()? }));
    Ok(Conversation {
        id: raw.id,
        is_dm: raw.kind == "dm",
        is_active: raw.active,
        epoch: raw.epoch,
        name: raw.name.unwrap_or_default(),
        description: raw.description.unwrap_or_default(),
        image_url: raw.image_url.unwrap_or_default(),
        app_data: raw.app_data.unwrap_or_default(),
        disappearing: disappearing.transpose()?,
        policies: raw.policies,
        creator: raw.creator,
        installations: raw.members.iter().flat_map(|member| member.installations.clone()).collect(),
        members: raw.members.into_iter().map(|member| member.inbox_id).collect(),
        admins: raw.admins.difference(&raw.super_admins).cloned().collect(),
        super_admins: raw.super_admins,
    })
}

fn level(group: &RawConversation, member: &RawMember) -> &'static str {
    if group.super_admins.contains(&member.inbox_id) {
        "superAdmin"
    } else if group.admins.contains(&member.inbox_id) {
        "admin"
    } else {
        "member"
    }
}
