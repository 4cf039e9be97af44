use crate::unhex;
use proptest::prelude::*;
use xmtp_crypto::{CryptoError, attachment::AttachmentKeys, hash};

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
