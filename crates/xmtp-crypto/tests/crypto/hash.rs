use xmtp_crypto::{CryptoError, hash};

#[test]
fn hmac_is_that_of_rfc_4231() {
    let tag = hash::hmac_sha256(&[0x0b; 20], b"Hi There");
    assert_eq!(hex::encode(tag), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

#[test]
fn hkdf_is_that_of_rfc_5869() {
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();

    let prk = hash::hkdf_extract(&salt, &[&[0x0b; 11], &[0x0b; 11]]);
    assert_eq!(hex::encode(*prk), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");

    let mut okm = [0; 42];
    hash::hkdf_expand(prk.as_slice(), &[&info[..3], &info[3..]], &mut okm).unwrap();
    assert_eq!(
        hex::encode(okm),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

#[test]
fn hkdf_refuses_a_short_key_and_a_long_output() {
    assert!(matches!(hash::hkdf_expand(&[0; 31], &[], &mut [0; 1]), Err(CryptoError::WrongLength { .. })));
    assert_eq!(hash::hkdf(b"", &[], &[], &mut vec![0; 255 * 32 + 1]), Err(CryptoError::TooLong("HKDF output")));
    assert_eq!(hash::hkdf(b"", &[], &[], &mut vec![0; 255 * 32]), Ok(()));
}

#[test]
fn a_shortened_tag_does_not_verify() {
    let tag = hash::hmac_sha256(b"key", b"message");
    assert_eq!(hash::verify_hmac_sha256(b"key", b"message", &tag), Ok(()));
    assert_eq!(hash::verify_hmac_sha256(b"key", b"message", &tag[..31]), Err(CryptoError::InvalidSignature));
    assert_eq!(hash::verify_hmac_sha256(b"key", b"message", b""), Err(CryptoError::InvalidSignature));
}

#[test]
fn the_hash_of_parts_is_a_known_message_id() {
    let id = hash::sha256_parts(&[&[2; 16], b"\t", b"1700000000000000000", b"\t", b"content"]);
    assert_eq!(hex::encode(id), "15dc2aade947f4fdd4375fc3ae09947052c1707b2ee0e041f2035e28b2b0e056");
    assert_eq!(
        id,
        hash::sha256(b"\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\t1700000000000000000\tcontent")
    );
}
