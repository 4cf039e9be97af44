//! What a node answers to each call.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_delivery::fuzzing::read_answers(bytes));
