use crate::unhex;
use proptest::prelude::*;
use xmtp_crypto::{CryptoError, InstallationKey, verify_identity_update, verify_plain, verify_public};
use xmtp_types::InstallationId;

/// The seed `000102..1f` of the observed signatures.
fn key() -> InstallationKey {
    InstallationKey::from_seed(&std::array::from_fn(|place| u8::try_from(place).unwrap()))
}

#[test]
fn the_id_is_the_public_key() {
    let id: InstallationId = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8".parse().unwrap();
    assert_eq!(key().id(), id);
}

#[test] // CRYPTO.R2
fn signatures_of_both_roles_are_those_that_released_clients_make() {
    let identity = "a3b9261a0bdf77276b28a887a17fd3b1d12c5c55ae96895d9df32132d94696019b82fad174fe6f22cea26e41009152e8\
                    78c97f3c75b638befb2263c54dfe2306";
    let public = "556af812dcfa70f4cd3eb19986dbefec7ef6d7fe36edfb6516ee5548817475f3065f23cad79fae75a04d601a0765d349\
                  bcc31198ca6f968a4db98343ab3c4108";
    assert_eq!(key().sign_identity_update("hello"), unhex(identity));
    assert_eq!(key().sign_public("hello"), unhex(public));
}

#[test] // CRYPTO.R2
fn a_signature_of_one_role_never_verifies_in_another() {
    let (key, text) = (key(), "hello");
    let id = key.id();
    let refused = Err(CryptoError::InvalidSignature);
    let (plain, identity, public) =
        (key.sign_plain(text.as_bytes()), key.sign_identity_update(text), key.sign_public(text));

    assert_eq!(verify_plain(&id, text.as_bytes(), &plain), Ok(()));
    assert_eq!(verify_identity_update(&id, text, &plain), refused);
    assert_eq!(verify_public(&id, text, &plain), refused);

    assert_eq!(verify_plain(&id, text.as_bytes(), &identity), refused);
    assert_eq!(verify_identity_update(&id, text, &identity), Ok(()));
    assert_eq!(verify_public(&id, text, &identity), refused);

    assert_eq!(verify_plain(&id, text.as_bytes(), &public), refused);
    assert_eq!(verify_identity_update(&id, text, &public), refused);
    assert_eq!(verify_public(&id, text, &public), Ok(()));
}

#[test]
fn an_id_off_the_curve_is_an_invalid_key() {
    let mut off = [0; 32];
    off[0] = 2;
    let id = InstallationId::from_bytes(off);
    assert_eq!(verify_public(&id, "", &[0; 64]), Err(CryptoError::InvalidKey("installation id")));
}

#[test]
fn a_key_is_its_seed_and_does_not_show_it() {
    let key = InstallationKey::from_seed(&[0xab; 32]);
    assert_eq!(*key.seed(), [0xab; 32]);
    assert!(!format!("{key:?}").contains("abab"));
    assert_ne!(InstallationKey::generate().unwrap().id(), InstallationKey::generate().unwrap().id());
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(seed: [u8; 32], text: String, bit in 0_usize..512) {
        let key = InstallationKey::from_seed(&seed);
        let mut signature = key.sign_identity_update(&text);
        prop_assert_eq!(verify_identity_update(&key.id(), &text, &signature), Ok(()));
        signature[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_identity_update(&key.id(), &text, &signature), Err(CryptoError::InvalidSignature));
    }

    #[test]
    fn arbitrary_signatures_are_refused(id: [u8; 32], text: String, signature: Vec<u8>) {
        let id = InstallationId::from_bytes(id);
        prop_assert!(verify_identity_update(&id, &text, &signature).is_err());
        prop_assert!(verify_public(&id, &text, &signature).is_err());
        prop_assert!(verify_plain(&id, text.as_bytes(), &signature).is_err());
    }
}
