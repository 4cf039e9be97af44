use crate::unhex;
use proptest::prelude::*;
use std::sync::LazyLock;
use xmtp_crypto::{
    CryptoError, hash,
    welcome_pointer::PointeeKeys,
    welcome_wrap::{
        SealedWelcome, WelcomePublicKey, WelcomeSecretKey, open_pointer, open_welcome, seal_pointer, seal_welcome,
        seal_welcome_with,
    },
};
use xmtp_types::WrapperAlgorithm;

static SECRETS: LazyLock<[WelcomeSecretKey; 2]> = LazyLock::new(|| {
    [WrapperAlgorithm::Curve25519, WrapperAlgorithm::XWingMlKem768Draft6]
        .map(|algorithm| WelcomeSecretKey::from_bytes(algorithm, &[0x11; 32]).unwrap())
});

static RECIPIENTS: LazyLock<[WelcomePublicKey; 2]> =
    LazyLock::new(|| SECRETS.each_ref().map(WelcomeSecretKey::public_key));

#[test] // CRYPTO.R6
fn a_welcome_is_sealed_as_released_clients_seal_it() {
    let seed = unhex::<32>("d7b4cf68d3f1b711924ccded71a241faf8162f7ef6ce748370a10e86b94befc1");
    let secret = WelcomeSecretKey::from_bytes(WrapperAlgorithm::XWingMlKem768Draft6, &seed).unwrap();
    let mut randomness = [1; 64];
    randomness[32..].fill(2);
    let sealed = seal_welcome_with(&secret.public_key(), b"welcome", b"meta", &randomness).unwrap();

    assert_eq!(sealed.data.len(), 1146);
    assert_eq!(sealed.data[..2], [0x44, 0x60]);
    assert_eq!(sealed.data[1123..], unhex::<23>("d6709aa352a42f765f7f765c9007d7b7a51d0b13a90148"));
    assert_eq!(sealed.metadata, unhex::<20>("0ec630763a5a4355a5db09408889700fe5d8a530"));
    assert_eq!(hash::sha256(&sealed.data), unhex("de78fc53c9b7f4546cc9c04f7fcecca733be1ee920426b35e584171627cb05d5"));

    let opened = open_welcome(&secret, &sealed.data, &sealed.metadata).unwrap();
    assert_eq!(opened.welcome, b"welcome");
    assert_eq!(opened.metadata.unwrap(), b"meta");
}

#[test]
fn the_encapsulated_key_is_framed_by_its_length() {
    let data = seal_welcome(&RECIPIENTS[0], b"welcome", b"").unwrap().data;
    assert_eq!((data[0], data[33], data.len()), (32, 23, 1 + 32 + 1 + 23));
}

#[test] // CRYPTO.R7
fn a_byte_too_many_or_too_few_is_malformed() {
    for (secret, recipient) in SECRETS.iter().zip(RECIPIENTS.iter()) {
        let data = seal_welcome(recipient, b"welcome", b"").unwrap().data;
        let longer = [data.as_slice(), &[0]].concat();
        for wrong in [&longer, &data[..data.len() - 1], &data[..1], b""] {
            assert_eq!(open_welcome(secret, wrong, b""), Err(CryptoError::Malformed("sealed welcome")));
        }
    }
}

#[test] // CRYPTO.R8
fn an_empty_field_is_no_metadata_and_sealed_emptiness_is_some() {
    for (secret, recipient) in SECRETS.iter().zip(RECIPIENTS.iter()) {
        let SealedWelcome { data, metadata } = seal_welcome(recipient, b"welcome", b"").unwrap();
        assert_eq!(open_welcome(secret, &data, b"").unwrap().metadata, None);
        assert_eq!(open_welcome(secret, &data, &metadata).unwrap().metadata, Some(vec![]));
    }
}

