//! Writes that wait for the end of the transaction.
use std::{collections::BTreeMap, fmt, mem};
use xmtp_storage::{KvWrites, Namespace, StorageError};
use zeroize::Zeroizing;

/// What will be written: a value, or `None` for "forget the key".
type Pending = Option<Zeroizing<Vec<u8>>>;

/// The MLS library's writes of one transaction, in memory until [`Overlay::flush`].
///
/// A job is what can be undone as one: [`Overlay::begin_job`] opens it, [`Overlay::undo_job`] or [`Overlay::keep_job`]
/// ends it. Jobs nest. An overlay whose transaction is dropped must be dropped with it.
#[derive(Default)]
pub(crate) struct Overlay {
    pending: BTreeMap<Vec<u8>, Pending>,
    /// For each open job, the outermost first, and each key it has touched, what was pending before it: `None` if
    /// nothing was.
    jobs: Vec<BTreeMap<Vec<u8>, Option<Pending>>>,
}

impl Overlay {
    /// Opens a job inside the one that is open, if one is.
    pub(crate) fn begin_job(&mut self) {
        self.jobs.push(BTreeMap::new());
    }

    /// Ends the innermost job and undoes what it wrote; no effect if none is open.
    pub(crate) fn undo_job(&mut self) {
        for (key, before) in self.jobs.pop().unwrap_or_default() {
            match before {
                Some(pending) => drop(self.pending.insert(key, pending)),
                None => drop(self.pending.remove(&key)),
            }
        }
    }

    /// Ends the innermost job and keeps what it wrote: from here on it is part of the job around it.
    pub(crate) fn keep_job(&mut self) {
        let kept = self.jobs.pop().unwrap_or_default();
        if let Some(outer) = self.jobs.last_mut() {
            for (key, before) in kept {
                outer.entry(key).or_insert(before);
            }
        }
    }

    /// Hands every pending write to `store`, each key once. Whether it succeeds or not, nothing is pending afterwards:
    /// after an error the transaction must be dropped.
    pub(crate) fn flush<S: KvWrites + ?Sized>(&mut self, store: &mut S) -> Result<(), StorageError> {
        self.jobs.clear();
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
        let before = self.pending.insert(key.clone(), value);
        if let Some(job) = self.jobs.last_mut() {
            job.entry(key).or_insert(before);
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
    fn a_kept_job_is_undone_with_the_one_around_it() {
        let mut overlay = Overlay::default();
        overlay.write(b"key".to_vec(), value(1));
        overlay.begin_job();
        overlay.begin_job();
        overlay.write(b"key".to_vec(), value(2));
        overlay.write(b"new".to_vec(), value(2));
        overlay.keep_job();
        assert_eq!(overlay.pending(b"key"), Some(Some([2].as_slice())));
        overlay.undo_job();
        assert_eq!((overlay.pending(b"key"), overlay.pending(b"new")), (Some(Some([1].as_slice())), None));
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
