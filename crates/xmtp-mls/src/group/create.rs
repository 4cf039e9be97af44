//! Creating a conversation: local alone, nothing is sent until the first commit or message.
use crate::{
    EngineError, Event, Session, credential,
    group::{
        config, extensions,
        metadata::{GroupOptions, ReaddRequest},
    },
    intent::fits_size,
};
use openmls::group::MlsGroup;
use std::collections::BTreeSet;
use xmtp_storage::{ConversationKind, GroupRow, GroupStatus};
use xmtp_types::{GroupId, InboxId};

impl Session<'_> {
    /// Creates a group with this installation as its only member. Members come with an
    /// [`Intent::UpdateMembers`](crate::Intent::UpdateMembers).
    ///
    /// # Errors
    /// [`EngineError::Wish`] if an option is longer than allowed or no group can have these permissions.
    pub fn create_group(&mut self, options: &GroupOptions) -> Result<GroupId, EngineError> {
        self.create(ConversationKind::Group, None, options, None)
    }

    /// Creates a group that `members` are to be added to. They are not added here: nothing is created if they would be
    /// too many.
    ///
    /// # Errors
    /// [`EngineError::Wish`] if they are too many, an option is longer than allowed or no group can have these permissions.
    pub fn create_group_for(&mut self, members: &[InboxId], options: &GroupOptions) -> Result<GroupId, EngineError> {
        let mut everyone: BTreeSet<InboxId> = members.iter().copied().collect();
        everyone.insert(self.own.inbox());
        fits_size(everyone.len())?;
        self.create_group(options)
    }

    /// The direct conversation with `peer` that was active last, or a new one.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if `peer` is this installation's own inbox.
    pub fn find_or_create_dm(&mut self, peer: InboxId) -> Result<GroupId, EngineError> {
        self.find_or_create_dm_with(peer, &GroupOptions::default())
    }

    /// Like [`Session::find_or_create_dm`]; a new one starts with these settings for disappearing messages. A direct
    /// conversation has none of the other options, and one that is found stays as it is.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if `peer` is this installation's own inbox, [`EngineError::Wish`] if a setting is negative.
    pub fn find_or_create_dm_with(&mut self, peer: InboxId, options: &GroupOptions) -> Result<GroupId, EngineError> {
        if peer == self.own.inbox() {
            return Err(EngineError::Refused("a direct conversation needs another inbox than one's own".into()));
        }
        let query = xmtp_storage::GroupQuery { dm_peer: Some(peer), ..Default::default() };
        let known = self.tx().groups(&query)?;
        match known.into_iter().find(|row| row.status == GroupStatus::Active) {
            Some(row) => Ok(row.id),
            None => self.create(ConversationKind::Dm, Some(peer), options, None),
        }
    }

    /// Creates the hidden group of the user's own installations.
    pub(crate) fn create_sync_group(&mut self) -> Result<GroupId, EngineError> {
        self.create(ConversationKind::Sync, None, &GroupOptions::default(), None)
    }

    /// Creates a hidden group whose one purpose is to carry a request.
    pub(crate) fn create_oneshot(&mut self, request: ReaddRequest) -> Result<GroupId, EngineError> {
        self.create(ConversationKind::Oneshot, None, &GroupOptions::default(), Some(request))
    }

    fn create(
        &mut self,
        kind: ConversationKind,
        dm_peer: Option<InboxId>,
        options: &GroupOptions,
        oneshot: Option<ReaddRequest>,
    ) -> Result<GroupId, EngineError> {
        options.check()?;
        let own = self.own.inbox();
        let context = extensions::new_group(kind, own, dm_peer, options, oneshot)?;
        let mls = MlsGroup::new(
            &self.provider,
            self.own.key(),
            &config::create(context),
            credential::credential_with_key(&own, self.own.key()),
        )
        .map_err(|error| EngineError::mls("creating a group")(&error))?;
        let group = GroupId::from(mls.group_id().as_slice());
        self.tx().put_group(&GroupRow {
            id: group.clone(),
            kind,
            status: GroupStatus::Active,
            created_at: self.now,
            added_by: own,
            dm_peer,
            welcome: None,
            installations_checked_at: xmtp_types::Timestamp::default(),
            rotated_at: self.now,
            last_message_at: None,
            disappear_from_ns: options.disappear_from_ns,
            disappear_in_ns: options.disappear_in_ns,
        })?;
        crate::commit_log::note_start(self, &mls)?;
        self.keep_group(&group, mls);
        if matches!(kind, ConversationKind::Group | ConversationKind::Dm) {
            self.allow(&group)?;
        }
        // Nobody follows what carries one message.
        if kind != ConversationKind::Oneshot {
            self.emit(Event::Joined { group: group.clone() });
        }
        Ok(group)
    }
}
