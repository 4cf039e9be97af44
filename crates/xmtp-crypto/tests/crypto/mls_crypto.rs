use crate::{Hex, MLS, read, unhex};
use openmls_traits::{
    crypto::OpenMlsCrypto,
    random::OpenMlsRand,
    signatures::Signer,
    types::{
        AeadType, Ciphersuite, CryptoError, HashType, HpkeAeadType, HpkeConfig, HpkeKdfType, HpkeKemType,
        SignatureScheme,
    },
};
use proptest::prelude::*;
use xmtp_crypto::{CIPHERSUITE, InstallationKey};

fn config() -> HpkeConfig {
    HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::ChaCha20Poly1305)
}

#[test] // CRYPTO.R1
fn exactly_one_ciphersuite_is_supported() {
    assert_eq!(u16::from(CIPHERSUITE), 3);
    assert_eq!(MLS.supported_ciphersuites(), [CIPHERSUITE]);
    assert_eq!(MLS.supports(CIPHERSUITE), Ok(()));
    for other in [
        Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
        Ciphersuite::MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448,
    ] {
        assert_eq!(MLS.supports(other), Err(CryptoError::UnsupportedCiphersuite));
    }
}

#[test] // CRYPTO.R1
fn algorithms_of_other_ciphersuites_are_refused() {
    let (sha512, aes, p256) = (HashType::Sha2_512, AeadType::Aes128Gcm, SignatureScheme::ECDSA_SECP256R1_SHA256);
    assert_eq!(MLS.hash(sha512, b""), Err(CryptoError::UnsupportedHashAlgorithm));
    assert_eq!(MLS.hmac(sha512, b"", b"").unwrap_err(), CryptoError::UnsupportedHashAlgorithm);
    assert_eq!(MLS.hkdf_extract(sha512, b"", b"").unwrap_err(), CryptoError::UnsupportedHashAlgorithm);
    assert_eq!(MLS.hkdf_expand(sha512, &[0; 32], b"", 1).unwrap_err(), CryptoError::UnsupportedHashAlgorithm);
    assert_eq!(MLS.aead_encrypt(aes, &[0; 16], b"", &[0; 12], b""), Err(CryptoError::UnsupportedAeadAlgorithm));
    assert_eq!(MLS.aead_decrypt(aes, &[0; 16], b"", &[0; 12], b""), Err(CryptoError::UnsupportedAeadAlgorithm));
    assert_eq!(MLS.signature_key_gen(p256), Err(CryptoError::UnsupportedSignatureScheme));
    assert_eq!(MLS.sign(p256, b"", &[0; 32]), Err(CryptoError::UnsupportedSignatureScheme));
    let other = HpkeConfig(HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256, HpkeAeadType::AesGcm128);
    assert_eq!(MLS.derive_hpke_keypair(other, &[0; 32]).unwrap_err(), CryptoError::UnsupportedCiphersuite);
}

#[test]
fn key_pairs_derive_as_in_rfc_9180() {
    let vector: std::collections::HashMap<String, serde_json::Value> = read(include_str!("../vectors/rfc9180.json"));
    let field = |name: &str| hex::decode(vector[name].as_str().unwrap()).unwrap();
    let pair = MLS.derive_hpke_keypair(config(), &field("recipient_ikm")).unwrap();
    assert_eq!(*pair.private, field("recipient_secret"));
    assert_eq!(pair.public, field("recipient_public"));
}

#[test]
fn the_aead_is_that_of_rfc_8439() {
    let key: Vec<u8> = (0x80..=0x9f).collect();
    let nonce = unhex::<12>("070000004041424344454647");
    let aad = unhex::<12>("50515253c0c1c2c3c4c5c6c7");
    let plaintext = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                      sunscreen would be it.";

    let alg = AeadType::ChaCha20Poly1305;
    let sealed = MLS.aead_encrypt(alg, &key, plaintext, &nonce, &aad).unwrap();
    assert!(hex::encode(&sealed).starts_with("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"));
    assert!(hex::encode(&sealed).ends_with("1ae10b594f09e26a7e902ecbd0600691"));
    assert_eq!(MLS.aead_decrypt(alg, &key, &sealed, &nonce, &aad).unwrap(), plaintext);
    assert_eq!(MLS.aead_decrypt(alg, &key, &sealed, &nonce, b""), Err(CryptoError::AeadDecryptionError));
}

