-- Changes of preferences in the order in which they became known; kind 3 is the root of the push keys and has no entity.
CREATE TABLE preferences (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    entity BLOB NOT NULL,
    state INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    source INTEGER NOT NULL
) STRICT;

-- What became of each commit: side 1 as this installation saw it, side 2 as the public log of the group says.
CREATE TABLE commit_log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id BLOB NOT NULL,
    side INTEGER NOT NULL,
    sequence_id INTEGER NOT NULL,
    last_authenticator BLOB NOT NULL,
    result INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    authenticator BLOB NOT NULL
) STRICT;
CREATE INDEX commit_log_by_group ON commit_log (group_id, side, sequence_id);

CREATE TABLE commit_log_states (
    group_id BLOB NOT NULL PRIMARY KEY,
    consensus_key BLOB,
    is_forked INTEGER,
    suspicion TEXT,
    uploaded INTEGER NOT NULL,
    downloaded INTEGER NOT NULL,
    compared INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE readds (
    group_id BLOB NOT NULL,
    installation BLOB NOT NULL,
    requested INTEGER,
    answered INTEGER,
    PRIMARY KEY (group_id, installation)
) STRICT, WITHOUT ROWID;
