-- An intent is written with every message that is sent and soon gone again. The store gives ids itself, which saves a
-- table that counts them, and what is looked for stands before what is long.
CREATE TABLE queued_intents (
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
INSERT INTO queued_intents
    SELECT id, group_id, state, kind, should_push, attempts, epoch, message, payload_hash, error, data, payload, post_commit
    FROM intents;
DROP TABLE intents;
ALTER TABLE queued_intents RENAME TO intents;
CREATE INDEX intents_by_group ON intents (group_id, state);
CREATE INDEX intents_by_hash ON intents (payload_hash) WHERE payload_hash IS NOT NULL;
