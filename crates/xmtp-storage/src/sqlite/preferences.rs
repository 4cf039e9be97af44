//! Changes of preferences on disk.
use super::{
    consents::{from_stored, stored, to_state},
    convert::{bound, from_time, to_time},
    schema::preferences::dsl::{decided_at, entity, kind, position, preferences, source, state},
    session::{Connected, Session, Writing},
};
use crate::{Preference, PreferenceReads, PreferenceRow, PreferenceSource, PreferenceWrites, StorageError};
use diesel::prelude::*;

/// The number of the root of the push keys among kinds; the others are those of consent.
const PUSH_ROOT: i32 = 3;

type Stored = (i64, i32, Vec<u8>, i32, i64, i32);

impl<T: Connected> PreferenceReads for Session<T> {
    fn preferences_after(&mut self, after: u64, limit: u32) -> Result<Vec<(u64, PreferenceRow)>, StorageError> {
        let rows = preferences.filter(position.gt(bound(after))).order(position).limit(i64::from(limit));
        let rows = rows.select((position, kind, entity, state, decided_at, source));
        let rows: Vec<Stored> = self.0.query(|connection| rows.load(connection))?;
        rows.into_iter().map(to_row).collect()
    }

    fn newest_preference(&mut self) -> Result<u64, StorageError> {
        let newest = preferences.select(position).order(position.desc());
        let newest: Option<i64> = self.0.query(|connection| newest.get_result(connection).optional())?;
        Ok(newest.map_or(0, i64::cast_unsigned))
    }
}

fn to_row((at, number, id, decision, decided, from): Stored) -> Result<(u64, PreferenceRow), StorageError> {
    let preference = match number {
        PUSH_ROOT => Preference::PushRoot,
        _ => Preference::Consent { entity: from_stored(number, &id)?, state: to_state(decision)? },
    };
    let row = PreferenceRow { preference, decided_at: to_time(decided)?, source: to_source(from)? };
    Ok((at.cast_unsigned(), row))
}

fn to_source(number: i32) -> Result<PreferenceSource, StorageError> {
    match number {
        1 => Ok(PreferenceSource::Here),
        2 => Ok(PreferenceSource::Elsewhere),
        3 => Ok(PreferenceSource::Rule),
        _ => Err(StorageError::Damaged("change of a preference")),
    }
}

impl PreferenceWrites for Session<Writing<'_>> {
    fn append_preference(&mut self, row: &PreferenceRow) -> Result<(), StorageError> {
        let (number, id, decision) = match &row.preference {
            Preference::Consent { entity: about, state: decision } => {
                let (number, id) = stored(about);
                (number, id, *decision as i32)
            }
            Preference::PushRoot => (PUSH_ROOT, [].as_slice(), 0),
        };
        let values = (
            kind.eq(number),
            entity.eq(id),
            state.eq(decision),
            decided_at.eq(from_time(row.decided_at)),
            source.eq(row.source as i32),
        );
        let insert = diesel::insert_into(preferences).values(values);
        self.0.write(|writer| insert.execute(&mut writer.connection)).map(drop)
    }
}
