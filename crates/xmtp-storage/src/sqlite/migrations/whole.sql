-- The tables as the steps leave them, so that a new database need not take those. A test holds the two together.
--
-- Rows are small: ids are blobs, times are nanoseconds, kinds and states are the numbers of the Rust enums; the 64 bytes
-- that name a sender, and the id of a conversation, stand once in a table of their own.

CREATE TABLE groups (
    id BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    status INTEGER NOT NULL,
    status_detail TEXT,
    status_commit INTEGER,
    created_at INTEGER NOT NULL,
    added_by BLOB NOT NULL,
    dm_peer BLOB,
    welcome INTEGER,
    installations_checked_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    last_message_at INTEGER,
    disappear_from_ns INTEGER,
    disappear_in_ns INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_by_dm_peer ON groups (dm_peer) WHERE dm_peer IS NOT NULL;

-- The order in which conversations came, which outlives every change of one.
CREATE TABLE conversations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id BLOB NOT NULL UNIQUE
) STRICT;

-- Who has asked to be removed from a group, until it has happened.
CREATE TABLE pending_removals (
    group_id BLOB NOT NULL,
    inbox BLOB NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (group_id, inbox)
) STRICT, WITHOUT ROWID;

CREATE TABLE senders (
    id INTEGER PRIMARY KEY,
    installation BLOB NOT NULL,
    inbox BLOB NOT NULL,
    UNIQUE (installation, inbox)
) STRICT;

-- The store gives positions itself and never one twice: see message_floor. A message names its conversation by number and
-- is found by eight of the 32 bytes of its id: what stands in an index stands twice in the file.
CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    conversation INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    status INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    sequence_id INTEGER,
    content_type TEXT NOT NULL,
    reference BLOB,
    content BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    expires_at INTEGER
) STRICT;
CREATE INDEX messages_by_id ON messages (substr(id, 1, 8));
CREATE INDEX messages_by_time ON messages (conversation, sent_at);
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL;
-- What answers, reacts to or deletes a message is found from it.
CREATE INDEX messages_by_reference ON messages (reference) WHERE reference IS NOT NULL;

-- The highest position of a message that was deleted while it was the newest; at most one row.
CREATE TABLE message_floor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    position INTEGER NOT NULL
) STRICT;

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

-- An intent is written with every message that is sent and soon gone again. The store gives ids itself, and what is looked
-- for stands before what is long.
CREATE TABLE intents (
    id INTEGER PRIMARY KEY,
    group_id BLOB NOT NULL,
    state INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    should_push INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    epoch INTEGER,
    message BLOB,
    payload_hash BLOB,
    error TEXT,
    data BLOB NOT NULL,
    payload BLOB,
    post_commit BLOB
) STRICT;

-- A value may fill a page here. In an index no more than a quarter of a page of it would stand in its place.
CREATE TABLE kv (
    id INTEGER PRIMARY KEY,
    namespace INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (namespace, key)
) STRICT;

CREATE TABLE cursors (
    topic BLOB NOT NULL,
    originator INTEGER NOT NULL,
    sequence_id INTEGER NOT NULL,
    PRIMARY KEY (topic, originator)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity_updates (
    inbox BLOB NOT NULL,
    sequence_id INTEGER NOT NULL,
    server_time INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (inbox, sequence_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
    kind INTEGER NOT NULL,
    entity BLOB NOT NULL,
    state INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (kind, entity)
) STRICT, WITHOUT ROWID;

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