#[test] // CRYPTO.R8
fn metadata_of_another_welcome_fails_the_whole() {
    let (secret, recipient) = (&SECRETS[0], &RECIPIENTS[0]);
    let one = seal_welcome(recipient, b"one", b"1").unwrap();
    let two = seal_welcome(recipient, b"two", b"2").unwrap();
    assert_eq!(open_welcome(secret, &one.data, &two.metadata), Err(CryptoError::DecryptionFailed));
}

#[test]
fn another_key_does_not_open() {
    for (secret, recipient) in SECRETS.iter().zip(RECIPIENTS.iter()) {
        let other = WelcomeSecretKey::from_bytes(recipient.algorithm(), &[0x22; 32]).unwrap();
        let sealed = seal_welcome(recipient, b"welcome", b"meta").unwrap();
        assert_eq!(open_welcome(&other, &sealed.data, &sealed.metadata), Err(CryptoError::DecryptionFailed));
        assert!(open_welcome(secret, &sealed.data, &sealed.metadata).is_ok());
    }
}

#[test]
fn a_key_of_the_other_algorithm_is_refused_by_length() {
    let sealed = seal_welcome(&RECIPIENTS[0], b"welcome", b"").unwrap();
    assert!(matches!(open_welcome(&SECRETS[1], &sealed.data, b""), Err(CryptoError::WrongLength { .. })));
    let sealed = seal_welcome(&RECIPIENTS[1], b"welcome", b"").unwrap();
    assert!(matches!(open_welcome(&SECRETS[0], &sealed.data, b""), Err(CryptoError::WrongLength { .. })));
}

#[test]
fn the_symmetric_algorithm_has_no_key_pair() {
    let refused = CryptoError::Malformed("welcome wrapper algorithm");
    assert_eq!(WelcomePublicKey::from_bytes(WrapperAlgorithm::SymmetricKey, &[0; 32]).unwrap_err(), refused);
    assert_eq!(WelcomeSecretKey::from_bytes(WrapperAlgorithm::SymmetricKey, &[0; 32]).unwrap_err(), refused);
}

#[test]
fn public_keys_survive_the_wire() {
    for key in RECIPIENTS.iter() {
        assert_eq!(&WelcomePublicKey::from_bytes(key.algorithm(), &key.to_bytes()).unwrap(), key);
    }
}

#[test]
fn nothing_secret_shows() {
    let pointee = PointeeKeys::generate().unwrap();
    let opened = pointee.seal(b"w", b"m").and_then(|sealed| pointee.open(&sealed.data, &sealed.metadata)).unwrap();
    assert_eq!(format!("{:?} {:?}", SECRETS[0], SECRETS[1]), "Curve25519(..) XWing(..)");
    assert_eq!(format!("{pointee:?}"), "PointeeKeys { .. }");
    assert_eq!(format!("{opened:?}"), "OpenedWelcome { has_metadata: true, .. }");
}

#[test] // CRYPTO.R9
fn a_pointee_is_two_bare_ciphertexts_and_needs_both() {
    let keys = PointeeKeys::generate().unwrap();
    let sealed = keys.seal(b"welcome", b"").unwrap();
    assert_eq!((sealed.data.len(), sealed.metadata.len()), (7 + 16, 16));

    let read = PointeeKeys::from_slices(&keys.destination, keys.key.as_slice(), &keys.data_nonce, &keys.metadata_nonce)
        .unwrap();
    let opened = read.open(&sealed.data, &sealed.metadata).unwrap();
    assert_eq!((opened.welcome.as_slice(), opened.metadata), (&b"welcome"[..], Some(vec![])));
    assert_eq!(read.open(&sealed.data, b""), Err(CryptoError::DecryptionFailed));
    assert_eq!(read.open(&sealed.metadata, &sealed.data), Err(CryptoError::DecryptionFailed));
}

