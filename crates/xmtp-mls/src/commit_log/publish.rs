//! Telling the public log what became of commits.
use super::wire;
use crate::{EngineError, Session};
use xmtp_crypto::InstallationKey;
use xmtp_storage::{CommitLogSide, ConversationKind, GroupRow, Namespace, StorageError};
use xmtp_types::{GroupId, SequenceId, SignedCommit};

/// Keys that this installation made to sign logs of groups that have none, by group.
const SIGNER: &[u8] = b"commit-log-signer:";
/// Entries of one group told at a time.
const ENTRIES: u32 = 100;

/// What is to be told about one group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Publication {
    /// The entries, signed, in order. Can be empty.
    pub entries: Vec<SignedCommit>,
    /// The group.
    pub group: GroupId,
    /// The position of the last entry. Hand it to [`Session::commit_log_published`].
    pub position: u64,
}

impl Session<'_> {
    /// What this installation is to tell the public logs of its groups.
    ///
    /// # Errors
    /// [`EngineError`] if the store cannot be read or a key cannot be made.
    pub fn commit_log_publications(&mut self) -> Result<Vec<Publication>, EngineError> {
        let rows = self.wanted_conversations()?;
        let mut publications = Vec::new();
        for row in rows {
            let state = self.tx().commit_log_state(&row.id)?;
            let local = self.tx().commit_log(&row.id, CommitLogSide::Local, state.uploaded, ENTRIES)?;
            let Some((position, _)) = local.last() else { continue };
            // FORK.R7
            if state.is_forked == Some(true) || !self.tells(&row)? {
                continue;
            }
            let Some(key) = self.signer(&row.id)? else { continue };
            let commits = local.iter().map(|(_, row)| row).filter(|row| row.commit != SequenceId::ZERO);
            let entries = commits.map(|commit| sign(&key, &row.id, wire::encode(&row.id, commit))).collect();
            publications.push(Publication { entries, group: row.id, position: *position });
        }
        Ok(publications)
    }

    /// Notes that a group's entries up to this position are in its public log.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn commit_log_published(&mut self, group: &GroupId, position: u64) -> Result<(), EngineError> {
        let mut state = self.tx().commit_log_state(group)?;
        state.uploaded = state.uploaded.max(position);
        Ok(self.tx().put_commit_log_state(group, &state)?)
    }

    /// Whether it is this installation's part to tell: super admins of a group do, and both sides of a direct one.
    fn tells(&mut self, row: &GroupRow) -> Result<bool, EngineError> {
        let own = self.own.inbox();
        Ok(row.kind == ConversationKind::Dm || self.is_super_admin(&row.id, &own)?)
    }

    /// The key to sign with: the one whose entries count, or, as long as none does, the one that members share, or one
    /// made here.
    fn signer(&mut self, group: &GroupId) -> Result<Option<InstallationKey>, EngineError> {
        let counts = self.tx().commit_log_state(group)?.consensus_key;
        let place = [SIGNER, group.as_bytes()].concat();
        let shared = self.commit_log_signer(group)?;
        let kept = self.tx().value(Namespace::Installation, &place)?;
        let kept = kept.map(|seed| {
            let seed =
                <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| StorageError::Damaged("key of a commit log"))?;
            Ok::<_, StorageError>(InstallationKey::from_seed(&seed))
        });
        let known = [shared, kept.transpose()?];
        if let Some(key) = known.into_iter().flatten().find(|key| counts.is_none_or(|counts| counts == key.id())) {
            return Ok(Some(key));
        }
        if counts.is_some() {
            return Ok(None);
        }
        let made = InstallationKey::generate()?;
        self.tx().put_value(Namespace::Installation, &place, &*made.seed())?;
        Ok(Some(made))
    }
}

fn sign(key: &InstallationKey, group: &GroupId, entry: Vec<u8>) -> SignedCommit {
    let signature = key.sign_plain(&entry).to_vec();
    SignedCommit { group: group.clone(), entry, signature, public_key: key.id().as_bytes().to_vec() }
}
