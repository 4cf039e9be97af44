-- A message names its conversation by number, and is found by eight of the 32 bytes of its id: what stands in an index
-- stands twice in the file. Two ids may share those eight bytes, so nothing but the whole id tells whether they are one.
INSERT OR IGNORE INTO conversations (group_id) SELECT group_id FROM messages ORDER BY position;
CREATE TABLE short_messages (
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
INSERT INTO short_messages
    SELECT messages.position, id, conversations.position, kind, status, sender, sent_at, sequence_id, content_type, reference,
        content, idempotency_key, expires_at
    FROM messages JOIN conversations USING (group_id) ORDER BY messages.position;
DROP TABLE messages;
ALTER TABLE short_messages RENAME TO messages;
CREATE INDEX messages_by_id ON messages (substr(id, 1, 8));
CREATE INDEX messages_by_time ON messages (conversation, sent_at);
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX messages_by_reference ON messages (reference) WHERE reference IS NOT NULL;