#[test] // CRYPTO.R9
fn one_nonce_never_seals_two_parts() {
    let mut keys = PointeeKeys::generate().unwrap();
    assert_ne!(keys.data_nonce, keys.metadata_nonce);
    keys.metadata_nonce = keys.data_nonce;
    assert!(matches!(keys.seal(b"welcome", b""), Err(CryptoError::Malformed(_))));
}

#[test]
fn pointee_values_of_other_lengths_are_refused() {
    for lengths in [[31, 32, 12, 12], [32, 33, 12, 12], [32, 32, 11, 12], [32, 32, 12, 24]] {
        let [destination, key, data, metadata] = lengths.map(|length| vec![0; length]);
        let read = PointeeKeys::from_slices(&destination, &key, &data, &metadata);
        assert!(matches!(read, Err(CryptoError::WrongLength { .. })));
    }
}

fn flip(bytes: &mut [u8], bit: usize) {
    let place = bit % (bytes.len() * 8);
    bytes[place / 8] ^= 1 << (place % 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_sealed_welcome_opens(welcome: Vec<u8>, metadata: Vec<u8>, which in 0_usize..2) {
        let sealed = seal_welcome(&RECIPIENTS[which], &welcome, &metadata).unwrap();
        let opened = open_welcome(&SECRETS[which], &sealed.data, &sealed.metadata).unwrap();
        prop_assert_eq!((opened.welcome, opened.metadata), (welcome, Some(metadata)));
    }

    #[test]
    fn a_sealed_pointer_opens(pointer: Vec<u8>, which in 0_usize..2) {
        let sealed = seal_pointer(&RECIPIENTS[which], &pointer).unwrap();
        prop_assert_eq!(&*open_pointer(&SECRETS[which], &sealed).unwrap(), &pointer);
    }

    #[test]
    fn any_flipped_bit_of_the_data_is_refused(welcome: Vec<u8>, which in 0_usize..2, bit: usize) {
        let mut sealed = seal_welcome(&RECIPIENTS[which], &welcome, b"meta").unwrap();
        flip(&mut sealed.data, bit);
        prop_assert!(open_welcome(&SECRETS[which], &sealed.data, &sealed.metadata).is_err());
        prop_assert!(open_pointer(&SECRETS[which], &sealed.data).is_err());
    }

    #[test]
    fn any_flipped_bit_of_the_metadata_is_refused(metadata: Vec<u8>, which in 0_usize..2, bit: usize) {
        let mut sealed = seal_welcome(&RECIPIENTS[which], b"welcome", &metadata).unwrap();
        flip(&mut sealed.metadata, bit);
        let opened = open_welcome(&SECRETS[which], &sealed.data, &sealed.metadata);
        prop_assert_eq!(opened, Err(CryptoError::DecryptionFailed));
    }

    #[test]
    fn any_flipped_bit_of_a_pointee_is_refused(welcome: Vec<u8>, metadata: Vec<u8>, bit: usize) {
        let keys = PointeeKeys::generate().unwrap();
        let sealed = keys.seal(&welcome, &metadata).unwrap();
        let mut altered = sealed.clone();
        flip(&mut altered.data, bit);
        prop_assert_eq!(keys.open(&altered.data, &sealed.metadata), Err(CryptoError::DecryptionFailed));
        flip(&mut altered.metadata, bit);
        prop_assert_eq!(keys.open(&sealed.data, &altered.metadata), Err(CryptoError::DecryptionFailed));
    }

    #[test]
    fn arbitrary_bytes_are_refused(data: Vec<u8>, metadata: Vec<u8>, which in 0_usize..2) {
        prop_assert!(open_welcome(&SECRETS[which], &data, &metadata).is_err());
    }

    #[test]
    fn arbitrary_bytes_in_a_valid_frame_are_refused(
        enc: [u8; 32],
        ciphertext in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let length = u8::try_from(ciphertext.len()).unwrap();
        let data = [&[32], enc.as_slice(), &[length], &ciphertext].concat();
        prop_assert!(open_welcome(&SECRETS[0], &data, b"").is_err());
    }
}
