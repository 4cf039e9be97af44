//! The remote account: what the public log of a group says, as far as it is sound.
use super::wire;
use crate::{EngineError, Session, group::extensions};
use xmtp_crypto::{InstallationKey, verify_plain};
use xmtp_storage::{CommitLogRow, CommitLogSide, ConsentState, GroupQuery, GroupRow, StorageError};
use xmtp_types::{CommitResult, GroupId, InstallationId, LoggedCommit, SequenceId};

impl Session<'_> {
    /// Conversations whose public log may tell something new of this installation, each with the number of the entry that
    /// was read last: those that are wanted and in which the newest that happened is a commit, about which the two accounts
    /// have not agreed yet. About a group that was only made or joined since, no log can tell anything.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn commit_logs_wanted(&mut self) -> Result<Vec<(GroupId, SequenceId)>, EngineError> {
        let rows = self.wanted_conversations()?;
        let mut wanted = Vec::new();
        for row in rows {
            let newest = self.tx().newest_commit(&row.id, CommitLogSide::Local)?;
            let Some((position, _)) = newest.filter(|(_, row)| row.commit != SequenceId::ZERO) else { continue };
            let state = self.tx().commit_log_state(&row.id)?;
            if position > state.compared {
                wanted.push((row.id, state.downloaded));
            }
        }
        Ok(wanted)
    }

    /// Takes over what the public log of a group says.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read or written.
    pub fn hear_commit_log(&mut self, group: &GroupId, entries: &[LoggedCommit]) -> Result<(), EngineError> {
        let mut state = self.tx().commit_log_state(group)?;
        let known_to_members = self.commit_log_signer(group)?.map(|key| key.id());
        let mut newest = self.tx().newest_commit(group, CommitLogSide::Remote)?.map(|(_, row)| row);
        for logged in entries {
            state.downloaded = state.downloaded.max(logged.sequence_id);
            let Some((key, row)) = read(group, logged) else { continue };
            // FORK.R4
            if *state.consensus_key.get_or_insert(known_to_members.unwrap_or(key)) != key {
                continue;
            }
            if newest.as_ref().is_none_or(|newest| follows(newest, &row)) {
                self.tx().append_commit(group, CommitLogSide::Remote, &row)?;
                newest = Some(row);
            }
        }
        Ok(self.tx().put_commit_log_state(group, &state)?)
    }

    /// Conversations that are wanted, hidden ones left out.
    pub(super) fn wanted_conversations(&self) -> Result<Vec<GroupRow>, StorageError> {
        let query = GroupQuery { consent: vec![ConsentState::Allowed], is_active: Some(true), ..GroupQuery::default() };
        self.tx().groups(&query)
    }

    /// The key that members share to sign the public log, if the group has one.
    pub(super) fn commit_log_signer(&mut self, group: &GroupId) -> Result<Option<InstallationKey>, EngineError> {
        let mls = self.take_group(group)?;
        let metadata = extensions::mutable_metadata(mls.extensions())?;
        self.keep_group(group, mls);
        let seed =
            metadata.attribute(crate::group::metadata::COMMIT_LOG_SIGNER).and_then(|text| hex::decode(text).ok());
        let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed).ok());
        Ok(seed.map(|seed| InstallationKey::from_seed(&seed)))
    }
}

/// An entry whose signature is that of the key it names.
fn read(group: &GroupId, logged: &LoggedCommit) -> Option<(InstallationId, CommitLogRow)> {
    let key = InstallationId::try_from(logged.signed.public_key.as_slice()).ok()?;
    let row = wire::decode(group, &logged.signed.entry)?;
    verify_plain(&key, &logged.signed.entry, &logged.signed.signature).ok()?;
    Some((key, row))
}

/// Whether an entry can be the next one: a commit that was applied leads on from the state before, another one leaves it.
fn follows(newest: &CommitLogRow, row: &CommitLogRow) -> bool {
    // FORK.R5
    if row.commit <= newest.commit {
        return false;
    }
    match row.result {
        CommitResult::Applied => {
            let links = newest.authenticator.is_empty() || row.last_authenticator == newest.authenticator;
            links && row.epoch.as_u64() == newest.epoch.as_u64().saturating_add(1)
        }
        _ => row.authenticator == newest.authenticator && row.epoch == newest.epoch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_types::Epoch;

    fn entry(commit: u64, result: CommitResult, last: u8, epoch: u64, authenticator: u8) -> CommitLogRow {
        CommitLogRow {
            commit: SequenceId::new(commit),
            last_authenticator: vec![last; 32],
            result,
            epoch: Epoch::from(epoch),
            authenticator: vec![authenticator; 32],
        }
    }

    #[test] // FORK.R5
    fn an_entry_leads_on_from_the_state_before_it_or_leaves_it() {
        let newest = entry(10, CommitResult::Applied, 1, 4, 2);
        for (sound, row) in [
            (true, entry(11, CommitResult::Applied, 2, 5, 3)),
            (true, entry(20, CommitResult::WrongEpoch, 2, 4, 2)),
            (false, entry(10, CommitResult::Applied, 2, 5, 3)),
            (false, entry(11, CommitResult::Applied, 9, 5, 3)),
            (false, entry(11, CommitResult::Applied, 2, 6, 3)),
            (false, entry(11, CommitResult::Invalid, 2, 5, 2)),
            (false, entry(11, CommitResult::Undecryptable, 2, 4, 3)),
        ] {
            assert_eq!(follows(&newest, &row), sound, "{row:?}");
        }
    }

    #[test] // FORK.R3
    fn an_entry_about_another_group_or_no_commit_or_with_a_false_signature_is_none() {
        let (group, other) = (GroupId::from([1; 16]), GroupId::from([2; 16]));
        let key = InstallationKey::from_seed(&[7; 32]);
        let signed = |of: &GroupId, row: &CommitLogRow| {
            let entry = wire::encode(of, row);
            let signature = key.sign_plain(&entry).to_vec();
            let public_key = key.id().as_bytes().to_vec();
            let signed = xmtp_types::SignedCommit { group: group.clone(), entry, signature, public_key };
            LoggedCommit { sequence_id: SequenceId::new(1), signed }
        };
        let good = entry(5, CommitResult::Applied, 1, 4, 2);
        assert_eq!(read(&group, &signed(&group, &good)), Some((key.id(), good.clone())));
        assert_eq!(read(&group, &signed(&other, &good)), None);
        assert_eq!(read(&group, &signed(&group, &entry(0, CommitResult::Applied, 1, 4, 2))), None);
        let mut forged = signed(&group, &good);
        forged.signed.entry = wire::encode(&group, &entry(6, CommitResult::Applied, 1, 4, 2));
        assert_eq!(read(&group, &forged), None);
    }
}
