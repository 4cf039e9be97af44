//! Every demand of a policy, each broken alone by a signature that the ledger accepts.
use super::*;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};

const TEXT: &str = "text";
const SECRET: [u8; 32] = [5; 32];
const CLIENT_DATA: &str =
    r#"{"type":"webauthn.get","challenge":"dGV4dA","origin":"https://app.example.org","crossOrigin":false}"#;

fn policy() -> PasskeyPolicy {
    PasskeyPolicy::new("example.org", ["https://example.org".to_owned(), "https://app.example.org".to_owned()])
}

fn authenticator_data(flags: u8, counter: u32, extensions: &[u8]) -> Vec<u8> {
    [Sha256::digest("example.org").as_slice(), &[flags], &counter.to_be_bytes(), extensions].concat()
}

fn signed(client_data: &str, authenticator_data: Vec<u8>) -> PasskeySignature {
    let key = SigningKey::from_slice(&SECRET).unwrap();
    let signature: Signature = key.sign(&[authenticator_data.as_slice(), &Sha256::digest(client_data)].concat());
    PasskeySignature {
        public_key: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        bytes: signature.normalize_s().to_der().as_bytes().to_vec(),
        authenticator_data,
        client_data_json: client_data.as_bytes().to_vec(),
    }
}

/// What a policy says about a signature that the ledger accepts.
fn verdict(policy: &PasskeyPolicy, signature: &PasskeySignature) -> Option<(&'static str, PasskeyViolation)> {
    let verified = signature.verify(TEXT).unwrap();
    match signature.check(TEXT, policy) {
        Ok(checked) => {
            assert_eq!(checked, verified);
            None
        }
        Err(IdentityError::PasskeyPolicy { rule, violation }) => Some((rule, violation)),
        Err(other) => panic!("{other:?}"),
    }
}

fn with_client_data(client_data: &str) -> Option<(&'static str, PasskeyViolation)> {
    verdict(&policy(), &signed(client_data, authenticator_data(5, 0, &[])))
}

fn with_authenticator_data(data: Vec<u8>) -> Option<(&'static str, PasskeyViolation)> {
    verdict(&policy(), &signed(CLIENT_DATA, data))
}

#[test] // ID.R51
fn a_signature_made_for_anything_but_to_authenticate_is_refused() {
    assert_eq!(with_client_data(CLIENT_DATA), None);
    for other in ["webauthn.create", "payment.get", ""] {
        let verdict = with_client_data(&CLIENT_DATA.replace("webauthn.get", other));
        assert_eq!(verdict, Some(("ID.R51", PasskeyViolation::Ceremony)));
    }
    let without = CLIENT_DATA.replace(r#""type":"webauthn.get","#, "");
    assert_eq!(with_client_data(&without), Some(("ID.R51", PasskeyViolation::Ceremony)));
}

#[test] // ID.R52
fn another_origin_and_a_frame_in_another_site_are_refused() {
    assert_eq!(with_client_data(&CLIENT_DATA.replace("app.", "")), None);
    for other in
        ["https://evil.example", "https://app.example.org:8443", "http://app.example.org", "https://app.example.org/"]
    {
        let verdict = with_client_data(&CLIENT_DATA.replace("https://app.example.org", other));
        assert_eq!(verdict, Some(("ID.R52", PasskeyViolation::Origin)));
    }
    for value in ["true", "\"false\"", "null"] {
        let verdict = with_client_data(&CLIENT_DATA.replace("false", value));
        assert_eq!(verdict, Some(("ID.R52", PasskeyViolation::CrossOrigin)), "{value}");
    }
    assert_eq!(with_client_data(&CLIENT_DATA.replace(r#","crossOrigin":false"#, "")), None);
}

#[test] // ID.R53
fn authenticator_data_has_its_fixed_parts_and_extensions_only_if_it_says_so() {
    let malformed = Some(("ID.R53", PasskeyViolation::AuthenticatorData));
    let good = authenticator_data(5, 0, &[]);
    for cut in [0, 1, 32, 33, 36] {
        assert_eq!(with_authenticator_data(good[..cut].to_vec()), malformed);
    }
    assert_eq!(with_authenticator_data(authenticator_data(5, 0, &[0xa0])), malformed);
    assert_eq!(with_authenticator_data(authenticator_data(0x85, 0, &[])), malformed);
    assert_eq!(with_authenticator_data(authenticator_data(0x85, 0, &[0xa0])), None);
    assert_eq!(with_authenticator_data(authenticator_data(0x45, 0, &[])), malformed, "nothing is attested");
    assert_eq!(with_authenticator_data(authenticator_data(0x15, 0, &[])), malformed, "backed up, not eligible");
    assert_eq!(with_authenticator_data(authenticator_data(0x1d, 0, &[])), None);
}

#[test] // ID.R54
fn a_passkey_of_another_relying_party_is_refused() {
    let mut data = authenticator_data(5, 0, &[]);
    data[0] ^= 1;
    assert_eq!(with_authenticator_data(data), Some(("ID.R54", PasskeyViolation::RelyingParty)));
}

#[test] // ID.R55
fn a_user_is_present_and_verified_unless_verification_is_optional() {
    let absent = Some(("ID.R55", PasskeyViolation::UserPresence));
    assert_eq!(with_authenticator_data(authenticator_data(0, 0, &[])), absent);
    assert_eq!(with_authenticator_data(authenticator_data(4, 0, &[])), absent);
    let unverified = signed(CLIENT_DATA, authenticator_data(1, 0, &[]));
    assert_eq!(verdict(&policy(), &unverified), Some(("ID.R55", PasskeyViolation::UserVerification)));
    assert_eq!(verdict(&policy().with_user_verification(UserVerification::Optional), &unverified), None);
}

#[test] // ID.R56
fn the_twin_with_a_high_s_is_refused_though_the_ledger_takes_it() {
    let mut signature = signed(CLIENT_DATA, authenticator_data(5, 0, &[]));
    let (r, s) = signature.scalars().unwrap().split_scalars();
    signature.bytes = Signature::from_scalars(r, -s).unwrap().to_der().as_bytes().to_vec();
    assert_eq!(verdict(&policy(), &signature), Some(("ID.R56", PasskeyViolation::HighS)));
}

#[test] // ID.R57
fn a_counter_advances_or_is_never_used() {
    let went_back = Some(("ID.R57", PasskeyViolation::Counter));
    for (last, now, expected) in
        [(0, 0, None), (0, 1, None), (7, 8, None), (7, 7, went_back), (7, 6, went_back), (7, 0, went_back)]
    {
        let signature = signed(CLIENT_DATA, authenticator_data(5, now, &[]));
        assert_eq!(signature.counter(), Some(now));
        assert_eq!(verdict(&policy().after_counter(last), &signature), expected, "{last} {now}");
    }
}

#[test]
fn a_signature_that_does_not_hold_is_refused_before_the_policy_is_looked_at() {
    let signature = signed(CLIENT_DATA, authenticator_data(0, 0, &[]));
    assert!(matches!(signature.check("another text", &policy()), Err(IdentityError::InvalidSignature { .. })));
}
