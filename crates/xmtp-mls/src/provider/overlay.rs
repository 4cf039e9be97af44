//! Writes that wait for the end of the transaction.
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt, mem,
};
use xmtp_storage::{KvWrites, Namespace, StorageError};
use zeroize::Zeroizing;

/// What will be written: a value, or `None` for "forget the key".
type Pending = Option<Zeroizing<Vec<u8>>>;

/// The MLS library's writes of one transaction, in memory until [`Overlay::flush`].
///
/// A job is what can be undone as one: [`Overlay::begin_job`] marks a point, [`Overlay::undo_job`] returns to it. An
/// overlay whose transaction is dropped must be dropped with it.
#[derive(Default)]
pub(crate) struct Overlay {
    pending: BTreeMap<Vec<u8>, Pending>,
    /// For each key that the job has touched, what was pending before the job: `None` if nothing was.
    before_job: BTreeMap<Vec<u8>, Option<Pending>>,
}

impl Overlay {
    /// Marks the point that [`Overlay::undo_job`] returns to.
    pub(crate) fn begin_job(&mut self) {
        self.before_job.clear();
    }

    /// Undoes every write since the last [`Overlay::begin_job`] or [`Overlay::flush`], whichever came later.
    pub(crate) fn undo_job(&mut self) {
        for (key, before) in mem::take(&mut self.before_job) {
            match before {
                Some(pending) => drop(self.pending.insert(key, pending)),
                None => drop(self.pending.remove(&key)),
            }
        }
    }

    /// Hands every pending write to `store`, each key once. Whether it succeeds or not, nothing is pending afterwards:
    /// after an error the transaction must be dropped.
    pub(crate) fn flush<S: KvWrites + ?Sized>(&mut self, store: &mut S) -> Result<(), StorageError> {
        self.before_job.clear();
        for (key, pending) in mem::take(&mut self.pending) {
            match pending {
                Some(value) => store.put_value(Namespace::Mls, &key, &value)?,
                None => store.delete_value(Namespace::Mls, &key)?,
            }
        }
        Ok(())
    }

    /// What is pending for `key`; `None` if the store must be asked.
    pub(super) fn pending(&self, key: &[u8]) -> Option<Option<&[u8]>> {
        self.pending.get(key).map(|pending| pending.as_ref().map(|value| value.as_slice()))
    }

    pub(super) fn write(&mut self, key: Vec<u8>, value: Pending) {
        match self.before_job.entry(key) {
            Entry::Occupied(touched) => drop(self.pending.insert(touched.key().clone(), value)),
            Entry::Vacant(untouched) => {
                let before = self.pending.insert(untouched.key().clone(), value);
                untouched.insert(before);
            }
        }
    }
}

impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overlay").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(byte: u8) -> Pending {
        Some(Zeroizing::new(vec![byte]))
    }

    #[test]
    fn undoing_a_job_restores_values_deletions_and_absences() {
        let mut overlay = Overlay::default();
        overlay.write(b"value".to_vec(), value(1));
        overlay.write(b"deleted".to_vec(), None);
        overlay.begin_job();
        for round in 2..4 {
            overlay.write(b"value".to_vec(), value(round));
            overlay.write(b"deleted".to_vec(), value(round));
            overlay.write(b"new".to_vec(), value(round));
        }
        overlay.undo_job();
        assert_eq!(overlay.pending(b"value"), Some(Some([1].as_slice())));
        assert_eq!(overlay.pending(b"deleted"), Some(None));
        assert_eq!(overlay.pending(b"new"), None);
    }

    #[test]
    fn debug_shows_no_value() {
        let mut overlay = Overlay::default();
        overlay.write(b"secret-key".to_vec(), Some(Zeroizing::new(b"secret-value".to_vec())));
        assert!(!format!("{overlay:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn an_undone_job_is_as_if_it_had_not_run(
            kept in proptest::collection::vec((0u8..6, proptest::option::of(any::<u8>())), 0..20),
            undone in proptest::collection::vec((0u8..6, proptest::option::of(any::<u8>())), 0..20),
        ) {
            let write = |overlay: &mut Overlay, writes: &[(u8, Option<u8>)]| {
                for (key, byte) in writes {
                    overlay.write(vec![*key], byte.and_then(value));
                }
            };
            let (mut plain, mut undo) = (Overlay::default(), Overlay::default());
            write(&mut plain, &kept);
            write(&mut undo, &kept);
            undo.begin_job();
            write(&mut undo, &undone);
            undo.undo_job();
            prop_assert_eq!(plain.pending, undo.pending);
        }
    }
}
