use crate::{Hex, read};
use proptest::prelude::*;
use xmtp_crypto::{
    CryptoError,
    hpke::{KemId, ReceiverContext, SenderContext, dhkem},
};
use zeroize::Zeroizing;

#[derive(serde::Deserialize)]
struct Vector {
    info: Hex,
    ephemeral_ikm: Hex,
    ephemeral_public: Hex,
    ephemeral_secret: Hex,
    recipient_ikm: Hex,
    recipient_public: Hex,
    recipient_secret: Hex,
    shared_secret: Hex,
    plaintext: Hex,
    encryptions: Vec<Encryption>,
    exports: Vec<Export>,
}

#[derive(serde::Deserialize)]
struct Encryption {
    sequence: usize,
    aad: Hex,
    ciphertext: Hex,
}

#[derive(serde::Deserialize)]
struct Export {
    context: Hex,
    secret: Hex,
}

fn vector() -> Vector {
    read(include_str!("../vectors/rfc9180.json"))
}

#[test]
fn key_pairs_derive_as_in_rfc_9180() {
    let vector = vector();
    for (ikm, secret, public) in [
        (&vector.ephemeral_ikm, &vector.ephemeral_secret, &vector.ephemeral_public),
        (&vector.recipient_ikm, &vector.recipient_secret, &vector.recipient_public),
    ] {
        let pair = dhkem::derive_key_pair(&ikm.0).unwrap();
        assert_eq!(*pair.secret, secret.array());
        assert_eq!(pair.public, public.array());
    }
}

#[test] // CRYPTO.R3
fn contexts_seal_open_and_export_as_in_rfc_9180() {
    let vector = vector();
    let (enc, sent) =
        dhkem::encapsulate_with(&vector.recipient_public.array(), &vector.ephemeral_secret.array()).unwrap();
    let received = dhkem::decapsulate(&enc, &vector.recipient_secret.array()).unwrap();
    assert_eq!(enc, vector.ephemeral_public.array());
    assert_eq!(*sent, vector.shared_secret.array());
    assert_eq!(*received, vector.shared_secret.array());

    let mut sender = SenderContext::new(KemId::DHKEM_X25519, &sent, &vector.info.0).unwrap();
    let mut receiver = ReceiverContext::new(KemId::DHKEM_X25519, &received, &vector.info.0).unwrap();
    for sequence in 0..=vector.encryptions.last().unwrap().sequence {
        let aad = format!("Count-{sequence}");
        let sealed = sender.seal(aad.as_bytes(), &vector.plaintext.0).unwrap();
        if let Some(known) = vector.encryptions.iter().find(|known| known.sequence == sequence) {
            assert_eq!(aad.as_bytes(), known.aad.0);
            assert_eq!(sealed, known.ciphertext.0);
        }
        assert_eq!(receiver.open(aad.as_bytes(), &sealed).unwrap(), vector.plaintext.0);
    }
    for export in &vector.exports {
        assert_eq!(*sender.export(&export.context.0, 32).unwrap(), export.secret.0);
        assert_eq!(*receiver.export(&export.context.0, 32).unwrap(), export.secret.0);
    }
}

#[test] // CRYPTO.R4
fn points_of_small_order_are_refused_on_both_sides() {
    let secret = [7; 32];
    let mut one = [0; 32];
    one[0] = 1;
    for point in [[0; 32], one] {
        let refused = CryptoError::InvalidKey("X25519 public key");
        assert_eq!(dhkem::encapsulate(&point).unwrap_err(), refused);
        assert_eq!(dhkem::decapsulate(&point, &secret).unwrap_err(), refused);
    }
}

#[test]
fn a_message_opens_in_its_place_only() {
    let shared = Zeroizing::new([9; 32]);
    let mut sender = SenderContext::new(KemId::DHKEM_X25519, &shared, b"").unwrap();
    let mut receiver = ReceiverContext::new(KemId::DHKEM_X25519, &shared, b"").unwrap();
    let (first, second) = (sender.seal(b"", b"1").unwrap(), sender.seal(b"", b"2").unwrap());

    assert_eq!(receiver.open(b"", &second), Err(CryptoError::DecryptionFailed));
    assert_eq!(receiver.open(b"", &first).unwrap(), b"1");
    assert_eq!(receiver.open(b"", &first), Err(CryptoError::DecryptionFailed));
    assert_eq!(receiver.open(b"", &second).unwrap(), b"2");
}

#[test]
fn the_number_of_the_kem_separates_keys() {
    let shared = Zeroizing::new([9; 32]);
    let sealed = SenderContext::new(KemId::XWING, &shared, b"").unwrap().seal(b"", b"1").unwrap();
    let mut other = ReceiverContext::new(KemId::new(0x647a), &shared, b"").unwrap();
    assert_eq!(other.open(b"", &sealed), Err(CryptoError::DecryptionFailed));
}

#[test]
fn an_export_of_more_than_255_digests_is_refused() {
    let sender = SenderContext::new(KemId::DHKEM_X25519, &Zeroizing::new([9; 32]), b"").unwrap();
    assert_eq!(sender.export(b"", 8160).unwrap().len(), 8160);
    assert_eq!(sender.export(b"", 8161).unwrap_err(), CryptoError::TooLong("HPKE export"));
}

#[test]
fn contexts_and_key_pairs_do_not_show_keys() {
    let shared = Zeroizing::new([9; 32]);
    let sender = SenderContext::new(KemId::XWING, &shared, b"").unwrap();
    assert_eq!(format!("{sender:?}"), "SenderContext { sequence: 0, .. }");
    assert_eq!(format!("{:?}", dhkem::derive_key_pair(&[1; 32]).unwrap()), "KeyPair { .. }");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_open(ciphertext: Vec<u8>, aad: Vec<u8>, shared: [u8; 32]) {
        let mut receiver = ReceiverContext::new(KemId::XWING, &Zeroizing::new(shared), b"").unwrap();
        prop_assert_eq!(receiver.open(&aad, &ciphertext), Err(CryptoError::DecryptionFailed));
    }
}
