//! What a server gives in place of a sealed file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_crypto::{CryptoError, attachment::AttachmentKeys, hash};

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let Ok(keys) = AttachmentKeys::from_slices(&[1; 32], &[2; 32], &[3; 12]) else { return };
    let digest = hash::sha256(bytes);
    assert!(keys.open(&digest, bytes) == Err(CryptoError::DecryptionFailed));
    let Ok(mut checker) = keys.checker() else { return };
    for piece in bytes.chunks(usize::from(piece).max(1)) {
        assert!(checker.check(piece).is_ok());
    }
    assert!(checker.finish(&digest).err() == Some(CryptoError::DecryptionFailed));
});
