//! Makes a file the log of this version, or says why it cannot be, before anything in it is touched.
//!
//! The format number is SQLite's `user_version`; `application_id` tells our file from another's. A migration and its
//! number are one transaction.
use crate::error::{LogError, NodeError};
use diesel::{
    QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query, sql_types::Integer,
};
use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

/// "XMTN" as a number: the application id in the header of our files.
const APPLICATION_ID: i32 = 0x584d_544e;

/// What brings a log from each format to the next.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];

/// Where SQLite keeps the application id in a file (file format, section 1.3).
const APPLICATION_ID_AT: usize = 68;

#[derive(QueryableByName)]
struct Pragmas {
    #[diesel(sql_type = Integer)]
    user_version: i32,
    #[diesel(sql_type = Integer)]
    application_id: i32,
}

/// Refuses a file that is there and is not ours, by its first bytes alone.
///
/// # Errors
/// [`NodeError::NotALog`], or [`NodeError::Folder`] if the file cannot be read.
pub(super) fn check_file(path: &Path) -> Result<(), NodeError> {
    let unreadable = |source| NodeError::Folder { folder: path.to_owned(), source };
    let mut header = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(unreadable)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
    };
    let ours = header.is_empty()
        || (header.starts_with(b"SQLite format 3\0")
            && header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4) == Some(&APPLICATION_ID.to_be_bytes()));
    if ours { Ok(()) } else { Err(NodeError::NotALog(path.to_owned())) }
}

/// Brings an open database to the format of this version.
///
/// # Errors
/// [`NodeError::NewerLog`], [`NodeError::NotALog`]; [`NodeError::Log`] if SQLite refuses.
pub(super) fn migrate(conn: &mut SqliteConnection, path: &Path) -> Result<(), NodeError> {
    let Pragmas { user_version, application_id } =
        sql_query("SELECT user_version, application_id FROM pragma_user_version, pragma_application_id")
            .get_result(conn)
            .map_err(|error| NodeError::Log(error.into()))?;
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let found = u32::try_from(user_version).unwrap_or(u32::MAX);
    if found > 0 && application_id != APPLICATION_ID {
        return Err(NodeError::NotALog(path.to_owned()));
    }
    // NODE.R16
    if found > known {
        return Err(NodeError::NewerLog { found, known });
    }
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        let sql = format!("{sql}\nPRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID};", step + 1);
        conn.immediate_transaction(|conn| conn.batch_execute(&sql))
            .map_err(|error| NodeError::Log(LogError::from(error)))?;
    }
    Ok(())
}
