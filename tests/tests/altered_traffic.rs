//! What official clients put on the network, altered, cut and mixed: every decoder answers, and nothing that was signed
//! or sealed is taken for what it was.
//!
//! The fixtures are those of `official_traffic`.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]
use std::{fs, path::Path, sync::LazyLock};

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use xmtp_content_types::Content;
use xmtp_crypto::welcome_wrap::{WelcomePublicKey, WelcomeSecretKey, open_pointer, open_welcome};
use xmtp_identity::{InboxState, UnverifiedUpdate};
use xmtp_mls::{
    group::permissions::PolicySet,
    key_package::{KeyPackageError, verify},
    peek::{PeekError, public_parts},
};
use xmtp_types::WrapperAlgorithm;

/// Version, framing, group id of 16 bytes behind its length, epoch, content type.
const HEAD_OF_A_MESSAGE: usize = 2 + 2 + 1 + 16 + 8 + 1;
const ALGORITHMS: [WrapperAlgorithm; 2] = [WrapperAlgorithm::Curve25519, WrapperAlgorithm::XWingMlKem768Draft6];

/// Every fixture of every generation, with its kind.
static RECORDED: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let official = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join("official");
    let generations = fs::read_dir(official).unwrap().map(|entry| entry.unwrap().path());
    let files = generations.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut recorded: Vec<_> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name.rsplit_once('-').unwrap().0.to_owned(), fs::read(&path).unwrap())
        })
        .collect();
    recorded.sort();
    recorded
});

static STRANGERS: LazyLock<[WelcomeSecretKey; 2]> =
    LazyLock::new(|| ALGORITHMS.map(|algorithm| WelcomeSecretKey::from_bytes(algorithm, &[7; 32]).unwrap()));

/// A fixture of one of `kinds`.
fn any_of(kinds: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let found: Vec<_> = RECORDED.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).collect();
    assert!(found.len() >= 2 * kinds.len(), "{kinds:?}");
    select(found).prop_map(|(_, bytes)| bytes.clone())
}

/// A fixture of any kind.
fn any_fixture() -> impl Strategy<Value = Vec<u8>> {
    select(RECORDED.as_slice()).prop_map(|(_, bytes)| bytes)
}

/// A byte of a fixture of one of `kinds`, and what to flip in it.
fn altered(kinds: &'static [&'static str]) -> impl Strategy<Value = (Vec<u8>, usize)> {
    (any_of(kinds), any::<Index>(), 1..=u8::MAX).prop_map(|(mut bytes, at, mask)| {
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        (bytes, at)
    })
}

/// Hands `bytes` to everything that reads bytes of others.
fn read(bytes: &[u8]) {
    let _ = public_parts(bytes);
    let _ = verify(bytes);
    let _ = PolicySet::decode(bytes);
    let _ = InboxState::from_bytes(bytes);
    if let Ok(update) = UnverifiedUpdate::decode(bytes) {
        assert_eq!(UnverifiedUpdate::decode(&update.encode()).as_ref(), Ok(&update));
        let _ = update.verify().map(|update| InboxState::fold([&update]));
    }
    let content = Content::from_bytes(bytes);
    assert!(Content::from_bytes(&content.to_bytes()) == content);
    for (algorithm, secret) in ALGORITHMS.into_iter().zip(STRANGERS.iter()) {
        let _ = WelcomePublicKey::from_bytes(algorithm, bytes);
        assert!(open_welcome(secret, bytes, &[]).is_err());
        assert!(open_pointer(secret, bytes).is_err());
    }
}

#[test]
fn every_decoder_answers_to_every_fixture() {
    for (_, bytes) in RECORDED.iter() {
        read(bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn every_decoder_answers_to_what_is_cut_together_from_two_fixtures(
        (one, other) in (any_fixture(), any_fixture()),
        (end, start) in any::<(Index, Index)>(),
        between in proptest::collection::vec(any::<u8>(), 0..6),
    ) {
        let head = &one[..end.index(one.len())];
        let tail = &other[start.index(other.len())..];
        read(&[head, &between, tail].concat());
    }

    #[test]
    fn every_decoder_answers_to_a_fixture_with_a_byte_altered(
        (bytes, _) in altered(&["commit", "identity_update", "key_package", "message", "welcome", "welcome_pointer"]),
    ) {
        read(&bytes);
    }

    /// A lifetime is looked at last, so one that is only too old would have passed everything else.
    #[test]
    fn an_altered_key_package_is_refused_for_more_than_its_time((bytes, at) in altered(&["key_package"])) {
        let refused = verify(&bytes).err();
        let passed = matches!(refused, None | Some(KeyPackageError::Expired | KeyPackageError::NotYetValid));
        prop_assert!(!passed, "byte {at}: {refused:?}");
    }

    #[test]
    fn what_is_altered_behind_the_head_of_a_message_does_not_change_what_is_read_of_it(
        original in any_of(&["message", "commit"]),
        at: Index,
        mask in 1..=u8::MAX,
    ) {
        let mut bytes = original.clone();
        bytes[HEAD_OF_A_MESSAGE + at.index(original.len() - HEAD_OF_A_MESSAGE)] ^= mask;
        let read = public_parts(&bytes);
        let is_cut = matches!(read, Err(PeekError::Truncated | PeekError::BadLength));
        prop_assert!(is_cut || read == public_parts(&original), "{read:?}");
    }
}
