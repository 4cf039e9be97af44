//! What a user of either client does with groups.
use anyhow::{Result, bail};

use super::{User, inbox_ids, of_either};
use crate::seen::{Change, Disappearing, GroupSetup, Part, Rule};

impl User {
    /// As [`User::group`], with all there is to choose.
    pub(crate) async fn group_with(&self, members: &[&Self], setup: &GroupSetup) -> Result<String> {
        let members: Vec<_> = members.iter().map(|member| member.inbox_id()).collect();
        of_either!(self, client => client.group_with(&members, setup).await)
    }

    /// Makes a group of which nobody hears before something is published.
    pub(crate) async fn group_later(&self, setup: &GroupSetup) -> Result<String> {
        of_either!(self, client => client.group_later(setup).await)
    }

    /// As [`User::dm`], with messages that disappear.
    pub(crate) async fn dm_with(&self, peer: &Self, disappearing: Option<Disappearing>) -> Result<String> {
        of_either!(self, client => client.dm_with(peer.inbox_id(), disappearing).await)
    }

    pub(crate) async fn add(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        self.change(conversation, Change::Add(inbox_ids(members))).await
    }

    /// As [`User::add`], by inbox id.
    pub(crate) async fn add_inboxes(&self, conversation: &str, inbox_ids: &[String]) -> Result<()> {
        self.change(conversation, Change::Add(inbox_ids.to_vec())).await
    }

    pub(crate) async fn remove(&self, conversation: &str, members: &[&Self]) -> Result<()> {
        self.change(conversation, Change::Remove(inbox_ids(members))).await
    }

    pub(crate) async fn rename(&self, conversation: &str, name: &str) -> Result<()> {
        self.change(conversation, Change::Name(name.to_owned())).await
    }

    pub(crate) async fn redescribe(&self, conversation: &str, description: &str) -> Result<()> {
        self.change(conversation, Change::Description(description.to_owned())).await
    }

    pub(crate) async fn picture(&self, conversation: &str, url: &str) -> Result<()> {
        self.change(conversation, Change::ImageUrl(url.to_owned())).await
    }

    pub(crate) async fn put_app_data(&self, conversation: &str, data: &str) -> Result<()> {
        self.change(conversation, Change::AppData(data.to_owned())).await
    }

    pub(crate) async fn make_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::AddAdmin(member.inbox_id().to_owned())).await
    }

    pub(crate) async fn unmake_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::RemoveAdmin(member.inbox_id().to_owned())).await
    }

    pub(crate) async fn make_super_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::AddSuperAdmin(member.inbox_id().to_owned())).await
    }

    pub(crate) async fn unmake_super_admin(&self, conversation: &str, member: &Self) -> Result<()> {
        self.change(conversation, Change::RemoveSuperAdmin(member.inbox_id().to_owned())).await
    }

    /// Lets messages disappear from here on, or stay.
    pub(crate) async fn disappear(&self, conversation: &str, settings: Option<Disappearing>) -> Result<()> {
        self.change(conversation, Change::Disappearing(settings)).await
    }

    /// Decides who may do one thing.
    pub(crate) async fn permit(&self, conversation: &str, part: Part, rule: Rule) -> Result<()> {
        self.change(conversation, Change::Permission(part, rule)).await
    }

    pub(crate) async fn change(&self, conversation: &str, change: Change) -> Result<()> {
        of_either!(self, client => client.change(conversation, &change).await)
    }

    /// Asks to be removed.
    pub(crate) async fn leave(&self, conversation: &str) -> Result<()> {
        of_either!(self, client => client.leave(conversation).await)
    }

    /// Whether the user has asked to be removed.
    pub(crate) async fn is_leaving(&self, conversation: &str) -> Result<bool> {
        of_either!(self, client => client.is_leaving(conversation).await)
    }

    /// The inbox that added the user.
    pub(crate) async fn added_by(&self, conversation: &str) -> Result<String> {
        of_either!(self, client => client.added_by(conversation).await)
    }

    /// Asks for clients of at least this version.
    ///
    /// # Errors
    /// If the group refuses it, or the user's client cannot ask.
    pub(crate) async fn require_version(&self, conversation: &str, version: &str) -> Result<()> {
        match self {
            Self::Official(_) => bail!("the official client cannot ask for a version"),
            Self::Ours(client) => client.require_version(conversation, version).await,
        }
    }

    /// The version that a group asks for and this client has not.
    pub(crate) async fn paused_for(&self, conversation: &str) -> Result<Option<String>> {
        of_either!(self, client => client.paused_for(conversation).await)
    }
}
