//! Applying a commit that was let through, and writing down what it changed.
use super::{Change, CommitError, validate};
use crate::{
    EngineError, Event, Session, commit_log,
    control::leave,
    group::departed,
    message::{message_id, transcript},
    readd,
};
use openmls::{
    group::{MlsGroup, StagedCommit},
    prelude::LeafNodeIndex,
};
use xmtp_storage::{DeliveryStatus, GroupStatus, MessageKind, MessageRow};
use xmtp_types::{Delivered, GroupId, SequenceId, Timestamp};

/// Judges and applies a commit of another member.
///
/// # Errors
/// As [`validate`]; then the group is as it was.
pub(crate) fn apply(
    session: &mut Session<'_>,
    mls: &mut MlsGroup,
    author: LeafNodeIndex,
    staged: StagedCommit,
    delivered: &Delivered,
) -> Result<(), CommitError> {
    let change = validate(session, mls, author, &staged)?;
    let departing = departed::departing(mls, &staged);
    mls.merge_staged_commit(&session.provider, staged)
        .map_err(|error| EngineError::mls("applying a commit")(&error))?;
    departed::note(session, mls, departing)?;
    record(session, mls, change, delivered)?;
    Ok(())
}

/// Writes down what an applied commit changed: the group's row, an entry in the history, events.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be written.
pub(crate) fn record(
    session: &mut Session<'_>,
    mls: &MlsGroup,
    mut change: Change,
    delivered: &Delivered,
) -> Result<(), EngineError> {
    let group = GroupId::from(mls.group_id().as_slice());
    commit_log::note_applied(session, mls, delivered.sequence_id)?;
    leave::settle(session, &group, mls.is_active(), &mut change)?;
    let mut row = session.row(&group)?;
    if change.fields.iter().any(|field| field.field.starts_with("message_disappear_")) {
        let metadata = crate::group::extensions::mutable_metadata(mls.extensions())?;
        row.disappear_from_ns = metadata.disappear_from_ns();
        row.disappear_in_ns = metadata.disappear_in_ns();
    }
    if !mls.is_active() {
        row.status = GroupStatus::Removed;
    }
    session.tx().put_group(&row)?;
    if !change.is_invisible() {
        let key = delivered.created.as_nanos().to_string();
        write_history(session, &group, &change, key, delivered.created, delivered.sequence_id)?;
    }
    readd::note_answered(session, &group, &change.readded, delivered.sequence_id)?;
    let is_back_soon = change.readded.contains(&session.own.id());
    session.emit(Event::Changed { group: group.clone(), change: Box::new(change) });
    if !mls.is_active() {
        // What is queued goes on when the welcome has come.
        if !is_back_soon {
            crate::intent::fail_open(session, &group, "this installation was removed from the conversation")?;
        }
        session.emit(Event::Removed { group });
    }
    Ok(())
}

/// Writes an entry into the history of a group: what a commit changed. Every member writes its own.
///
/// # Errors
/// [`EngineError::Storage`] if the store cannot be written.
pub(crate) fn write_history(
    session: &mut Session<'_>,
    group: &GroupId,
    change: &Change,
    idempotency_key: String,
    sent_at: Timestamp,
    commit: SequenceId,
) -> Result<(), EngineError> {
    let content = transcript(change);
    let id = message_id(group, &idempotency_key, &content);
    let (content_type, reference) = crate::message::describe(&content);
    let is_new = session.tx().insert_message(&MessageRow {
        id,
        group: group.clone(),
        kind: MessageKind::MembershipChange,
        status: DeliveryStatus::Published,
        sender_inbox: change.actor,
        sender_installation: change.installation,
        sent_at,
        sequence_id: Some(commit),
        content_type,
        reference,
        content,
        idempotency_key,
        expires_at: None,
    })?;
    if is_new {
        session.emit(Event::Message { group: group.clone(), id });
    }
    Ok(())
}
