//! What a user asks a client for.
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::conversation::Disappearing;
use crate::preference::Wanted;

/// What a user changes about a group. Members are inbox ids, hex.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Add(Vec<String>),
    Remove(Vec<String>),
    Name(String),
    Description(String),
    ImageUrl(String),
    AppData(String),
    AddAdmin(String),
    RemoveAdmin(String),
    AddSuperAdmin(String),
    RemoveSuperAdmin(String),
    /// Nothing: messages stay from here on.
    Disappearing(Option<Disappearing>),
    Permission(Part, Rule),
}

/// Who may do one thing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Rule {
    Allow,
    Deny,
    Admin,
    SuperAdmin,
    /// There is no policy for it.
    Missing,
    /// A policy that is none of the plain ones.
    Other,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Part {
    AddMember,
    RemoveMember,
    AddAdmin,
    RemoveAdmin,
    Name,
    Description,
    ImageUrl,
    AppData,
    DisappearFrom,
    DisappearIn,
}

/// The rules of a group. The one for disappearing messages is that for how long they stay.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policies {
    pub(crate) add_member: Rule,
    pub(crate) remove_member: Rule,
    pub(crate) add_admin: Rule,
    pub(crate) remove_admin: Rule,
    pub(crate) name: Rule,
    pub(crate) description: Rule,
    pub(crate) image_url: Rule,
    pub(crate) disappearing: Rule,
    pub(crate) app_data: Rule,
}

impl Policies {
    /// What a group has if its maker names no rules.
    pub(crate) const ALL_MEMBERS: Self = Self {
        add_member: Rule::Allow,
        remove_member: Rule::Admin,
        add_admin: Rule::SuperAdmin,
        remove_admin: Rule::SuperAdmin,
        name: Rule::Allow,
        description: Rule::Allow,
        image_url: Rule::Allow,
        disappearing: Rule::Admin,
        app_data: Rule::Allow,
    };
    /// The preset in which admins do everything.
    pub(crate) const ADMIN_ONLY: Self = Self {
        add_member: Rule::Admin,
        name: Rule::Admin,
        description: Rule::Admin,
        image_url: Rule::Admin,
        app_data: Rule::Admin,
        ..Self::ALL_MEMBERS
    };

    /// These rules with another one for `part`.
    pub(crate) fn with(mut self, part: Part, rule: Rule) -> Self {
        let place = match part {
            Part::AddMember => &mut self.add_member,
            Part::RemoveMember => &mut self.remove_member,
            Part::AddAdmin => &mut self.add_admin,
            Part::RemoveAdmin => &mut self.remove_admin,
            Part::Name => &mut self.name,
            Part::Description => &mut self.description,
            Part::ImageUrl => &mut self.image_url,
            Part::AppData => &mut self.app_data,
            Part::DisappearIn => &mut self.disappearing,
            // It has a rule of its own, which clients do not show.
            Part::DisappearFrom => return self,
        };
        *place = rule;
        self
    }
}

/// What a group is made with.
#[derive(Clone, Debug)]
pub(crate) struct GroupSetup {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) image_url: String,
    pub(crate) app_data: String,
    pub(crate) disappearing: Option<Disappearing>,
    pub(crate) policies: Policies,
}

impl Default for GroupSetup {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            image_url: String::new(),
            app_data: String::new(),
            disappearing: None,
            policies: Policies::ALL_MEMBERS,
        }
    }
}

impl GroupSetup {
    /// With a name and nothing else.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// As `groups.mjs` reads it. Presets go by their names, so that those are what the official client is asked for.
    pub(crate) fn to_json(&self) -> Value {
        let policies = match self.policies {
            Policies::ALL_MEMBERS => json!("allMembers"),
            Policies::ADMIN_ONLY => json!("adminOnly"),
            custom => json!(custom),
        };
        json!({
            "name": self.name,
            "description": self.description,
            "imageUrl": self.image_url,
            "appData": self.app_data,
            "disappearing": self.disappearing.map(Disappearing::to_json),
            "policies": policies,
        })
    }
}

impl Disappearing {
    /// As `groups.mjs` reads it.
    pub(crate) fn to_json(self) -> Value {
        json!({ "fromNs": self.from_ns.to_string(), "inNs": self.in_ns.to_string() })
    }
}

/// Types of messages, as far as scenarios ask for them.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MessageType {
    GroupUpdated,
    Markdown,
    Reaction,
    ReadReceipt,
    Reply,
    Text,
}

/// Which messages of a conversation; by default all, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Sent strictly after, in nanoseconds since 1970.
    pub(crate) after: Option<u64>,
    /// Sent strictly before.
    pub(crate) before: Option<u64>,
    pub(crate) limit: Option<u32>,
    pub(crate) newest_first: bool,
    /// Those that members sent if true, those that commits led to if false.
    pub(crate) sent: Option<bool>,
    /// Those the network has if true, those it has not if false.
    pub(crate) published: Option<bool>,
    pub(crate) types: Vec<MessageType>,
    pub(crate) not_types: Vec<MessageType>,
    pub(crate) not_senders: Vec<String>,
}

impl Query {
    /// As `messages.mjs` reads it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "after": self.after.map(|at| at.to_string()),
            "before": self.before.map(|at| at.to_string()),
            "limit": self.limit,
            "newestFirst": self.newest_first,
            "kind": self.sent.map(|sent| if sent { "application" } else { "membershipChange" }),
            "status": self.published.map(|published| if published { "published" } else { "unpublished" }),
            "types": self.types,
            "notTypes": self.not_types,
            "notSenders": self.not_senders,
        })
    }
}

/// Which conversations; by default those that are not denied, the most recently active first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Only DMs if true, only groups if false.
    pub(crate) dms: Option<bool>,
    pub(crate) consent: Vec<Wanted>,
    /// The newest first.
    pub(crate) by_creation: bool,
    pub(crate) limit: Option<u32>,
    /// DMs too that are hidden behind another with the same peer.
    pub(crate) duplicates: bool,
    /// Made or joined strictly after, in nanoseconds since 1970.
    pub(crate) created_after: Option<u64>,
    /// Made or joined strictly before.
    pub(crate) created_before: Option<u64>,
}

impl Filter {
    /// As `conversations.mjs` reads it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "kind": self.dms.map(|dms| if dms { "dm" } else { "group" }),
            "consent": self.consent.iter().map(|wanted| wanted.name()).collect::<Vec<_>>(),
            "byCreation": self.by_creation,
            "limit": self.limit,
            "duplicates": self.duplicates,
            "createdAfter": self.created_after.map(|at| at.to_string()),
            "createdBefore": self.created_before.map(|at| at.to_string()),
        })
    }
}

/// What a stream gives.
#[derive(Clone, Debug)]
pub(crate) enum Stream {
    Messages,
    GroupMessages,
    DmMessages,
    /// Of the conversation with this id.
    Conversation(String),
    Conversations,
    Groups,
    Dms,
    /// Ids of messages that are deleted.
    Deletions,
}

impl Stream {
    /// As `conversations.mjs` reads it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::GroupMessages => "groupMessages",
            Self::DmMessages => "dmMessages",
            Self::Conversation(_) => "conversation",
            Self::Conversations => "conversations",
            Self::Groups => "groups",
            Self::Dms => "dms",
            Self::Deletions => "deletions",
        }
    }
}
