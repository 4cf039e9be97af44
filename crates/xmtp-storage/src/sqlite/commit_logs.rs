//! Commit logs on disk.
use super::{
    convert::{bound, from_sequence_id, to_id, to_sequence_id},
    schema::{commit_log, commit_log_states, readds},
    session::{Connected, Session, Writing},
};
use crate::{CommitLogReads, CommitLogRow, CommitLogSide, CommitLogState, CommitLogWrites, ReaddRow, StorageError};
use diesel::prelude::*;
use xmtp_types::{CommitResult, Epoch, GroupId, InstallationId, SequenceId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = commit_log, check_for_backend(diesel::sqlite::Sqlite))]
struct Entry {
    position: i64,
    sequence_id: i64,
    last_authenticator: Vec<u8>,
    result: i32,
    epoch: i64,
    authenticator: Vec<u8>,
}

type State = (Option<Vec<u8>>, Option<bool>, Option<String>, i64, i64, i64);

type Request = (Vec<u8>, Vec<u8>, Option<i64>, Option<i64>);

impl<T: Connected> CommitLogReads for Session<T> {
    fn commit_log(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        position: u64,
        limit: u32,
    ) -> Result<Vec<(u64, CommitLogRow)>, StorageError> {
        let rows = commit_log::table
            .filter(commit_log::group_id.eq(group.as_bytes()))
            .filter(commit_log::side.eq(side as i32))
            .filter(commit_log::position.gt(bound(position)))
            .order(commit_log::position)
            .limit(i64::from(limit))
            .select(Entry::as_select());
        self.0.query(|connection| rows.load(connection))?.into_iter().map(to_entry).collect()
    }

    fn newest_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
    ) -> Result<Option<(u64, CommitLogRow)>, StorageError> {
        let row = commit_log::table
            .filter(commit_log::group_id.eq(group.as_bytes()))
            .filter(commit_log::side.eq(side as i32))
            .order(commit_log::position.desc())
            .select(Entry::as_select());
        self.0.query(|connection| row.get_result(connection).optional())?.map(to_entry).transpose()
    }

    fn logged_commit(
        &mut self,
        group: &GroupId,
        side: CommitLogSide,
        commit: SequenceId,
    ) -> Result<Option<CommitLogRow>, StorageError> {
        let row = commit_log::table
            .filter(commit_log::group_id.eq(group.as_bytes()))
            .filter(commit_log::side.eq(side as i32))
            .filter(commit_log::sequence_id.eq(bound(commit.as_u64())))
            .order(commit_log::position.desc())
            .select(Entry::as_select());
        let row = self.0.query(|connection| row.get_result(connection).optional())?;
        row.map(|row| to_entry(row).map(|(_, row)| row)).transpose()
    }

    fn commit_log_state(&mut self, group: &GroupId) -> Result<CommitLogState, StorageError> {
        use commit_log_states::{compared, consensus_key, downloaded, is_forked, suspicion, uploaded};
        let row = commit_log_states::table.find(group.as_bytes());
        let row = row.select((consensus_key, is_forked, suspicion, uploaded, downloaded, compared));
        let row: Option<State> = self.0.query(|connection| row.get_result(connection).optional())?;
        let Some((key, forked, why, up, down, seen)) = row else { return Ok(CommitLogState::default()) };
        Ok(CommitLogState {
            consensus_key: key
                .map(|key| to_id(&key, "key of a commit log"))
                .transpose()?
                .map(InstallationId::from_bytes),
            is_forked: forked,
            suspicion: why,
            uploaded: up.cast_unsigned(),
            downloaded: to_sequence_id(down)?,
            compared: seen.cast_unsigned(),
        })
    }

    fn readd(&mut self, group: &GroupId, installation: &InstallationId) -> Result<ReaddRow, StorageError> {
        let row = readds::table.find((group.as_bytes(), installation.as_bytes().as_slice()));
        let row = row.select((readds::requested, readds::answered));
        let row: Option<(Option<i64>, Option<i64>)> =
            self.0.query(|connection| row.get_result(connection).optional())?;
        row.map_or(Ok(ReaddRow::default()), to_readd)
    }

    fn open_readds(&mut self) -> Result<Vec<(GroupId, InstallationId)>, StorageError> {
        let rows = readds::table.filter(readds::requested.is_not_null());
        let rows = rows.order((readds::group_id, readds::installation));
        let rows = rows.select((readds::group_id, readds::installation, readds::requested, readds::answered));
        let rows: Vec<Request> = self.0.query(|connection| rows.load(connection))?;
        let mut open = Vec::new();
        for (group, installation, requested, answered) in rows {
            if to_readd((requested, answered))?.is_open() {
                let installation = to_id(&installation, "installation id").map(InstallationId::from_bytes)?;
                open.push((GroupId::from(group), installation));
            }
        }
        Ok(open)
    }
}

