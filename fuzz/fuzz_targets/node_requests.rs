//! What clients of a node ask it to keep.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_node::fuzzing::accept(bytes));
