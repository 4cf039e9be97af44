-- Who has asked to be removed from a group, until it has happened.
CREATE TABLE pending_removals (
    group_id BLOB NOT NULL,
    inbox BLOB NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (group_id, inbox)
) STRICT, WITHOUT ROWID;
