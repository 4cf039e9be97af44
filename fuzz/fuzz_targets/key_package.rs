//! A key package of a stranger, judged before its owner is added or a node keeps it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_mls::key_package::verify;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(package) = verify(bytes) {
        assert!(package.valid_from() < package.expires_at());
        let recipient = package.welcome_recipient();
        assert!(!recipient.to_bytes().is_empty());
    }
});
