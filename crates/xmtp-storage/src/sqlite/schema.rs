//! The tables as diesel sees them; `migrations/` makes them.
use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    kv (namespace, key) {
        namespace -> Integer,
        key -> Binary,
        value -> Binary,
    }
}

table! {
    groups (id) {
        id -> Binary,
        kind -> Integer,
        status -> Integer,
        status_detail -> Nullable<Text>,
        status_commit -> Nullable<BigInt>,
        created_at -> BigInt,
        added_by -> Binary,
        dm_peer -> Nullable<Binary>,
        welcome -> Nullable<BigInt>,
        installations_checked_at -> BigInt,
        rotated_at -> BigInt,
        last_message_at -> Nullable<BigInt>,
        disappear_from_ns -> Nullable<BigInt>,
        disappear_in_ns -> Nullable<BigInt>,
    }
}

table! {
    senders (id) {
        id -> BigInt,
        installation -> Binary,
        inbox -> Binary,
    }
}

table! {
    messages (position) {
        position -> BigInt,
        id -> Binary,
        conversation -> BigInt,
        kind -> Integer,
        status -> Integer,
        sender -> BigInt,
        sent_at -> BigInt,
        sequence_id -> Nullable<BigInt>,
        content_type -> Text,
        reference -> Nullable<Binary>,
        content -> Binary,
        idempotency_key -> Text,
        expires_at -> Nullable<BigInt>,
    }
}

table! {
    message_floor (id) {
        id -> Integer,
        position -> BigInt,
    }
}

table! {
    intents (id) {
        id -> BigInt,
        group_id -> Binary,
        state -> Integer,
        kind -> Integer,
        should_push -> Bool,
        attempts -> BigInt,
        epoch -> Nullable<BigInt>,
        message -> Nullable<Binary>,
        payload_hash -> Nullable<Binary>,
        error -> Nullable<Text>,
        data -> Binary,
        payload -> Nullable<Binary>,
        post_commit -> Nullable<Binary>,
    }
}

table! {
    cursors (topic, originator) {
        topic -> Binary,
        originator -> BigInt,
        sequence_id -> BigInt,
    }
}

table! {
    identity_updates (inbox, sequence_id) {
        inbox -> Binary,
        sequence_id -> BigInt,
        server_time -> BigInt,
        payload -> Binary,
    }
}

table! {
    consents (kind, entity) {
        kind -> Integer,
        entity -> Binary,
        state -> Integer,
        decided_at -> BigInt,
    }
}

table! {
    preferences (position) {
        position -> BigInt,
        kind -> Integer,
        entity -> Binary,
        state -> Integer,
        decided_at -> BigInt,
        source -> Integer,
    }
}

table! {
    commit_log (position) {
        position -> BigInt,
        group_id -> Binary,
        side -> Integer,
        sequence_id -> BigInt,
        last_authenticator -> Binary,
        result -> Integer,
        epoch -> BigInt,
        authenticator -> Binary,
    }
}

table! {
    commit_log_states (group_id) {
        group_id -> Binary,
        consensus_key -> Nullable<Binary>,
        is_forked -> Nullable<Bool>,
        suspicion -> Nullable<Text>,
        uploaded -> BigInt,
        downloaded -> BigInt,
        compared -> BigInt,
    }
}

table! {
    readds (group_id, installation) {
        group_id -> Binary,
        installation -> Binary,
        requested -> Nullable<BigInt>,
        answered -> Nullable<BigInt>,
    }
}

table! {
    pending_removals (group_id, inbox) {
        group_id -> Binary,
        inbox -> Binary,
        message -> Binary,
    }
}

table! {
    conversations (position) {
        position -> BigInt,
        group_id -> Binary,
    }
}

table! {
    deletions (position) {
        position -> BigInt,
        message -> Binary,
        group_id -> Binary,
        cause -> Integer,
        deleted_by -> Nullable<Binary>,
        at -> BigInt,
    }
}

table! {
    early_deletions (request) {
        request -> Binary,
        message -> Binary,
        group_id -> Binary,
        sender -> Binary,
        is_super_admin -> Bool,
    }
}

allow_tables_to_appear_in_same_query!(groups, consents);
allow_tables_to_appear_in_same_query!(groups, conversations);
allow_tables_to_appear_in_same_query!(messages, groups);
allow_tables_to_appear_in_same_query!(messages, conversations);
allow_tables_to_appear_in_same_query!(messages, senders);
