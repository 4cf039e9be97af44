//! A database in which one column of one table holds anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_storage::fuzzing::read_damaged(bytes));
