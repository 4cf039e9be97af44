//! What a database file is called.
use xmtp_types::InboxId;

/// The name of the database file of `inbox` on the network `env`: `xmtp-<env>-<inbox id>.db3`, as users of the
/// official clients know it. The environment is part of it so that two networks never share a file.
///
/// ```
/// use xmtp_storage::database_file_name;
/// use xmtp_types::InboxId;
///
/// let name = database_file_name("dev", &InboxId::from_bytes([0xab; 32]));
/// assert_eq!(name, format!("xmtp-dev-{}.db3", "ab".repeat(32)));
/// ```
pub fn database_file_name(env: &str, inbox: &InboxId) -> String {
    // STORE.R12
    format!("xmtp-{env}-{inbox}.db3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test] // STORE.R12
    fn networks_and_inboxes_never_share_a_file() {
        let [one, other] = [1, 2].map(|byte| InboxId::from_bytes([byte; 32]));
        let name = database_file_name("local", &one);
        assert_eq!(name, format!("xmtp-local-{}.db3", "01".repeat(32)));
        assert_ne!(name, database_file_name("dev", &one));
        assert_ne!(name, database_file_name("local", &other));
    }
}
