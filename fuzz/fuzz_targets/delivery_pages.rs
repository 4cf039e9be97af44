//! Pages of a network that keeps no rule, one after another: reading ends, or goes forward.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_delivery::fuzzing::read_pages(bytes));
