//! The tables, as diesel sees them. The SQL is in `migrations/`.

diesel::table! {
    group_messages (id) {
        id -> BigInt,
        group_id -> Binary,
        created_ns -> BigInt,
        data -> Binary,
        hash -> Binary,
        sender_hmac -> Binary,
        should_push -> Bool,
        is_commit -> Bool,
    }
}

diesel::table! {
    welcomes (id) {
        id -> BigInt,
        destination -> Binary,
        created_ns -> BigInt,
        is_pointer -> Bool,
        data -> Binary,
        hash -> Binary,
        hpke_public_key -> Binary,
        algorithm -> Integer,
        metadata -> Binary,
    }
}

diesel::table! {
    key_packages (id) {
        id -> BigInt,
        installation_id -> Binary,
        created_ns -> BigInt,
        data -> Binary,
    }
}

diesel::table! {
    commit_log (id) {
        id -> BigInt,
        group_id -> Binary,
        created_ns -> BigInt,
        entry -> Binary,
        signature -> Binary,
        public_key -> Binary,
    }
}

diesel::table! {
    identity_updates (id) {
        id -> BigInt,
        inbox_id -> Binary,
        created_ns -> BigInt,
        identity_update -> Binary,
    }
}

diesel::table! {
    inboxes (inbox_id) {
        inbox_id -> Binary,
        updates -> Integer,
        state -> Binary,
    }
}

diesel::table! {
    addresses (identifier, kind, association_id) {
        identifier -> Text,
        kind -> Integer,
        association_id -> BigInt,
        inbox_id -> Binary,
        revocation_id -> Nullable<BigInt>,
    }
}
