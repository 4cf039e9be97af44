//! Welcomes from the committer's hands to the joiner's, outer layer alone.
use super::{
    open::{OpenedWelcome, Unwrapped, WelcomeError, unwrap},
    pointer::{self, Pointer},
    send::{Pointers, Recipient, seal},
};
use crate::{
    key_package::{NewKeyPackage, build, verify},
    testing::{Installation, now},
};
use openmls::key_packages::KeyPackage;
use openmls::prelude::tls_codec::Serialize as _;
use proptest::prelude::*;
use prost::Message as _;
use xmtp_crypto::{CIPHERSUITE, welcome_pointer::PointeeKeys};
use xmtp_proto::xmtp::mls::message_contents::{WelcomePointer, welcome_pointer::Version};
use xmtp_types::{ClientEnvelope, Payload, PointerAlgorithm, SequenceId, Topic, WrapperAlgorithm};

const WELCOME: &[u8] = b"an MLS welcome";
const COMMIT: SequenceId = SequenceId::new(42);

/// Installations that offer what released clients offer, and what their key packages say about them.
fn installations(count: u8) -> (Vec<Installation>, Vec<Recipient>) {
    (1..=count).map(|seed| with_package(Installation::new(seed))).unzip()
}

fn with_package(mut who: Installation) -> (Installation, Recipient) {
    let inbox = who.inbox;
    let NewKeyPackage { bytes, .. } = who.transaction(|provider, key| build(provider, key, &inbox, now()).unwrap());
    let recipient = Recipient::from(&verify(&bytes).unwrap());
    (who, recipient)
}

/// A recipient whose key package has none of the extensions.
fn plain_recipient(mut who: Installation) -> Recipient {
    let credential = who.credential();
    let bytes = who.transaction(|provider, key| {
        let bundle = KeyPackage::builder().build(CIPHERSUITE, provider, key, credential).unwrap();
        bundle.key_package().tls_serialize_detached().unwrap()
    });
    Recipient::from(&verify(&bytes).unwrap())
}

fn opened(who: &mut Installation, envelope: &ClientEnvelope) -> Result<Unwrapped, WelcomeError> {
    assert_eq!(envelope.topic, Topic::welcome(&who.key.id()));
    who.job(|provider, _| unwrap(provider, &envelope.payload))
}

fn expected() -> OpenedWelcome {
    OpenedWelcome { welcome: WELCOME.to_vec(), message_cursor: COMMIT }
}

#[test]
fn two_recipients_get_a_copy_each() {
    let (mut who, recipients) = installations(2);
    let envelopes = seal(WELCOME, COMMIT, &recipients, None).unwrap();
    assert_eq!(envelopes.len(), 2);
    for (who, envelope) in who.iter_mut().zip(&envelopes) {
        let Payload::Welcome { algorithm, hpke_public_key, .. } = &envelope.payload else { panic!("not a copy") };
        assert_eq!((*algorithm, hpke_public_key.len()), (WrapperAlgorithm::XWingMlKem768Draft6, 1216));
        let Ok(Unwrapped::Welcome(welcome)) = opened(who, envelope) else { panic!("does not open") };
        assert_eq!(welcome, expected());
    }
}

#[test]
fn three_recipients_get_pointers_to_one_copy_that_is_sent_first() {
    let (mut who, recipients) = installations(3);
    let envelopes = seal(WELCOME, COMMIT, &recipients, None).unwrap();
    let [pointee, pointers @ ..] = envelopes.as_slice() else { panic!("nothing was sealed") };
    assert_eq!(pointers.len(), 3);
    for (who, envelope) in who.iter_mut().zip(pointers) {
        let Ok(Unwrapped::Pointer(pointer)) = opened(who, envelope) else { panic!("not a pointer") };
        assert_eq!(pointer.topic(), pointee.topic);
        assert_eq!(pointer.open(&pointee.payload).unwrap(), expected());
    }
}

#[test]
fn pointers_that_were_sealed_ahead_lead_to_the_welcome_they_are_tied_to() {
    let (mut who, mut recipients) = installations(3);
    recipients.insert(1, plain_recipient(Installation::new(9)));
    let keys: Vec<_> = recipients.iter().map(|recipient| recipient.key().unwrap()).collect();
    let mut ahead = Pointers::seal(&recipients, &keys).unwrap();
    assert!(!ahead.point_to(WELCOME));
    ahead.tie_to(WELCOME);
    assert!(ahead.point_to(WELCOME) && !ahead.point_to(b"another welcome"));
    let envelopes = seal(WELCOME, COMMIT, &recipients, Some(ahead)).unwrap();
    let [pointee, first, copy, others @ ..] = envelopes.as_slice() else { panic!("nothing was sealed") };
    assert!(matches!(copy.payload, Payload::Welcome { algorithm: WrapperAlgorithm::Curve25519, .. }));
    assert_eq!(others.len(), 2);
    for (who, envelope) in who.iter_mut().zip([first].into_iter().chain(others)) {
        let Ok(Unwrapped::Pointer(pointer)) = opened(who, envelope) else { panic!("not a pointer") };
        assert_eq!((pointer.topic(), pointer.open(&pointee.payload).unwrap()), (pointee.topic.clone(), expected()));
    }
}