#[test]
fn signatures_verify_under_their_own_key_only() {
    #[derive(serde::Deserialize)]
    struct Vector {
        seed: Hex,
        public_key: Hex,
        message: Hex,
        signature: Hex,
    }
    let vectors: Vec<Vector> = read(include_str!("../vectors/ed25519.json"));
    let alg = SignatureScheme::ED25519;
    let (_, stranger) = MLS.signature_key_gen(alg).unwrap();
    for Vector { seed, public_key, message, signature } in vectors {
        assert_eq!(MLS.sign(alg, &message.0, &seed.0).unwrap(), signature.0);
        assert_eq!(InstallationKey::from_seed(&seed.array()).sign(&message.0).unwrap(), signature.0);
        assert_eq!(MLS.verify_signature(alg, &message.0, &public_key.0, &signature.0), Ok(()));
        for (key, signature) in [(&stranger, &signature.0[..]), (&public_key.0, &signature.0[..63])] {
            assert_eq!(MLS.verify_signature(alg, &message.0, key, signature), Err(CryptoError::InvalidSignature));
        }
        assert_eq!(MLS.verify_signature(alg, &message.0, b"short", &signature.0), Err(CryptoError::InvalidPublicKey));
    }
}

#[test]
fn a_key_that_was_generated_signs_what_its_public_half_verifies() {
    let alg = SignatureScheme::ED25519;
    let (secret, public) = MLS.signature_key_gen(alg).unwrap();
    let signature = MLS.sign(alg, b"message", &secret).unwrap();
    assert_eq!(MLS.verify_signature(alg, b"message", &public, &signature), Ok(()));
}

#[test]
fn both_ends_of_an_hpke_exchange_agree() {
    let pair = MLS.derive_hpke_keypair(config(), &[5; 32]).unwrap();
    let sealed = MLS.hpke_seal(config(), &pair.public, b"info", b"aad", b"text").unwrap();
    assert_eq!(MLS.hpke_open(config(), &sealed, &pair.private, b"info", b"aad").unwrap(), b"text");
    assert_eq!(
        MLS.hpke_open(config(), &sealed, &pair.private, b"other", b"aad"),
        Err(CryptoError::HpkeDecryptionError)
    );

    let (enc, sent) = MLS.hpke_setup_sender_and_export(config(), &pair.public, b"info", b"label", 32).unwrap();
    let received = MLS.hpke_setup_receiver_and_export(config(), &enc, &pair.private, b"info", b"label", 32).unwrap();
    assert_eq!(*sent, *received);
    assert_eq!(sent.len(), 32);
}

#[test]
fn an_hpke_key_of_small_order_is_refused() {
    assert_eq!(MLS.hpke_seal(config(), &[0; 32], b"", b"", b"").unwrap_err(), CryptoError::InvalidPublicKey);
}

#[test]
fn random_bytes_differ() {
    let (first, second): ([u8; 32], [u8; 32]) = (MLS.random_array().unwrap(), MLS.random_array().unwrap());
    assert_ne!(first, second);
    assert_eq!(MLS.random_vec(17).unwrap().len(), 17);
}

proptest! {
    #[test]
    fn no_input_length_makes_it_panic(key: Vec<u8>, data: Vec<u8>, nonce: Vec<u8>, length in 0_usize..10_000) {
        let alg = AeadType::ChaCha20Poly1305;
        let _ = MLS.aead_encrypt(alg, &key, &data, &nonce, &data);
        let _ = MLS.aead_decrypt(alg, &key, &data, &nonce, &data);
        let _ = MLS.sign(SignatureScheme::ED25519, &data, &key);
        let _ = MLS.hkdf_expand(HashType::Sha2_256, &key, &data, length);
        prop_assert!(MLS.verify_signature(SignatureScheme::ED25519, &data, &key, &nonce).is_err());
        let input = openmls_traits::types::HpkeCiphertext { kem_output: key.into(), ciphertext: data.into() };
        prop_assert!(MLS.hpke_open(config(), &input, &[3; 32], &nonce, b"").is_err());
    }
}
