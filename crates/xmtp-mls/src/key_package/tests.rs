use super::*;
use crate::{
    group::config,
    testing::{Installation, now},
};
use openmls::{
    extensions::Extension,
    key_packages::{KeyPackage, Lifetime},
    prelude::{Capabilities, tls_codec::Serialize as _},
};
use proptest::prelude::*;
use std::time::Duration;
use xmtp_crypto::CIPHERSUITE;
use xmtp_storage::Namespace;
use xmtp_types::{Timestamp, WrapperAlgorithm};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn built(who: &mut Installation, at: Timestamp) -> NewKeyPackage {
    let inbox = who.inbox;
    who.transaction(|provider, key| build(provider, key, &inbox, at).unwrap())
}

fn extension(package: &KeyPackage, id: u16) -> Vec<u8> {
    package.extensions().unknown(id).unwrap().0.clone()
}

/// A key package that is sound but for what `change` makes of it.
fn odd(who: &mut Installation, lifetime: Lifetime, extensions: Vec<Extension>) -> Vec<u8> {
    let credential = who.credential();
    let capabilities = config::key_package_capabilities();
    who.job(|provider, key| {
        let bundle = KeyPackage::builder()
            .key_package_lifetime(lifetime)
            .leaf_node_capabilities(capabilities)
            .key_package_extensions(openmls::extensions::Extensions::from_vec(extensions).unwrap())
            .build(CIPHERSUITE, provider, key, credential)
            .unwrap();
        bundle.key_package().tls_serialize_detached().unwrap()
    })
}

#[test]
fn a_new_package_is_what_released_clients_upload() {
    let mut alice = Installation::new(1);
    let new = built(&mut alice, now());
    assert_eq!(new.bytes.len(), 1659);
    assert_eq!(new.bytes[..4], [0, 1, 0, 3]);
    let verified = verify(&new.bytes).unwrap();
    let package = verified.key_package();
    let ids: Vec<u16> = package.extensions().iter().map(|extension| extension.extension_type().into()).collect();
    assert_eq!(ids, [0x000a, 0xff04, 0xff03]);
    assert_eq!(extension(package, 0xff04), [0x0a, 0x01, 0x03]);
    let wrapper = extension(package, 0xff03);
    assert_eq!((wrapper.len(), &wrapper[..3]), (1221, [0x0a, 0xc0, 0x09].as_slice()));
    assert_eq!(wrapper[1219..], [0x10, 0x02]);
    let application_id = package.leaf_node().extensions().application_id().unwrap();
    assert_eq!(application_id.as_slice(), alice.inbox.to_string().as_bytes());
    assert!(package.last_resort());
    assert_eq!(package.life_time().not_after() - package.life_time().not_before(), 3600 + 7_257_600);
}

#[test]
fn a_verified_package_names_its_owner_and_how_to_welcome_it() {
    let mut alice = Installation::new(1);
    let verified = verify(&built(&mut alice, now()).bytes).unwrap();
    assert_eq!((verified.installation(), verified.inbox()), (alice.key.id(), alice.inbox));
    assert_eq!(verified.welcome_recipient().algorithm(), WrapperAlgorithm::XWingMlKem768Draft6);
    assert!(verified.reads_pointers());
    assert!(verified.expires_at() > now() && verified.valid_from() < now());
}

#[test]
fn both_public_keys_lead_to_their_private_keys() {
    let mut alice = Installation::new(1);
    let verified = verify(&built(&mut alice, now()).bytes).unwrap();
    let init_key = verified.key_package().hpke_init_key().as_slice().to_vec();
    let x_wing = verified.welcome_recipient().clone();
    alice.job(|provider, _| {
        let found = private_key_for(provider, WrapperAlgorithm::XWingMlKem768Draft6, &x_wing.to_bytes());
        assert_eq!(found.unwrap().unwrap().public_key(), x_wing);
        let found = private_key_for(provider, WrapperAlgorithm::Curve25519, &init_key).unwrap().unwrap();
        assert_eq!(found.public_key().to_bytes(), init_key);
        assert!(private_key_for(provider, WrapperAlgorithm::Curve25519, &[9; 32]).unwrap().is_none());
    });
}

#[test]
fn without_the_extensions_the_init_key_receives_and_no_pointer_is_read() {
    let mut alice = Installation::new(1);
    let verified = verify(&odd(&mut alice, Lifetime::default(), vec![])).unwrap();
    assert_eq!(verified.welcome_recipient().algorithm(), WrapperAlgorithm::Curve25519);
    assert_eq!(verified.welcome_recipient().to_bytes(), verified.key_package().hpke_init_key().as_slice());
    assert!(!verified.reads_pointers());
}

#[test]
fn an_algorithm_of_the_future_falls_back_to_the_init_key_and_a_broken_key_is_refused() {
    let with = |data: &[u8]| {
        let wrapper = Extension::Unknown(0xff03, openmls::extensions::UnknownExtension(data.to_vec()));
        verify(&odd(&mut Installation::new(1), Lifetime::default(), vec![wrapper]))
    };
    let future = with(&[0x0a, 0x01, 0xaa, 0x10, 0x09]).unwrap();
    assert_eq!(future.welcome_recipient().algorithm(), WrapperAlgorithm::Curve25519);
    assert_eq!(with(&[0x0a, 0x01, 0xaa, 0x10, 0x02]).unwrap_err(), KeyPackageError::BadKey("welcome key"));
    assert_eq!(with(&[0xff]).unwrap_err(), KeyPackageError::BadKey("welcome key"));
}

