//! Consent on disk.
use super::{
    convert::{from_time, to_time},
    schema::consents::dsl::{consents, decided_at, entity, kind, state},
    session::{Connected, Session, Writing},
};
use crate::{ConsentEntity, ConsentReads, ConsentRow, ConsentState, ConsentWrites, StorageError};
use diesel::prelude::*;

/// The number of conversations among what consent can be about.
pub(super) const CONVERSATION: i32 = 1;
const INBOX: i32 = 2;

impl<T: Connected> ConsentReads for Session<T> {
    fn consent(&mut self, about: &ConsentEntity) -> Result<Option<ConsentRow>, StorageError> {
        let (number, id) = stored(about);
        let row = consents.filter(kind.eq(number)).filter(entity.eq(id)).select((state, decided_at));
        let found: Option<(i32, i64)> = self.0.query(|connection| row.first(connection).optional())?;
        let to_row = |(decision, at)| {
            Ok(ConsentRow { entity: about.clone(), state: to_state(decision)?, decided_at: to_time(at)? })
        };
        found.map(to_row).transpose()
    }
}

fn stored(about: &ConsentEntity) -> (i32, &[u8]) {
    match about {
        ConsentEntity::Conversation(group) => (CONVERSATION, group.as_bytes()),
        ConsentEntity::Inbox(inbox) => (INBOX, inbox.as_bytes()),
    }
}

fn to_state(number: i32) -> Result<ConsentState, StorageError> {
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
