CREATE TABLE group_messages (
    id INTEGER PRIMARY KEY NOT NULL,
    group_id BLOB NOT NULL,
    created_ns BIGINT NOT NULL,
    data BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    sender_hmac BLOB NOT NULL,
    should_push BOOLEAN NOT NULL,
    is_commit BOOLEAN NOT NULL
);
CREATE INDEX group_messages_by_group ON group_messages (group_id, id);

CREATE TABLE welcomes (
    id INTEGER PRIMARY KEY NOT NULL,
    destination BLOB NOT NULL,
    created_ns BIGINT NOT NULL,
    is_pointer BOOLEAN NOT NULL,
    data BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    hpke_public_key BLOB NOT NULL,
    algorithm INTEGER NOT NULL,
    metadata BLOB NOT NULL
);
CREATE INDEX welcomes_by_destination ON welcomes (destination, id);

CREATE TABLE key_packages (
    id INTEGER PRIMARY KEY NOT NULL,
    installation_id BLOB NOT NULL,
    created_ns BIGINT NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX key_packages_by_installation ON key_packages (installation_id, id);

CREATE TABLE commit_log (
    id INTEGER PRIMARY KEY NOT NULL,
    group_id BLOB NOT NULL,
    created_ns BIGINT NOT NULL,
    entry BLOB NOT NULL,
    signature BLOB NOT NULL,
    public_key BLOB NOT NULL
);
CREATE INDEX commit_log_by_group ON commit_log (group_id, id);

CREATE TABLE identity_updates (
    id INTEGER PRIMARY KEY NOT NULL,
    inbox_id BLOB NOT NULL,
    created_ns BIGINT NOT NULL,
    identity_update BLOB NOT NULL
);
CREATE INDEX identity_updates_by_inbox ON identity_updates (inbox_id, id);

CREATE TABLE inboxes (
    inbox_id BLOB PRIMARY KEY NOT NULL,
    updates INTEGER NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE addresses (
    identifier TEXT NOT NULL,
    kind INTEGER NOT NULL,
    association_id BIGINT NOT NULL,
    inbox_id BLOB NOT NULL,
    revocation_id BIGINT,
    PRIMARY KEY (identifier, kind, association_id)
) WITHOUT ROWID;