#[test]
fn lifetimes_are_checked_against_the_clock() {
    let mut alice = Installation::new(1);
    let seconds = now().as_secs();
    let past = Lifetime::init(seconds - 100, seconds - 10);
    assert_eq!(verify(&odd(&mut alice, past, vec![])).unwrap_err(), KeyPackageError::Expired);
    let future = Lifetime::init(seconds + 100, seconds + 1000);
    assert_eq!(verify(&odd(&mut alice, future, vec![])).unwrap_err(), KeyPackageError::NotYetValid);
}

#[test]
fn what_a_leaf_does_not_list_it_may_not_carry() {
    let mut alice = Installation::new(1);
    let credential = alice.credential();
    let bytes = alice.job(|provider, key| {
        let bundle = KeyPackage::builder()
            .leaf_node_capabilities(Capabilities::default())
            .mark_as_last_resort()
            .build(CIPHERSUITE, provider, key, credential)
            .unwrap();
        bundle.key_package().tls_serialize_detached().unwrap()
    });
    assert!(matches!(verify(&bytes), Err(KeyPackageError::Invalid(_))));
}

#[test]
fn another_suite_and_bytes_around_a_package_are_refused() {
    let whole = built(&mut Installation::new(1), now()).bytes;
    let mut other = whole.clone();
    other[3] = 1;
    assert_eq!(verify(&other).unwrap_err(), KeyPackageError::UnsupportedSuite(1));
    assert_eq!(verify(&[whole.clone(), vec![0]].concat()).unwrap_err(), KeyPackageError::Malformed);
    assert_eq!(verify(&[vec![0, 1, 0, 5], whole].concat()).unwrap_err(), KeyPackageError::Malformed);
    assert_eq!(verify(&[]).unwrap_err(), KeyPackageError::Malformed);
}

#[test]
fn rotation_is_due_at_first_then_after_thirty_days_or_five_seconds_after_a_welcome() {
    let mut alice = Installation::new(1);
    let start = now();
    let new = built(&mut alice, start);
    alice.job(|provider, _| {
        let kv = provider.kv();
        assert!(is_due(kv, start).unwrap());
        uploaded(kv, &new.id, start).unwrap();
        assert!(!is_due(kv, start.plus(29 * DAY)).unwrap());
        assert!(is_due(kv, start.plus(30 * DAY)).unwrap());
        queue_rotation(kv, start).unwrap();
        queue_rotation(kv, start.plus(Duration::from_secs(3))).unwrap();
        assert!(!is_due(kv, start.plus(Duration::from_secs(4))).unwrap());
        assert!(is_due(kv, start.plus(Duration::from_secs(5))).unwrap());
    });
}

#[test]
fn private_keys_go_a_day_after_another_package_took_over_and_leave_nothing_behind() {
    let mut alice = Installation::new(1);
    let start = now();
    let [first, second] = [built(&mut alice, start), built(&mut alice, start)];
    alice.transaction(|provider, _| uploaded(provider.kv(), &first.id, start).unwrap());
    let rotated = start.plus(30 * DAY);
    alice.transaction(|provider, _| uploaded(provider.kv(), &second.id, rotated).unwrap());

    let keys_of = |new: &NewKeyPackage| {
        let verified = verify(&new.bytes).unwrap();
        (verified.welcome_recipient().to_bytes(), verified.key_package().hpke_init_key().as_slice().to_vec())
    };
    let finds = |alice: &mut Installation, new: &NewKeyPackage| {
        let (x_wing, init) = keys_of(new);
        alice.job(|provider, _| {
            [(WrapperAlgorithm::XWingMlKem768Draft6, x_wing), (WrapperAlgorithm::Curve25519, init)]
                .map(|(algorithm, key)| private_key_for(provider, algorithm, &key).unwrap().is_some())
        })
    };
    assert_eq!(alice.transaction(|provider, _| prune(provider, rotated.plus(DAY)).unwrap()), 0);
    assert_eq!(finds(&mut alice, &first), [true, true]);
    let later = rotated.plus(DAY + Duration::from_secs(1));
    assert_eq!(alice.transaction(|provider, _| prune(provider, later).unwrap()), 1);
    assert_eq!(finds(&mut alice, &first), [false, false]);
    assert_eq!(finds(&mut alice, &second), [true, true]);
    let left = |namespace| alice.kv.values.keys().filter(|(space, _)| *space == namespace).count();
    // Record, two ways to it, the due time; and the MLS library's record of the package that is left.
    assert_eq!((left(Namespace::KeyPackages), left(Namespace::Mls)), (4, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_tampering_gets_through(at in any::<proptest::sample::Index>(), mask in 1u8..) {
        let mut bytes = built(&mut Installation::new(1), now()).bytes;
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        prop_assert!(verify(&bytes).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(verify(&bytes).is_err());
        prop_assert!(verify(&[vec![0, 1, 0, 3], bytes].concat()).is_err());
    }

    #[test]
    fn a_record_that_is_cut_short_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        const SEED_AND_DIGESTS: usize = 3 * 32;
        let is_read = super::build::Record::decode(&bytes).is_ok();
        prop_assert!(!is_read || bytes.len() > SEED_AND_DIGESTS);
    }
}
