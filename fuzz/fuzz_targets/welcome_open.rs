//! A sealed welcome, a sealed pointer and a shared welcome, on the way to somebody who expects none of them.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use xmtp_crypto::{
    welcome_pointer::PointeeKeys,
    welcome_wrap::{WelcomePublicKey, WelcomeSecretKey, open_pointer, open_welcome, seal_welcome_with},
};
use xmtp_types::WrapperAlgorithm;

static SECRETS: LazyLock<[WelcomeSecretKey; 2]> = LazyLock::new(|| {
    [WrapperAlgorithm::Curve25519, WrapperAlgorithm::XWingMlKem768Draft6]
        .map(|algorithm| WelcomeSecretKey::from_bytes(algorithm, &[7; 32]).expect("any 32 bytes are a key"))
});

fuzz_target!(|bytes: &[u8]| {
    let (data, metadata) = bytes.split_at(bytes.len() - bytes.len().min(24));
    for secret in SECRETS.iter() {
        let _ = (open_welcome(secret, bytes, b""), open_welcome(secret, data, metadata), open_pointer(secret, bytes));

        let sealed = seal_welcome_with(&secret.public_key(), data, metadata, &[9; 64]).expect("it is short");
        let opened = open_welcome(secret, &sealed.data, &sealed.metadata).expect("it was sealed to this key");
        assert_eq!((opened.welcome.as_slice(), opened.metadata.as_deref()), (data, Some(metadata)));
    }
    for algorithm in [WrapperAlgorithm::Curve25519, WrapperAlgorithm::XWingMlKem768Draft6] {
        if let Ok(key) = WelcomePublicKey::from_bytes(algorithm, bytes) {
            assert_eq!(key.to_bytes(), bytes);
            let _ = seal_welcome_with(&key, b"welcome", b"", &[9; 64]);
        }
    }
    let keys = PointeeKeys::from_slices(&[1; 32], &[2; 32], &[3; 12], &[4; 12]).expect("the lengths are right");
    assert!(keys.open(data, metadata).is_err());
});