impl CommitLogWrites for Session<Writing<'_>> {
    fn append_commit(&mut self, group: &GroupId, side: CommitLogSide, row: &CommitLogRow) -> Result<(), StorageError> {
        let values = (
            commit_log::group_id.eq(group.as_bytes()),
            commit_log::side.eq(side as i32),
            commit_log::sequence_id.eq(from_sequence_id(row.commit)?),
            commit_log::last_authenticator.eq(&row.last_authenticator),
            commit_log::result.eq(row.result as i32),
            commit_log::epoch.eq(bound(row.epoch.as_u64())),
            commit_log::authenticator.eq(&row.authenticator),
        );
        let insert = diesel::insert_into(commit_log::table).values(values);
        self.0.write(|writer| insert.execute(&mut writer.connection)).map(drop)
    }

    fn put_commit_log_state(&mut self, group: &GroupId, state: &CommitLogState) -> Result<(), StorageError> {
        use commit_log_states::{compared, consensus_key, downloaded, group_id, is_forked, suspicion, uploaded};
        let key = state.consensus_key.as_ref().map(|key| key.as_bytes().as_slice());
        let values = (
            group_id.eq(group.as_bytes()),
            consensus_key.eq(key),
            is_forked.eq(state.is_forked),
            suspicion.eq(state.suspicion.as_deref()),
            uploaded.eq(bound(state.uploaded)),
            downloaded.eq(from_sequence_id(state.downloaded)?),
            compared.eq(bound(state.compared)),
        );
        let replace = diesel::replace_into(commit_log_states::table).values(values);
        self.0.write(|writer| replace.execute(&mut writer.connection)).map(drop)
    }

    fn put_readd(
        &mut self,
        group: &GroupId,
        installation: &InstallationId,
        row: &ReaddRow,
    ) -> Result<(), StorageError> {
        let values = (
            readds::group_id.eq(group.as_bytes()),
            readds::installation.eq(installation.as_bytes().as_slice()),
            readds::requested.eq(row.requested.map(from_sequence_id).transpose()?),
            readds::answered.eq(row.answered.map(from_sequence_id).transpose()?),
        );
        let replace = diesel::replace_into(readds::table).values(values);
        self.0.write(|writer| replace.execute(&mut writer.connection)).map(drop)
    }
}

fn to_entry(entry: Entry) -> Result<(u64, CommitLogRow), StorageError> {
    let epoch = u64::try_from(entry.epoch).map_err(|_| StorageError::Damaged("epoch of a commit log"))?;
    let row = CommitLogRow {
        commit: to_sequence_id(entry.sequence_id)?,
        last_authenticator: entry.last_authenticator,
        result: CommitResult::from_number(entry.result),
        epoch: Epoch::from(epoch),
        authenticator: entry.authenticator,
    };
    Ok((entry.position.cast_unsigned(), row))
}

fn to_readd((requested, answered): (Option<i64>, Option<i64>)) -> Result<ReaddRow, StorageError> {
    Ok(ReaddRow {
        requested: requested.map(to_sequence_id).transpose()?,
        answered: answered.map(to_sequence_id).transpose()?,
    })
}
