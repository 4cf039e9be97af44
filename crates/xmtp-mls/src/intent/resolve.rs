//! Our own envelope came back: the network has given it its place.
use super::{Intent, PostCommit};
use crate::{
    EngineError, Event, Session,
    commit::{self, CommitError},
    control,
    group::{config::PAST_EPOCHS_KEPT, departed},
};
use openmls::group::{MlsGroup, PastEpochDeletion};
use xmtp_storage::{DeliveryStatus, GroupStatus, IntentRow, IntentState, StorageError};
use xmtp_types::{Delivered, Epoch};

/// Carries the intent behind one of our own envelopes to its end.
///
/// # Errors
/// [`EngineError::Missing`] if something must be fetched first.
pub(crate) fn resolve(session: &mut Session<'_>, row: IntentRow, delivered: &Delivered) -> Result<(), EngineError> {
    if !matches!(row.state, IntentState::Published | IntentState::Acknowledged) {
        return Ok(());
    }
    let group = row.wish.group.clone();
    let mut mls = session.take_group(&group)?;
    let now = Epoch::from(mls.epoch().as_u64());
    let made = row.epoch.unwrap_or_default();
    if Intent::commits(&row) {
        if made == now && mls.pending_commit().is_some() {
            own_commit(session, &mut mls, row, delivered)?;
        } else {
            requeue(session, row)?;
        }
    } else if is_too_old(made, now) {
        requeue(session, row)?;
    } else {
        own_message(session, &row, delivered)?;
    }
    session.keep_group(&group, mls);
    Ok(())
}

/// Whether no member in epoch `now` can open a message made in epoch `made`. As long as some can it must not be made
/// anew: they would keep the place and time of the first, and its sender those of the second.
pub(crate) fn is_too_old(made: Epoch, now: Epoch) -> bool {
    now.since(made) > PAST_EPOCHS_KEPT as u64
}

/// Puts an intent back in the queue, to be made anew on the epoch the group is in now.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be written.
pub(crate) fn requeue(session: &mut Session<'_>, mut row: IntentRow) -> Result<(), EngineError> {
    row.state = IntentState::ToPublish;
    row.payload_hash = None;
    row.payload = None;
    row.post_commit = None;
    row.epoch = None;
    session.tx().update_intent(&row)?;
    session.emit(Event::Unsent { group: row.wish.group, id: row.id });
    Ok(())
}

fn own_message(session: &mut Session<'_>, row: &IntentRow, delivered: &Delivered) -> Result<(), EngineError> {
    let group = row.wish.group.clone();
    let conversation = session.row(&group)?;
    if let Some(id) = row.wish.message {
        let expires_at = conversation.expiry(session.now);
        session.tx().update_delivery(
            &id,
            DeliveryStatus::Published,
            delivered.created,
            Some(delivered.sequence_id),
            expires_at,
        )?;
        session.emit(Event::Published { group: group.clone(), id });
        session.note_expiry(&group, id, expires_at);
        let kept = session.tx().message(&id)?;
        if let Some(kept) = kept {
            control::act_on(session, conversation.kind, &kept)?;
        }
    } else if let Intent::SendMessage { envelope } = Intent::decode(row)? {
        let sender = (session.own.inbox(), session.own.id());
        if let Some(unkept) = session.read_message(&conversation, sender, &envelope, delivered)? {
            control::act_on(session, conversation.kind, &unkept)?;
        }
    }
    session.tx().delete_intent(row.id)?;
    session.emit(Event::IntentDone { group, id: row.id });
    Ok(())
}

fn own_commit(
    session: &mut Session<'_>,
    mls: &mut MlsGroup,
    mut row: IntentRow,
    delivered: &Delivered,
) -> Result<(), EngineError> {
    let group = row.wish.group.clone();
    let (change, departing) = match mls.pending_commit() {
        Some(staged) => {
            let change = commit::validate(session, mls, mls.own_leaf_index(), staged);
            (change.map_err(|error| halted(error, delivered))?, departed::departing(mls, staged))
        }
        None => return Ok(()),
    };
    let was_new = mls.epoch().as_u64() == 0;
    mls.merge_pending_commit(&session.provider).map_err(|error| EngineError::mls("applying our own commit")(&error))?;
    if was_new {
        // In its first epoch a group has nobody but this installation, so nothing of it is still to be opened.
        mls.delete_past_epoch_secrets(&session.provider, PastEpochDeletion::delete_all())
            .map_err(|error| EngineError::mls("deleting the secrets of the first epoch")(&error))?;
    }
    departed::note(session, mls, departing)?;
    commit::record(session, mls, change, delivered)?;
    match row.post_commit.take() {
        Some(follow) => {
            let mut follow: PostCommit = postcard::from_bytes(&follow).map_err(|_| StorageError::Damaged("intent"))?;
            follow.commit = Some(delivered.sequence_id.as_u64());
            row.post_commit = Some(postcard::to_stdvec(&follow).map_err(EngineError::encoding)?);
            row.state = IntentState::Committed;
            row.payload = None;
            session.tx().update_intent(&row)?;
            session.emit(Event::Unsent { group, id: row.id });
        }
        None => {
            session.tx().delete_intent(row.id)?;
            session.emit(Event::IntentDone { group, id: row.id });
        }
    }
    Ok(())
}

/// Our own commit was let through when it was made. If it is not any more, others may have applied it all the same: to
/// pass it over would split off.
fn halted(error: CommitError, delivered: &Delivered) -> EngineError {
    let status = match error {
        CommitError::Engine(error) => return error,
        CommitError::Paused(version) => GroupStatus::Paused { version },
        CommitError::Refused(refusal) => {
            GroupStatus::Stuck { reason: format!("{REFUSED_AFTERWARDS}: {refusal}"), commit: delivered.sequence_id }
        }
    };
    EngineError::Halted(status)
}

const REFUSED_AFTERWARDS: &str = "a commit of this installation is not let through any more: ask a super admin to \
     remove this installation's inbox and add it again";
