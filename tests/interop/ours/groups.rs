//! What a user of our client does with groups.
use std::{collections::BTreeMap, time::Duration};

use anyhow::{Result, bail};
use xmtp_client::{AdminChange, GroupOptions, GroupStatus, PermissionKind, Policy, PolicySet, Timestamp};

use super::{Ours, inboxes};
use crate::seen::{Change, Disappearing, GroupSetup, Part, Policies, Rule};

/// Takes a rule from others.
type RuleOf = fn(&Policies) -> Rule;

/// Fields that a policy can be about, and the rule for each.
const FIELDS: [(&str, RuleOf); 6] = [
    ("group_name", |rules| rules.name),
    ("description", |rules| rules.description),
    ("group_image_url_square", |rules| rules.image_url),
    ("message_disappear_in_ns", |rules| rules.disappearing),
    ("app_data", |rules| rules.app_data),
    // As the official client leaves it.
    ("minimum_supported_protocol_version", |_| Rule::SuperAdmin),
];

impl Ours {
    pub(crate) async fn group_with(&self, members: &[&str], setup: &GroupSetup) -> Result<String> {
        let made = self.client.conversations().create_group(&inboxes(members)?, options(setup)?).await?;
        Ok(made.id().to_string())
    }

    pub(crate) async fn change(&self, conversation: &str, change: &Change) -> Result<()> {
        let conversation = self.find(conversation).await?;
        match change {
            Change::Add(members) => conversation.add_members(&inboxes(members)?).await?,
            Change::Remove(members) => conversation.remove_members(&inboxes(members)?).await?,
            Change::Name(name) => conversation.update_name(name).await?,
            Change::Description(text) => conversation.update_description(text).await?,
            Change::AddAdmin(member) => conversation.update_role(member.parse()?, AdminChange::AddAdmin).await?,
            Change::RemoveAdmin(member) => conversation.update_role(member.parse()?, AdminChange::RemoveAdmin).await?,
            Change::AddSuperAdmin(member) => {
                conversation.update_role(member.parse()?, AdminChange::AddSuperAdmin).await?;
            }
            Change::RemoveSuperAdmin(member) => {
                conversation.update_role(member.parse()?, AdminChange::RemoveSuperAdmin).await?;
            }
            Change::ImageUrl(url) => conversation.update_image_url(url).await?,
            Change::AppData(data) => conversation.update_app_data(data).await?,
            Change::Disappearing(settings) => {
                conversation.update_disappearing(settings.map(Disappearing::to_ours)).await?;
            }
            Change::Permission(part, rule) => conversation.update_permission(kind(*part), policy(*rule)?).await?,
        }
        Ok(())
    }

    /// A group on this device alone.
    pub(crate) async fn group_later(&self, setup: &GroupSetup) -> Result<String> {
        Ok(self.client.conversations().create_group_later(options(setup)?).await?.id().to_string())
    }

    pub(crate) async fn dm_with(&self, inbox_id: &str, disappearing: Option<Disappearing>) -> Result<String> {
        let settings = disappearing.map(Disappearing::to_ours);
        Ok(self.client.conversations().dm_with(inbox_id.parse()?, settings).await?.id().to_string())
    }

    pub(crate) async fn leave(&self, conversation: &str) -> Result<()> {
        Ok(self.find(conversation).await?.leave().await?)
    }

    pub(crate) async fn is_leaving(&self, conversation: &str) -> Result<bool> {
        Ok(self.find(conversation).await?.is_leaving().await?)
    }

    pub(crate) async fn added_by(&self, conversation: &str) -> Result<String> {
        Ok(self.find(conversation).await?.added_by().await?.to_string())
    }

    pub(crate) async fn require_version(&self, conversation: &str, version: &str) -> Result<()> {
        Ok(self.find(conversation).await?.update_minimum_version(version).await?)
    }

    /// The version a group asks for that this client has not.
    pub(crate) async fn paused_for(&self, conversation: &str) -> Result<Option<String>> {
        Ok(match self.find(conversation).await?.status().await? {
            GroupStatus::Paused { version } => Some(version),
            _ => None,
        })
    }
}

impl Disappearing {
    fn to_ours(self) -> xmtp_client::Disappearing {
        xmtp_client::Disappearing { from: Timestamp::from_nanos(self.from_ns), after: Duration::from_nanos(self.in_ns) }
    }
}

fn kind(part: Part) -> PermissionKind {
    let field = |name: &str| PermissionKind::UpdateMetadata(name.to_owned());
    match part {
        Part::AddMember => PermissionKind::AddMember,
        Part::RemoveMember => PermissionKind::RemoveMember,
        Part::AddAdmin => PermissionKind::AddAdmin,
        Part::RemoveAdmin => PermissionKind::RemoveAdmin,
        Part::Name => field("group_name"),
        Part::Description => field("description"),
        Part::ImageUrl => field("group_image_url_square"),
        Part::AppData => field("app_data"),
        Part::DisappearFrom => field("message_disappear_from_ns"),
        Part::DisappearIn => field("message_disappear_in_ns"),
    }
}

fn options(setup: &GroupSetup) -> Result<GroupOptions> {
    let number = |at: Option<u64>| at.map(i64::try_from).transpose();
    Ok(GroupOptions {
        name: setup.name.clone(),
        description: setup.description.clone(),
        image_url: setup.image_url.clone(),
        app_data: setup.app_data.clone(),
        disappear_from_ns: number(setup.disappearing.map(|it| it.from_ns))?,
        disappear_in_ns: number(setup.disappearing.map(|it| it.in_ns))?,
        permissions: match setup.policies {
            Policies::ALL_MEMBERS => PolicySet::all_members(),
            Policies::ADMIN_ONLY => PolicySet::admin_only(),
            custom => policy_set(&custom)?,
        },
    })
}

fn policy_set(rules: &Policies) -> Result<PolicySet> {
    let fields = FIELDS.iter().map(|(field, rule)| anyhow::Ok(((*field).to_owned(), policy(rule(rules))?)));
    Ok(PolicySet {
        add_member: policy(rules.add_member)?,
        remove_member: policy(rules.remove_member)?,
        add_admin: policy(rules.add_admin)?,
        remove_admin: policy(rules.remove_admin)?,
        update_metadata: fields.collect::<Result<BTreeMap<_, _>>>()?,
        update_permissions: Policy::SuperAdmin,
    })
}

fn policy(rule: Rule) -> Result<Policy> {
    Ok(match rule {
        Rule::Allow => Policy::Allow,
        Rule::Deny => Policy::Deny,
        Rule::Admin => Policy::Admin,
        Rule::SuperAdmin => Policy::SuperAdmin,
        Rule::Missing | Rule::Other => bail!("{rule:?} is not a rule to choose"),
    })
}

/// The rules of a group, as users tell them apart.
pub(super) fn policies(set: &PolicySet) -> Policies {
    let field = |name: &str| set.update_metadata.get(name).map_or(Rule::Missing, rule);
    Policies {
        add_member: rule(&set.add_member),
        remove_member: rule(&set.remove_member),
        add_admin: rule(&set.add_admin),
        remove_admin: rule(&set.remove_admin),
        name: field("group_name"),
        description: field("description"),
        image_url: field("group_image_url_square"),
        disappearing: field("message_disappear_in_ns"),
        app_data: field("app_data"),
    }
}

const fn rule(policy: &Policy) -> Rule {
    match policy {
        Policy::Allow => Rule::Allow,
        Policy::Deny => Rule::Deny,
        Policy::Admin => Rule::Admin,
        Policy::SuperAdmin => Rule::SuperAdmin,
        _ => Rule::Other,
    }
}
