//! Consent on disk.
use super::{
    convert::{from_time, to_id, to_time},
    schema::consents::dsl::{consents, decided_at, entity, kind, state},
    session::{Connected, Session, Writing},
};
use crate::{ConsentEntity, ConsentReads, ConsentRow, ConsentState, ConsentWrites, StorageError};
use diesel::prelude::*;
use xmtp_types::{GroupId, InboxId};

/// The number of conversations among what consent can be about.
pub(super) const CONVERSATION: i32 = 1;
const INBOX: i32 = 2;

impl<T: Connected> ConsentReads for Session<T> {
    fn consent(&mut self, about: &ConsentEntity) -> Result<Option<ConsentRow>, StorageError> {
        let (number, id) = stored(about);
        let row = consents.filter(kind.eq(number)).filter(entity.eq(id)).select((state, decided_at));
        let found: Option<(i32, i64)> = self.0.query(|connection| row.get_result(connection).optional())?;
        let to_row = |(decision, at)| {
            Ok(ConsentRow { entity: about.clone(), state: to_state(decision)?, decided_at: to_time(at)? })
        };
        found.map(to_row).transpose()
    }
}

pub(super) fn stored(about: &ConsentEntity) -> (i32, &[u8]) {
    match about {
        ConsentEntity::Conversation(group) => (CONVERSATION, group.as_bytes()),
        ConsentEntity::Inbox(inbox) => (INBOX, inbox.as_bytes()),
    }
}

/// What an entity that is kept is about.
pub(super) fn from_stored(number: i32, id: &[u8]) -> Result<ConsentEntity, StorageError> {
    match number {
        CONVERSATION => Ok(ConsentEntity::Conversation(GroupId::from(id))),
        INBOX => to_id(id, "inbox id").map(InboxId::from_bytes).map(ConsentEntity::Inbox),
        _ => Err(StorageError::Damaged("consent")),
    }
}

pub(super) fn to_state(number: i32) -> Result<ConsentState, StorageError> {
    match number {
        0 => Ok(ConsentState::Unknown),
        1 => Ok(ConsentState::Allowed),
        2 => Ok(ConsentState::Denied),
        _ => Err(StorageError::Damaged("consent")),
    }
}

impl ConsentWrites for Session<Writing<'_>> {
    fn put_consent(&mut self, row: &ConsentRow) -> Result<(), StorageError> {
        let (number, id) = stored(&row.entity);
        let at = from_time(row.decided_at);
        let values = (kind.eq(number), entity.eq(id), state.eq(row.state as i32), decided_at.eq(at));
        self.0.write(|writer| diesel::replace_into(consents).values(values).execute(&mut writer.connection)).map(drop)
    }
}
