-- Rows are small: ids are blobs, times are nanoseconds, kinds and states are the numbers of the Rust enums, and the
-- 64 bytes that name a sender stand in a table of their own.

CREATE TABLE kv (
    namespace INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (namespace, key)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE senders (
    id INTEGER PRIMARY KEY,
    installation BLOB NOT NULL,
    inbox BLOB NOT NULL,
    UNIQUE (installation, inbox)
) STRICT;

-- The store gives positions itself and never one twice: see message_floor.
CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    group_id BLOB NOT NULL,
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
CREATE INDEX messages_by_time ON messages (group_id, sent_at);
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL;

-- The highest position of a message that was deleted while it was the newest; at most one row.
CREATE TABLE message_floor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE intents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id BLOB NOT NULL,
    kind INTEGER NOT NULL,
    data BLOB NOT NULL,
    message BLOB,
    should_push INTEGER NOT NULL,
    state INTEGER NOT NULL,
    payload_hash BLOB,
    payload BLOB,
    post_commit BLOB,
    epoch INTEGER,
    attempts INTEGER NOT NULL,
    error TEXT
) STRICT;
CREATE INDEX intents_by_group ON intents (group_id, state);
CREATE INDEX intents_by_hash ON intents (payload_hash) WHERE payload_hash IS NOT NULL;

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
