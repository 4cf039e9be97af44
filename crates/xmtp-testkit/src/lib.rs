//! A world of XMTP users, wallets, node, faults and clock in one process, for tests.
