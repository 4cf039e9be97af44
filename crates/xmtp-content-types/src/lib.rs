//! What an XMTP application says, to bytes and back.
