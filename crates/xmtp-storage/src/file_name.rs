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
    format!("xmtp-{env}-{inbox}.db3")
}
