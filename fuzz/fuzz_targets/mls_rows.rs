//! What the state machine keeps in its own rows, damaged; and what other installations of one user tell.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_mls::fuzzing::decode_rows(bytes));
