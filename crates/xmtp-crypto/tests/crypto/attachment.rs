use crate::unhex;
use proptest::prelude::*;
use xmtp_crypto::{
    CryptoError,
    attachment::{AttachmentKeys, SealEnd, TAG_LENGTH},
    hash,
};

/// An encoded attachment of two bytes, as a released client encodes it.
const PLAINTEXT: &str = "0a180a08786d74702e6f7267120a6174746163686d656e74180112110a0866696c656e616d651205612e7478741216\
                         0a086d696d6554797065120a746578742f706c61696e1a3a43616e277420646973706c617920612e7478742e205468\
                         69732061707020646f65736e277420737570706f7274206174746163686d656e74732e22026869";

/// What a released client opens with secret 01 x 32, salt 02 x 32 and nonce 03 x 12.
const PAYLOAD: &str = "f7c0f02e720f494cafe4950e64397a19978b55365a20f71c9e672f0b9f4ccb8e698f3d1a324417e17b26b7dc9c64f6305\
                       b98acf5b3a9194f6eae19ed8da9463fb4c14f03be73ad941ee6569851b60fb9573956d28a0f9fb1136467f446b17917\
                       92e9cf10edc497b93ee8dfd59329523203d507bda0a56d0d071b99405296a9496892e9d1d032d4cb432a7f13b32253f\
                       1c1d1ce9234";

fn keys() -> AttachmentKeys {
    AttachmentKeys::from_slices(&[1; 32], &[2; 32], &[3; 12]).unwrap()
}

#[test] // CRYPTO.R11
fn an_attachment_is_sealed_as_released_clients_seal_it() {
    let sealed = keys().seal(&hex::decode(PLAINTEXT).unwrap()).unwrap();
    assert_eq!(hex::encode(&sealed.payload), PAYLOAD);
    assert_eq!(sealed.payload.len(), 149);
    assert_eq!(sealed.digest, unhex("74a11cd6b101cc66ed18c1959cc8e11611c31aa4637a50d3633bb736246e9ce5"));
    assert_eq!(hex::encode(keys().open(&sealed.digest, &sealed.payload).unwrap()), PLAINTEXT);
}

#[test] // CRYPTO.R11
fn another_payload_than_the_announced_one_is_refused_by_its_digest() {
    let (one, two) = (keys().seal(b"one").unwrap(), keys().seal(b"two").unwrap());
    assert_eq!(keys().open(&one.digest, &two.payload), Err(CryptoError::DigestMismatch));
}

#[test]
fn values_of_other_lengths_are_refused() {
    for [secret, salt, nonce] in [[31, 32, 12], [32, 33, 12], [32, 32, 16]] {
        let read = AttachmentKeys::from_slices(&vec![0; secret], &vec![0; salt], &vec![0; nonce]);
        assert!(matches!(read, Err(CryptoError::WrongLength { .. })));
    }
}

#[test]
fn keys_do_not_show_themselves() {
    assert_eq!(format!("{:?}", AttachmentKeys::generate().unwrap()), "AttachmentKeys { .. }");
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused_even_if_the_digest_agrees(plaintext: Vec<u8>, bit: usize) {
        let keys = AttachmentKeys::generate().unwrap();
        let mut payload = keys.seal(&plaintext).unwrap().payload;
        let bit = bit % (payload.len() * 8);
        payload[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(keys.open(&hash::sha256(&payload), &payload), Err(CryptoError::DecryptionFailed));
    }

    #[test]
    fn arbitrary_bytes_are_refused(payload: Vec<u8>) {
        prop_assert_eq!(keys().open(&hash::sha256(&payload), &payload), Err(CryptoError::DecryptionFailed));
    }
}

/// Cuts bytes at these places, whatever they are.
fn pieces(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).chain([0, bytes.len()]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|ends| bytes[ends[0]..ends[1]].to_vec()).collect()
}

fn seal_in_pieces(keys: &AttachmentKeys, plaintext: &[u8], cuts: &[usize]) -> (Vec<u8>, SealEnd) {
    let mut sealer = keys.sealer().unwrap();
    let mut payload = Vec::new();
    for mut piece in pieces(plaintext, cuts) {
        sealer.seal(&mut piece).unwrap();
        payload.extend(piece);
    }
    let end = sealer.finish();
    payload.extend(end.tag);
    (payload, end)
}

