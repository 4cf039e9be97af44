//! Makes a new database.
//!
//! It is made whole under another name and then renamed. So a database that is there is complete, and what a crash
//! leaves is at most a salt nothing was encrypted with and an unfinished file: both are made again.
use super::{
    connection,
    failure::{of_statement, of_system},
    files::{Files, remove},
    key::{Cipher, DatabaseKey},
    migrations,
};
use crate::StorageError;
use diesel::connection::SimpleConnection;
use std::{fs, io, path::Path};

/// Bytes of a page of a new database. What a transaction writes is whole pages, and a message changes few bytes in each of
/// many: half of SQLite's usual page is half to write and to encrypt. With a still smaller one what SQLCipher keeps of each
/// page for itself would tell.
const PAGE: u32 = 2048;

/// Makes a database where there is none; returns what opens it.
pub(super) fn create(files: &Files, key: Option<&DatabaseKey>) -> Result<Option<Cipher>, StorageError> {
    remove_leftovers(files)?;
    let cipher = key.map(|key| make_salt(files, key)).transpose()?;
    // STORE.R8
    match build(files, cipher.as_ref()).and_then(|()| files.publish()) {
        Ok(()) => Ok(cipher),
        Err(error) => {
            if let Err(leftover) = remove_leftovers(files) {
                tracing::debug!(%leftover, "an unfinished database stays until the next start");
            }
            Err(error)
        }
    }
}

/// Makes the folder that `main` will stand in.
pub(super) fn create_folder(main: &Path) -> Result<(), StorageError> {
    let Some(folder) = main.parent() else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| of_system(folder, error))
}

fn make_salt(files: &Files, key: &DatabaseKey) -> Result<Cipher, StorageError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| of_system(&files.salt, io::Error::other(error)))?;
    files.write_salt(salt)?;
    Ok(Cipher { key: key.clone(), salt, page: PAGE })
}

fn build(files: &Files, cipher: Option<&Cipher>) -> Result<(), StorageError> {
    files.create_unfinished()?;
    let mut connection = connection::establish(&files.unfinished, connection::utf8(&files.unfinished)?, cipher)?;
    if cipher.is_none() {
        connection.batch_execute(&format!("PRAGMA page_size = {PAGE}")).map_err(of_statement)?;
    }
    // What a crash leaves of it is thrown away, and the whole file is put on the disk before it gets its name.
    connection.batch_execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF").map_err(of_statement)?;
    migrations::apply(&mut connection, &files.main)?;
    connection.batch_execute("PRAGMA journal_mode = WAL").map_err(of_statement)
}

/// Deletes what a crash left, and the WAL of a database that is gone: SQLite would read it into the new one.
fn remove_leftovers(files: &Files) -> Result<(), StorageError> {
    remove(&files.unfinished)?;
    let beside = [Files::sqlite_files(&files.unfinished), Files::sqlite_files(&files.main)];
    beside.iter().flatten().try_for_each(|path| remove(path))
}
