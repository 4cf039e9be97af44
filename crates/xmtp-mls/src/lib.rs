//! XMTP groups, intents, commits and welcomes: the state machine of one installation.
