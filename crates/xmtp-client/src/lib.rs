//! The XMTP client: registers, publishes, syncs and streams for one installation.
