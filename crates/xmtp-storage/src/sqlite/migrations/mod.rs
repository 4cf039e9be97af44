//! The steps from each schema to the next. A step that was released never changes.
//!
//! `user_version` counts the steps a database has seen and `application_id` says that it is ours: both stand in the
//! header and cost no table.
use super::failure::of_statement;
use crate::StorageError;
use diesel::{
    QueryResult, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection, dsl::sql, select, sql_types::Integer,
};
use std::path::Path;

const STEPS: &[&str] = &[
    include_str!("0001_first.sql"),
    include_str!("0002_pending_removals.sql"),
    include_str!("0003_preferences.sql"),
    include_str!("0004_reading.sql"),
    include_str!("0005_sending.sql"),
    include_str!("0006_values.sql"),
    include_str!("0007_queue.sql"),
    include_str!("0008_messages.sql"),
];

/// What all steps together make, at once.
const WHOLE: &str = include_str!("whole.sql");

/// `XMTP` in ASCII.
const APPLICATION_ID: i32 = 0x584d_5450;

/// What the header of a database says.
#[derive(Debug)]
pub(super) struct Stamp {
    application_id: i32,
    schema: i32,
}

impl Stamp {
    pub(super) fn read(connection: &mut SqliteConnection) -> QueryResult<Self> {
        // Says by itself that the file is unreadable; the pragmas below would only say that they failed.
        connection.batch_execute("SELECT 1 FROM sqlite_schema LIMIT 1")?;
        let application_id = sql::<Integer>("(SELECT application_id FROM pragma_application_id)");
        let schema = sql::<Integer>("(SELECT user_version FROM pragma_user_version)");
        let (application_id, schema) = select((application_id, schema)).get_result(connection)?;
        Ok(Self { application_id, schema })
    }
}

/// Checks that a database is ours and that this version knows its schema.
pub(super) fn check(stamp: &Stamp, path: &Path) -> Result<(), StorageError> {
    let known = steps_count();
    if stamp.application_id != APPLICATION_ID || stamp.schema < 1 {
        return Err(StorageError::ForeignFile { path: path.to_owned() });
    }
    if stamp.schema > known {
        let (found, known) = (stamp.schema.to_string(), known.to_string());
        return Err(StorageError::NewerSchema { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Takes the steps a database has not seen, all or none.
pub(super) fn apply(connection: &mut SqliteConnection, path: &Path) -> Result<(), StorageError> {
    let stamp = Stamp::read(connection).map_err(of_statement)?;
    if stamp.application_id != 0 {
        check(&stamp, path)?;
    }
    let seen = usize::try_from(stamp.schema).unwrap_or(0);
    if seen == STEPS.len() {
        return Ok(());
    }
    let steps = if seen == 0 { WHOLE.to_owned() } else { STEPS.iter().skip(seen).copied().collect() };
    let known = steps_count();
    let migration = format!(
        "BEGIN IMMEDIATE; {steps} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {known}; COMMIT; \
         PRAGMA wal_checkpoint(TRUNCATE);"
    );
    connection.batch_execute(&migration).map_err(of_statement)
}

pub(super) fn steps_count() -> i32 {
    i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::{Connection as _, QueryableByName, sql_query, sql_types::Text};

    #[derive(QueryableByName)]
    struct Definition {
        #[diesel(sql_type = Text)]
        sql: String,
    }

    /// The tables and indexes that `script` makes, but for the quotes that renaming leaves.
    fn made_by(script: &str) -> Vec<String> {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection.batch_execute(script).unwrap();
        let made = sql_query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
        let made: Vec<Definition> = made.load(&mut connection).unwrap();
        let mut made: Vec<_> = made.into_iter().map(|made| made.sql.replace('"', "")).collect();
        made.sort();
        made
    }

    #[test]
    fn a_new_database_has_what_the_steps_make() {
        assert_eq!(made_by(WHOLE), made_by(&STEPS.concat()));
    }
}
