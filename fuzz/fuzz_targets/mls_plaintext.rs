//! What members say once it is decrypted, group contexts, and what a welcome brings.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_mls::fuzzing::decode(bytes));
