//! The head of an MLS message, which a node and a client read before anything else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_mls::peek::public_parts;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parts) = public_parts(bytes) {
        assert!(!parts.group.as_bytes().is_empty());
        let followed = [bytes, b"something behind it"].concat();
        assert_eq!(public_parts(&followed), Ok(parts));
    }
});