#[test]
fn who_cannot_read_pointers_gets_a_copy_beside_them() {
    let (_, mut recipients) = installations(3);
    recipients.insert(1, plain_recipient(Installation::new(9)));
    let envelopes = seal(WELCOME, COMMIT, &recipients, None).unwrap();
    let kinds: Vec<_> = envelopes
        .iter()
        .map(|envelope| match &envelope.payload {
            Payload::Welcome { algorithm, .. } => Some(*algorithm),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [Some(WrapperAlgorithm::SymmetricKey), None, Some(WrapperAlgorithm::Curve25519), None, None]);
}

#[test]
fn a_key_that_nothing_can_be_sealed_to_does_not_keep_the_others_waiting() {
    let (_, mut recipients) = installations(2);
    recipients.insert(1, Recipient::with_key_of_small_order());
    assert_eq!(seal(WELCOME, COMMIT, &recipients, None).unwrap().len(), 2);
}

#[test]
fn recipients_survive_being_kept() {
    let (mut who, recipients) = installations(1);
    let kept: Vec<Recipient> = postcard::from_bytes(&postcard::to_stdvec(&recipients).unwrap()).unwrap();
    let envelopes = seal(WELCOME, COMMIT, &kept, None).unwrap();
    assert!(matches!(opened(&mut who[0], &envelopes[0]), Ok(Unwrapped::Welcome(_))));
}

#[test]
fn a_welcome_without_metadata_begins_at_the_beginning() {
    let (mut who, recipients) = installations(1);
    let mut envelope = seal(WELCOME, COMMIT, &recipients, None).unwrap().remove(0);
    let Payload::Welcome { metadata, .. } = &mut envelope.payload else { panic!("not a copy") };
    metadata.clear();
    let Ok(Unwrapped::Welcome(welcome)) = opened(&mut who[0], &envelope) else { panic!("does not open") };
    assert_eq!(welcome.message_cursor, SequenceId::ZERO);
}

#[test]
fn a_welcome_for_somebody_else_names_a_key_that_is_not_here() {
    let (mut who, recipients) = installations(2);
    let envelopes = seal(WELCOME, COMMIT, &recipients, None).unwrap();
    let result = who[0].job(|provider, _| unwrap(provider, &envelopes[1].payload));
    assert!(matches!(result, Err(WelcomeError::NoKey)));
}

#[test]
fn what_does_not_belong_on_a_welcome_topic_is_refused() {
    let (mut who, recipients) = installations(3);
    let pointee = seal(WELCOME, COMMIT, &recipients, None).unwrap().remove(0);
    for payload in [pointee.payload, Payload::KeyPackage(vec![1])] {
        let result = who[0].job(|provider, _| unwrap(provider, &payload));
        assert!(matches!(result, Err(WelcomeError::NotAWelcome)));
    }
}

#[test]
fn pointers_that_are_of_no_use_say_why() {
    let keys = PointeeKeys::generate().unwrap();
    let whole = WelcomePointer::decode(pointer::encode(&keys).as_slice()).unwrap();
    let why = |change: fn(&mut xmtp_proto::xmtp::mls::message_contents::welcome_pointer::WelcomeV1Pointer)| {
        let mut odd = whole.clone();
        let Some(Version::WelcomeV1Pointer(v1)) = &mut odd.version else { panic!("no version") };
        change(v1);
        Pointer::decode(&odd.encode_to_vec()).map(drop).unwrap_err().to_string()
    };
    assert!(why(|pointer| pointer.aead_type = 1).contains("cipher"));
    assert!(why(|pointer| pointer.encryption_key.truncate(31)).contains("length"));
    assert!(why(|pointer| pointer.destination.push(0)).contains("length"));
    assert!(Pointer::decode(&[]).unwrap_err().to_string().contains("version"));
    assert!(Pointer::decode(&[0xff]).unwrap_err().to_string().contains("decode"));
}

#[test]
fn a_pointee_must_be_whole() {
    let keys = PointeeKeys::generate().unwrap();
    let pointer = Pointer::decode(&pointer::encode(&keys)).unwrap();
    let sealed = keys.seal(WELCOME, &[0x08, 42]).unwrap();
    let found = |data: &[u8], metadata: &[u8], algorithm| {
        let payload =
            Payload::Welcome { data: data.to_vec(), hpke_public_key: vec![], algorithm, metadata: metadata.to_vec() };
        pointer.open(&payload)
    };
    assert_eq!(found(&sealed.data, &sealed.metadata, WrapperAlgorithm::SymmetricKey).unwrap(), expected());
    assert!(found(&sealed.data, &[], WrapperAlgorithm::SymmetricKey).is_err());
    assert!(found(&[], &sealed.metadata, WrapperAlgorithm::SymmetricKey).is_err());
    assert!(found(&sealed.data, &sealed.metadata, WrapperAlgorithm::Curve25519).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_tampering_gets_through(at in any::<proptest::sample::Index>(), mask in 1u8.., which in 0u8..3) {
        let (mut who, recipients) = installations(if which == 2 { 3 } else { 1 });
        let mut envelope = seal(WELCOME, COMMIT, &recipients, None).unwrap().pop().unwrap();
        let who = who.last_mut().unwrap();
        let bytes = match &mut envelope.payload {
            Payload::Welcome { metadata, .. } if which == 0 => metadata,
            Payload::Welcome { data, .. } => data,
            Payload::WelcomePointer { pointer, .. } => pointer,
            _ => panic!("unexpected payload"),
        };
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        prop_assert!(opened(who, &envelope).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (mut who, recipients) = installations(1);
        let Some(Payload::Welcome { hpke_public_key, .. }) =
            seal(WELCOME, COMMIT, &recipients, None).unwrap().pop().map(|envelope| envelope.payload)
        else { panic!("not a copy") };
        let algorithm = PointerAlgorithm::XWingMlKem768Draft6;
        let payload = Payload::WelcomePointer { pointer: bytes.clone(), hpke_public_key, algorithm };
        prop_assert!(who[0].job(|provider, _| unwrap(provider, &payload)).is_err());
        let _ = Pointer::decode(&bytes);
    }
}
