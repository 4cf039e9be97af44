//! An XMTP network node: the v3 API over one append-only SQLite log.
