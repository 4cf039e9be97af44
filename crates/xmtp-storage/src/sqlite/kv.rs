//! Opaque values on disk.
use super::{
    cached::{Value, execute},
    schema::kv::dsl::{key, kv, namespace, value},
    session::{Connected, Session, Writing},
};
use crate::{KvReads, KvWrites, Namespace, StorageError};
use diesel::prelude::*;
use zeroize::Zeroizing;

/// A value whose size changes by more than 512 bytes leaves its place for the end of the table: a commit that waits for the
/// network is some kilobytes for a while, and where it stood among the values of its group pages would stay half empty.
const LEAP: &str = "DELETE FROM kv WHERE namespace = ? AND key = ? AND abs(length(value) - ?) > 512";

/// Any other value that is there is changed in its place.
const PUT: &str = "INSERT INTO kv (namespace, key, value) VALUES (?, ?, ?) \
    ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value";

impl<T: Connected> KvReads for Session<T> {
    fn value(&mut self, within: Namespace, at: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
        let row = kv.filter(namespace.eq(within as i32)).filter(key.eq(at)).select(value);
        Ok(self.0.query(|connection| row.get_result(connection).optional())?.map(Zeroizing::new))
    }

    fn values(&mut self, within: Namespace, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>, StorageError> {
        let rows = kv.filter(namespace.eq(within as i32)).filter(key.ge(prefix)).select((key, value)).order(key);
        let rows: Vec<(Vec<u8>, Vec<u8>)> = match end_of(prefix) {
            Some(end) => self.0.query(|connection| rows.filter(key.lt(end)).load(connection))?,
            None => self.0.query(|connection| rows.load(connection))?,
        };
        Ok(rows.into_iter().map(|(at, bytes)| (at, Zeroizing::new(bytes))).collect())
    }
}

/// The first key after all that start with `prefix`, if any can be.
fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=kept)?.to_vec();
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    Some(end)
}

impl KvWrites for Session<Writing<'_>> {
    fn put_value(&mut self, within: Namespace, at: &[u8], bytes: &[u8]) -> Result<(), StorageError> {
        let (of, name) = (Value::Integer(Some(within as i64)), Value::Bytes(Some(at)));
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.0.write(|writer| {
            execute(&mut writer.connection, LEAP, &[of, name, Value::Integer(Some(length))])?;
            execute(&mut writer.connection, PUT, &[of, name, Value::Bytes(Some(bytes))]).map(drop)
        })
    }

    fn delete_value(&mut self, within: Namespace, at: &[u8]) -> Result<(), StorageError> {
        let row = kv.filter(namespace.eq(within as i32)).filter(key.eq(at));
        self.0.write(|writer| diesel::delete(row).execute(&mut writer.connection)).map(drop)
    }
}
