-- What answers, reacts to or deletes a message is found from it.
CREATE INDEX messages_by_reference ON messages (reference) WHERE reference IS NOT NULL;

-- The order in which conversations came, which outlives every change of one.
CREATE TABLE conversations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id BLOB NOT NULL UNIQUE
) STRICT;
INSERT INTO conversations (group_id) SELECT id FROM groups ORDER BY created_at, id;

-- Messages that are not shown any more. An expired one is gone; one that a member deleted stays.
CREATE TABLE deletions (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    message BLOB NOT NULL UNIQUE,
    group_id BLOB NOT NULL,
    cause INTEGER NOT NULL,
    deleted_by BLOB,
    at INTEGER NOT NULL
) STRICT;

-- Wishes to delete a message that is not there yet.
CREATE TABLE early_deletions (
    request BLOB NOT NULL PRIMARY KEY,
    message BLOB NOT NULL,
    group_id BLOB NOT NULL,
    sender BLOB NOT NULL,
    is_super_admin INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX early_deletions_by_message ON early_deletions (message);
