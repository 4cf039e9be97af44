//! The way back for an installation that has lost the state of a group: it asks to be taken out and put back.
//!
//! ```text
//! lost ──> request: a one-shot group whose metadata says what is asked, and whose welcome is the delivery
//!               └──> hear, at a super admin's installation ──> answer: intents ──> commit ──> welcome, back again
//! ```
//! The rules stand in `xips/forks.md`. Source of fact: observed on released clients.
use crate::{
    EngineError, Event, Intent, Session, credential,
    group::{
        metadata::{MINIMUM_VERSION, ReaddRequest},
        permissions::Role,
    },
    intent::leaves,
    version,
};
use xmtp_storage::{
    ConsentEntity, ConsentState, ConversationKind, GroupQuery, GroupRow, GroupStatus, ReaddRow, StorageError,
};
use xmtp_types::{GroupId, InboxId, InstallationId, OriginatorId, SequenceId, Topic};

/// The protocol version from which on clients let a commit through that takes an installation out and puts it back.
const MINIMUM: &str = "1.6.0";

impl Session<'_> {
    /// Groups that this installation cannot follow any more, and in which it has not asked to be put back.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn lost_groups(&mut self) -> Result<Vec<GroupId>, EngineError> {
        let own = self.own.id();
        let rows = self.tx().groups(&GroupQuery::default())?;
        let mut lost = Vec::new();
        for row in rows {
            let is_forked = self.tx().commit_log_state(&row.id)?.is_forked == Some(true);
            let is_lost = match row.status {
                GroupStatus::Active => is_forked,
                GroupStatus::Stuck { .. } => true,
                _ => false,
            };
            if is_lost && !self.tx().readd(&row.id, &own)?.is_open() {
                lost.push(row.id);
            }
        }
        Ok(lost)
    }

    /// Asks those who can to put this installation back into `group`. Answers the hidden group by which the request
    /// travels: it is to be carried on as any group in which something is queued.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if there is nobody to ask.
    pub fn request_readd(&mut self, group: &GroupId) -> Result<GroupId, EngineError> {
        let row = self.row(group)?;
        let asked = self.who_can_readd(&row)?;
        let cursor = self.tx().cursor(&Topic::group(group))?;
        let latest = cursor.at(OriginatorId::V3_COMMITS);
        let request = ReaddRequest { group: group.clone(), latest };
        let oneshot = self.create_oneshot(request)?;
        self.queue(&oneshot, &Intent::UpdateMembers { add: asked, remove: Vec::new() })?;
        let own = self.own.id();
        let known = self.tx().readd(group, &own)?;
        self.tx().put_readd(group, &own, &ReaddRow { requested: Some(latest), ..known })?;
        Ok(oneshot)
    }

    /// Super admins of a group, or the other side of a direct conversation.
    fn who_can_readd(&mut self, row: &GroupRow) -> Result<Vec<InboxId>, EngineError> {
        let own = self.own.inbox();
        let mls = self.take_group(&row.id)?;
        let view = self.view_of(&mls)?;
        let is_own =
            |member: &openmls::group::Member| credential::inbox_of(&member.credential).is_ok_and(|inbox| inbox == own);
        let own_installations = mls.members().filter(is_own).count();
        self.keep_group(&row.id, mls);
        let mut asked: Vec<InboxId> = match row.dm_peer {
            Some(peer) => vec![peer],
            None => view.metadata.super_admins.iter().copied().collect(),
        };
        // Other installations of this inbox get the request in any case.
        let includes_own = asked.contains(&own) && own_installations > 1;
        asked.retain(|inbox| *inbox != own);
        if asked.is_empty() && !includes_own {
            return Err(EngineError::Refused(
                "the group has no super admin who could put this installation back".into(),
            ));
        }
        Ok(asked)
    }

    /// Groups in which installations have asked to be put back.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn readds_asked(&mut self) -> Result<Vec<GroupId>, EngineError> {
        let own = self.own.id();
        let mut open = self.tx().open_readds()?;
        open.retain(|(_, installation)| *installation != own);
        open.dedup_by(|(one, _), (other, _)| one == other);
        Ok(open.into_iter().map(|(group, _)| group).collect())
    }

    /// What is to be done in `group` for those who have asked to be put back; nothing as long as this installation is not
    /// the one to do it. To be asked when the group was read up to its newest envelope.
    ///
    /// # Errors
    /// [`EngineError::UnknownGroup`] if it is not known.
    pub fn readd_answer(&mut self, group: &GroupId) -> Result<Vec<Intent>, EngineError> {
        let own = self.own.inbox();
        let row = self.row(group)?;
        let is_in_step = self.tx().commit_log_state(group)?.is_forked == Some(false);
        let mls = self.take_group(group)?;
        let (view, leaves) = (self.view_of(&mls)?, leaves(&mls));
        self.keep_group(group, mls);
        // FORK.R10
        let answers = row.status == GroupStatus::Active
            && row.kind == ConversationKind::Group
            && is_in_step
            && view.metadata.role_of(&own) == Role::SuperAdmin
            && self.is_allowed(group)?;
        if !answers {
            return Ok(Vec::new());
        }
        let open = self.tx().open_readds()?;
        let mut installations = Vec::new();
        for (_, installation) in open.into_iter().filter(|(of, _)| of == group) {
            if leaves.contains_key(&installation) {
                installations.push(installation);
            } else {
                self.tx().put_readd(group, &installation, &ReaddRow::default())?;
            }
        }
        if installations.is_empty() {
            return Ok(Vec::new());
        }
        let mut intents = Vec::new();
        let minimum = view.metadata.attribute(MINIMUM_VERSION);
        // FORK.R11
        if !minimum.is_some_and(|minimum| version::is_at_least(minimum, MINIMUM)) {
            intents.push(Intent::UpdateMetadata { field: MINIMUM_VERSION.to_owned(), value: MINIMUM.to_owned() });
        }
        intents.push(Intent::ReaddInstallations { installations });
        Ok(intents)
    }

    fn is_allowed(&self, group: &GroupId) -> Result<bool, StorageError> {
        let consent = self.tx().consent(&ConsentEntity::Conversation(group.clone()))?;
        Ok(consent.is_some_and(|row| row.state == ConsentState::Allowed))
    }
}

