//! Topics and cursors at work: transports, ordering, retry and catch-up for XMTP envelopes.
