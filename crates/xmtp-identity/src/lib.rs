//! The XMTP identity ledger: inboxes, identities and installations as a fold over signed updates.
