//! The ledger beside its model, on logs that the bytes choose: who does what to an inbox, allowed or not. Signatures are
//! taken as verified, so that a log costs nothing.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xmtp_identity::fuzzing::fold_beside_model(bytes));
