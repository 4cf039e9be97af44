//! Whether a database is as it was written.
//!
//! SQLite goes through its tables and indices; of an encrypted file SQLCipher first checks every page against its
//! authentication code (`PRAGMA cipher_integrity_check`).
use super::failure::of_statement;
use crate::StorageError;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};

#[derive(QueryableByName)]
struct Cipher {
    #[diesel(sql_type = Text)]
    cipher_integrity_check: String,
}

#[derive(QueryableByName)]
struct Plain {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// What is wrong with the database behind `connection`, as words for a person; nothing if it is sound.
///
/// # Errors
/// [`StorageError`] if it cannot be gone through.
pub(super) fn check(connection: &mut SqliteConnection, is_encrypted: bool) -> Result<Vec<String>, StorageError> {
    let mut faults = Vec::new();
    if is_encrypted {
        let pages: Vec<Cipher> = sql_query("PRAGMA cipher_integrity_check").load(connection).map_err(of_statement)?;
        faults.extend(pages.into_iter().map(|page| page.cipher_integrity_check));
    }
    match sql_query("PRAGMA integrity_check").load::<Plain>(connection) {
        Ok(found) => faults.extend(found.into_iter().map(|row| row.integrity_check).filter(|text| text != "ok")),
        Err(error) => match of_statement(error) {
            // What could not be read is the finding, not a failure of the check.
            damaged @ StorageError::Damaged(_) => faults.push(damaged.to_string()),
            other => return Err(other),
        },
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use crate::{DatabaseKey, Durability, Namespace, SqliteStore, Store};
    use std::{fs, path::Path};

    fn written(path: &Path, key: Option<&DatabaseKey>) {
        let store = SqliteStore::open(path, key).unwrap();
        let mut tx = store.begin(Durability::Full).unwrap();
        for number in 0..200_u32 {
            tx.put_value(Namespace::Application, &number.to_be_bytes(), &[7; 2000]).unwrap();
        }
        tx.commit().unwrap();
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_page_that_was_changed_on_the_disk_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db3");
        let key = DatabaseKey::from_bytes([7; 32]);
        written(&path, Some(&key));
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.len() - 3 * 4096 + 100;
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let faults = SqliteStore::open(&path, Some(&key)).unwrap().check().unwrap();
        assert!(!faults.is_empty());
    }

    #[test]
    fn a_database_without_a_key_is_checked_too() {
        let folder = tempfile::tempdir().unwrap();
        written(&folder.path().join("store.db3"), None);
    }
}
