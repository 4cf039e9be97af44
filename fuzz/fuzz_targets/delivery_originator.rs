//! The head of a group message, by the reader that moves cursors and by the one that judges: they agree what is a commit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_delivery::fuzzing::is_commit;
use xmtp_mls::peek::{ContentKind, public_parts};

fuzz_target!(|bytes: &[u8]| {
    let private = [&[0, 1, 0, 2], bytes].concat();
    let public = [&[0, 1, 0, 1], bytes].concat();
    for message in [bytes, &private, &public] {
        let is_commit = is_commit(message);
        if let Ok(parts) = public_parts(message) {
            assert_eq!(parts.content == ContentKind::Commit, is_commit);
        }
    }
});
