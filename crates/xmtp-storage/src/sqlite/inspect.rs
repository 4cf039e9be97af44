//! Looks at a database before anything opens it for writing, so that a file that is refused is left as it was.
use super::{
    connection,
    failure::{is_unreadable, of_statement, of_system},
    files::{Files, Form},
    key::{Cipher, DatabaseKey},
    migrations::{self, Stamp},
};
use crate::StorageError;
use std::{fs, io, path::Path};

/// Checks that the database is ours, whole, not too new, and opens with this key; returns what opens it.
pub(super) fn inspect(files: &Files, form: Form, key: Option<&DatabaseKey>) -> Result<Option<Cipher>, StorageError> {
    let cipher = match (form, key) {
        (Form::Encrypted { page }, Some(key)) => Some(Cipher { key: key.clone(), salt: files.read_salt()?, page }),
        (Form::Encrypted { .. }, None) => return Err(StorageError::WrongKey { path: files.main.clone() }),
        _ => None,
    };
    // STORE.R6
    let stamp = read_stamp(files, cipher.as_ref())?;
    migrations::check(&stamp, &files.main)?;
    match (form, key) {
        (Form::Plain, Some(_)) => Err(StorageError::WrongKey { path: files.main.clone() }),
        _ => Ok(cipher),
    }
}

fn read_stamp(files: &Files, cipher: Option<&Cipher>) -> Result<Stamp, StorageError> {
    let mut connection = connection::establish(&files.main, &read_only_uri(&files.main)?, cipher)?;
    Stamp::read(&mut connection).map_err(|error| match (is_unreadable(&error), cipher) {
        (true, Some(_)) => StorageError::WrongKey { path: files.main.clone() },
        (true, None) => StorageError::ForeignFile { path: files.main.clone() },
        (false, _) => of_statement(error),
    })
}

/// A name for the database under which SQLite cannot write it. After a crash the newest pages are in the WAL, so it
/// must be read too; otherwise the file is read as if it stood on a read-only disk, and nothing is made beside it.
fn read_only_uri(main: &Path) -> Result<String, StorageError> {
    let [wal, _, journal] = Files::sqlite_files(main);
    let is_filled = |path: &Path| match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(of_system(path, error)),
    };
    let mode = if is_filled(&wal)? || is_filled(&journal)? { "mode=ro" } else { "immutable=1" };
    let path = connection::utf8(main)?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Ok(format!("file:{path}?{mode}"))
}
