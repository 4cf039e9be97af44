//! XMTP agents in a few lines: handlers, filters and replies over the client.