/// Hears the request of an installation. One that is no member, or about a group that is not wanted, is passed over.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be read or written.
pub(crate) fn hear(
    session: &mut Session<'_>,
    request: &ReaddRequest,
    installation: InstallationId,
) -> Result<(), EngineError> {
    if session.tx().group(&request.group)?.is_none() || !session.is_allowed(&request.group)? {
        return Ok(());
    }
    let mls = session.take_group(&request.group)?;
    let is_member = leaves(&mls).contains_key(&installation);
    session.keep_group(&request.group, mls);
    // FORK.R9
    if !is_member || installation == session.own.id() {
        return Ok(());
    }
    let known = session.tx().readd(&request.group, &installation)?;
    let requested = known.requested.max(Some(request.latest));
    session.tx().put_readd(&request.group, &installation, &ReaddRow { requested, ..known })?;
    session.emit(Event::ReaddAsked { group: request.group.clone(), installation });
    Ok(())
}

/// Notes that a commit has put installations back.
pub(crate) fn note_answered(
    session: &Session<'_>,
    group: &GroupId,
    installations: &[InstallationId],
    commit: SequenceId,
) -> Result<(), StorageError> {
    for installation in installations {
        let known = session.tx().readd(group, installation)?;
        if known.requested.is_some() {
            session.tx().put_readd(group, installation, &ReaddRow { answered: Some(commit), ..known })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Shared, group_of};
    use xmtp_storage::CommitLogState;

    #[test] // FORK.R9, FORK.R10
    fn a_request_counts_from_a_member_and_is_answered_by_a_super_admin_who_is_in_step() {
        let network = Shared::new();
        let ([mut alice, mut bob], group) = group_of(&network);
        let (member, stranger) = (bob.id(), InstallationId::from_bytes([9; 32]));
        let request = ReaddRequest { group: group.clone(), latest: SequenceId::new(1) };
        let outcome = alice.step(|session| {
            hear(session, &request, stranger)?;
            assert!(session.readds_asked()?.is_empty());
            hear(session, &request, member)?;
            assert_eq!(session.readds_asked()?, std::slice::from_ref(&group));
            assert!(session.readd_answer(&group)?.is_empty());
            let in_step = CommitLogState { is_forked: Some(false), ..CommitLogState::default() };
            session.tx().put_commit_log_state(&group, &in_step)?;
            session.readd_answer(&group)
        });
        let readd = Intent::ReaddInstallations { installations: vec![member] };
        assert!(matches!(outcome.unwrap().as_slice(), [Intent::UpdateMetadata { .. }, last] if *last == readd));

        let own = alice.id();
        let answered = bob.step(|session| {
            hear(session, &request, own)?;
            assert!(session.readds_asked()?.is_empty(), "the conversation is not allowed");
            session.set_consent(&[(ConsentEntity::Conversation(group.clone()), ConsentState::Allowed)])?;
            hear(session, &request, own)?;
            assert_eq!(session.readds_asked()?, std::slice::from_ref(&group));
            let in_step = CommitLogState { is_forked: Some(false), ..CommitLogState::default() };
            session.tx().put_commit_log_state(&group, &in_step)?;
            session.readd_answer(&group)
        });
        assert!(answered.unwrap().is_empty(), "bob is no super admin");
    }
}
