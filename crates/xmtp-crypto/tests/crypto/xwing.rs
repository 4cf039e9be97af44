use crate::{Hex, read, unhex};
use proptest::prelude::*;
use xmtp_crypto::{
    CryptoError, hash,
    xwing::{XWingPublicKey, XWingSecretKey},
};

#[derive(serde::Deserialize)]
struct Vector {
    seed: Hex,
    encapsulation_seed: Hex,
    public_key: Hex,
    enc: Hex,
    shared_secret: Hex,
}

#[test]
fn keys_and_secrets_are_those_of_the_draft() {
    let vectors: Vec<Vector> = read(include_str!("../vectors/xwing.json"));
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let secret = XWingSecretKey::from_bytes(&vector.seed.0).unwrap();
        let public = XWingPublicKey::from_bytes(&vector.public_key.0).unwrap();
        assert_eq!(secret.public_key(), public);
        assert_eq!(public.to_bytes().as_slice(), vector.public_key.0);

        let (enc, sent) = public.encapsulate_with(&vector.encapsulation_seed.array());
        assert_eq!(enc.as_slice(), vector.enc.0);
        assert_eq!(*sent, vector.shared_secret.array());
        assert_eq!(secret.decapsulate(&enc).unwrap(), sent);
    }
}

#[test]
fn keys_and_secrets_are_those_of_released_clients() {
    let seed = unhex("d7b4cf68d3f1b711924ccded71a241faf8162f7ef6ce748370a10e86b94befc1");
    let public = XWingSecretKey::from_seed(&seed).public_key();
    assert_eq!(
        hash::sha256(&public.to_bytes()),
        unhex("b001bc3f5685c183b3acd0fe6925cfe8ef296cad77fb7ed45712979b02a39623")
    );

    let mut randomness = [1; 64];
    randomness[32..].fill(2);
    let (enc, secret) = public.encapsulate_with(&randomness);
    assert_eq!(hash::sha256(&enc), unhex("e1bd47ca1d826a892999a68809c6e472097fa12249baa618972795d3a1504902"));
    assert_eq!(*secret, unhex("a614b26153ae1e5f0f4626506e744c7b678e42b97b681dead99bc47ca2ac04f9"));
}

#[test] // CRYPTO.R5
fn a_coefficient_at_the_modulus_is_refused() {
    let mut bytes = XWingSecretKey::from_seed(&[1; 32]).public_key().to_bytes();
    // The first coefficient is 12 bits, little-endian: 3329 = 0xd01.
    bytes[0] = 0x01;
    bytes[1] = (bytes[1] & 0xf0) | 0x0d;
    assert_eq!(XWingPublicKey::from_bytes(&bytes).unwrap_err(), CryptoError::InvalidKey("X-Wing public key"));
}

#[test] // CRYPTO.R5
fn an_x25519_part_of_small_order_is_refused_on_both_sides() {
    let secret = XWingSecretKey::from_seed(&[1; 32]);
    let mut public = secret.public_key().to_bytes();
    let (mut enc, _) = secret.public_key().encapsulate().unwrap();
    public[1184..].fill(0);
    enc[1088..].fill(0);
    assert_eq!(XWingPublicKey::from_bytes(&public).unwrap_err(), CryptoError::InvalidKey("X-Wing public key"));
    assert_eq!(secret.decapsulate(&enc).unwrap_err(), CryptoError::InvalidKey("X-Wing encapsulated key"));
}

#[test] // CRYPTO.R5
fn other_lengths_are_refused() {
    let secret = XWingSecretKey::from_seed(&[1; 32]);
    let public = secret.public_key().to_bytes();
    let (enc, _) = secret.public_key().encapsulate().unwrap();
    for wrong in [
        XWingSecretKey::from_bytes(&[1; 33]).err(),
        XWingPublicKey::from_bytes(&public[1..]).err(),
        XWingPublicKey::from_bytes(b"").err(),
        secret.decapsulate(&enc[1..]).err(),
        secret.decapsulate(&[enc.as_slice(), &[0]].concat()).err(),
    ] {
        assert!(matches!(wrong, Some(CryptoError::WrongLength { .. })), "{wrong:?}");
    }
}

#[test]
fn keys_do_not_show_themselves() {
    let secret = XWingSecretKey::from_seed(&[1; 32]);
    assert_eq!(format!("{secret:?}"), "XWingSecretKey { .. }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_changes_the_secret(seed: [u8; 32], bit in 0_usize..1120 * 8) {
        let key = XWingSecretKey::from_seed(&seed);
        let (mut enc, sent) = key.public_key().encapsulate().unwrap();
        prop_assert_eq!(&key.decapsulate(&enc).unwrap(), &sent);
        enc[bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(key.decapsulate(&enc).unwrap(), sent);
    }

    #[test]
    fn arbitrary_keys_and_ciphertexts_do_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 1216),
        enc in prop::collection::vec(any::<u8>(), 1120),
    ) {
        let _ = XWingPublicKey::from_bytes(&bytes);
        let _ = XWingSecretKey::from_seed(&[1; 32]).decapsulate(&enc);
    }
}