fn open_in_pieces(
    keys: &AttachmentKeys,
    digest: &[u8; 32],
    payload: &[u8],
    cuts: &[usize],
) -> Result<Vec<u8>, CryptoError> {
    let mut checker = keys.checker().unwrap();
    for piece in pieces(payload, cuts) {
        checker.check(&piece)?;
    }
    let mut opener = checker.finish(digest)?;
    let mut plaintext = Vec::new();
    for mut piece in pieces(payload, cuts) {
        plaintext.extend_from_slice(opener.open(&mut piece)?);
    }
    assert_eq!(opener.left(), 0);
    Ok(plaintext)
}

#[test] // CRYPTO.R11
fn in_pieces_an_attachment_is_sealed_as_released_clients_seal_it() {
    let plaintext = hex::decode(PLAINTEXT).unwrap();
    let (payload, end) = seal_in_pieces(&keys(), &plaintext, &[1, 15, 16, 17, 100]);
    assert_eq!((hex::encode(&payload).as_str(), end.length), (PAYLOAD, 149));
    assert_eq!(end.digest, unhex("74a11cd6b101cc66ed18c1959cc8e11611c31aa4637a50d3633bb736246e9ce5"));
    assert_eq!(open_in_pieces(&keys(), &end.digest, &payload, &[3, 133, 148]).unwrap(), plaintext);
}

#[test] // CRYPTO.R11
fn in_pieces_another_payload_than_the_announced_one_is_refused_by_its_digest() {
    let (one, two) = (keys().seal(b"one").unwrap(), keys().seal(b"two").unwrap());
    assert_eq!(open_in_pieces(&keys(), &one.digest, &two.payload, &[]), Err(CryptoError::DigestMismatch));
}

#[test]
fn what_does_not_even_hold_a_tag_is_refused() {
    for length in 0..TAG_LENGTH {
        let payload = vec![0; length];
        let opened = open_in_pieces(&keys(), &hash::sha256(&payload), &payload, &[1, 2]);
        assert_eq!(opened, Err(CryptoError::DecryptionFailed), "{length}");
    }
}

#[test]
fn those_who_work_in_pieces_do_not_show_themselves() {
    let shown = format!("{:?} {:?}", keys().sealer().unwrap(), keys().checker().unwrap());
    assert!(!shown.contains("f137") && !shown.contains("241"), "{shown}");
}

proptest! {
    #[test] // CRYPTO.R11
    fn in_pieces_and_at_once_are_the_same_however_it_is_cut(
        plaintext in proptest::collection::vec(any::<u8>(), 0..400),
        cuts in proptest::collection::vec(any::<usize>(), 0..8),
    ) {
        let keys = AttachmentKeys::generate().unwrap();
        let at_once = keys.seal(&plaintext).unwrap();
        let (payload, end) = seal_in_pieces(&keys, &plaintext, &cuts);
        prop_assert_eq!((&payload, end.digest), (&at_once.payload, at_once.digest));
        prop_assert_eq!(end.length, payload.len() as u64);
        prop_assert_eq!(open_in_pieces(&keys, &end.digest, &payload, &cuts).unwrap(), plaintext.clone());
        prop_assert_eq!(keys.open(&end.digest, &payload).unwrap(), plaintext);
    }

    #[test]
    fn in_pieces_any_flipped_bit_is_refused_even_if_the_digest_agrees(
        plaintext in proptest::collection::vec(any::<u8>(), 0..100),
        bit: usize,
        cuts in proptest::collection::vec(any::<usize>(), 0..4),
    ) {
        let mut payload = keys().seal(&plaintext).unwrap().payload;
        let bit = bit % (payload.len() * 8);
        payload[bit / 8] ^= 1 << (bit % 8);
        let opened = open_in_pieces(&keys(), &hash::sha256(&payload), &payload, &cuts);
        prop_assert_eq!(opened, Err(CryptoError::DecryptionFailed));
    }
}
