//! What official clients of two generations put on the network, read by our decoders without Node.
//!
//! The fixtures are recorded by `cargo xtask interop --record`. Everything in them was public on a test network; the
//! keys that would open it are gone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use xmtp_crypto::{
    CryptoError,
    welcome_wrap::{WelcomeSecretKey, open_pointer, open_welcome},
    xwing::XWingSecretKey,
};
use xmtp_identity::{IdentityError, InboxState, UnverifiedUpdate};
use xmtp_mls::{
    key_package::{KeyPackageError, verify},
    peek::{ContentKind, Framing, public_parts},
};

const GENERATIONS: [&str; 2] = ["node-sdk-5", "node-sdk-6-nightly"];

/// All fixtures of one kind, of both generations.
fn recorded(kind: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for generation in GENERATIONS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/official").join(generation);
        let before = found.len();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name.rsplit_once('-').is_some_and(|(of, _)| of == kind) {
                found.push((format!("{generation}/{name}"), fs::read(path).unwrap()));
            }
        }
        assert!(found.len() > before, "{generation} has no fixture of kind {kind}");
    }
    found.sort();
    found
}

#[test]
fn messages_and_commits_are_private_messages_of_their_kind() {
    for (kind, content) in [("message", ContentKind::Application), ("commit", ContentKind::Commit)] {
        for (name, bytes) in recorded(kind) {
            let parts = public_parts(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((parts.content, parts.framing), (content, Framing::Private), "{name}");
            assert_eq!(parts.group.as_bytes().len(), 16, "{name}");
        }
    }
}

#[test]
fn a_group_message_cut_anywhere_in_its_head_is_refused() {
    for (name, bytes) in recorded("message") {
        for length in 0..24 {
            assert!(public_parts(&bytes[..length]).is_err(), "{name} cut to {length} bytes is taken");
        }
    }
}

/// Key packages live for twelve weeks. Before and after they are refused for their time, which is what is looked at
/// last: their signatures held.
#[test]
fn key_packages_are_sound_and_their_owners_follow_pointers() {
    let mut installations = BTreeSet::new();
    for (name, bytes) in recorded("key_package") {
        assert_eq!(bytes[..4], [0, 1, 0, 3], "{name}");
        match verify(&bytes) {
            Ok(package) => {
                assert!(package.reads_pointers(), "{name}");
                installations.insert(package.installation());
            }
            Err(KeyPackageError::Expired | KeyPackageError::NotYetValid) => {}
            Err(error) => panic!("{name}: {error}"),
        }
        assert_eq!(verify(&bytes[..bytes.len() - 1]).unwrap_err(), KeyPackageError::Malformed, "{name}");
    }
}

#[test]
fn identity_updates_verify_and_encode_to_the_same_bytes() {
    for (name, bytes) in recorded("identity_update") {
        let update = UnverifiedUpdate::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(update.encode(), bytes, "{name}");
        update.verify().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn an_inbox_is_folded_from_its_recorded_updates() {
    let updates: Vec<_> = recorded("identity_update")
        .iter()
        .map(|(_, it)| UnverifiedUpdate::decode(it).unwrap().verify().unwrap())
        .collect();
    let inboxes: BTreeSet<_> = updates.iter().map(|update| *update.inbox_id()).collect();
    let mut most_installations = 0;
    for inbox in inboxes {
        let state = InboxState::fold(updates.iter().filter(|update| *update.inbox_id() == inbox)).unwrap();
        assert_eq!(state.identifiers().count(), 1);
        most_installations = most_installations.max(state.installations().count());
    }
    assert_eq!(most_installations, 2, "one user was recorded with two installations");
}

/// Looks for the ids as bytes, so that it holds when the key packages have expired.
#[test]
fn a_key_package_is_of_an_installation_that_speaks_for_the_inbox_it_names() {
    let mut inboxes = BTreeMap::<_, Vec<_>>::new();
    for (name, bytes) in recorded("identity_update") {
        let update = UnverifiedUpdate::decode(&bytes).unwrap().verify().unwrap();
        let generation = name.split('/').next().unwrap().to_owned();
        inboxes.entry((generation, *update.inbox_id())).or_default().push(update);
    }
    let packages = recorded("key_package");
    let mut matched = 0;
    for ((generation, inbox), updates) in inboxes {
        let state = InboxState::fold(&updates).unwrap();
        let names = |bytes: &[u8], id: &[u8]| bytes.windows(id.len()).any(|window| window == id);
        for (name, bytes) in packages.iter().filter(|(name, _)| name.starts_with(&generation)) {
            if names(bytes, inbox.to_string().as_bytes()) {
                assert!(state.installations().any(|id| names(bytes, id.as_bytes())), "{name}");
                matched += 1;
            }
        }
    }
    assert!(matched >= 2 * GENERATIONS.len(), "few key packages are of a recorded inbox: {matched}");
}

/// Some bytes may be altered without effect on who speaks for the inbox: the form in which a wallet writes a
/// signature's parity, and a time finer than the seconds that the signed text shows.
#[test]
fn no_altered_identity_update_makes_other_members() {
    let members = |bytes: &[u8]| {
        let state = InboxState::fold([&UnverifiedUpdate::decode(bytes)?.verify()?])?;
        let identifiers: Vec<_> = state.identifiers().cloned().collect();
        Ok::<_, IdentityError>((identifiers, state.installations().copied().collect::<Vec<_>>()))
    };
    let (name, bytes) = recorded("identity_update").swap_remove(0);
    let recorded = members(&bytes).unwrap();
    for (index, bit) in (0..bytes.len()).flat_map(|index| (0..8).map(move |bit| (index, bit))) {
        let mut altered = bytes.clone();
        altered[index] ^= 1 << bit;
        if let Ok(taken) = members(&altered) {
            assert_eq!(taken, recorded, "{name}: bit {bit} of byte {index}");
        }
    }
}

#[test]
fn welcomes_and_pointers_are_framed_as_expected_and_open_for_nobody_else() {
    let stranger = WelcomeSecretKey::XWing(XWingSecretKey::generate().unwrap());
    for (name, bytes) in recorded("welcome") {
        assert_eq!(open_welcome(&stranger, &bytes, &[]).unwrap_err(), CryptoError::DecryptionFailed, "{name}");
    }
    for (name, bytes) in recorded("welcome_pointer") {
        assert_eq!(open_pointer(&stranger, &bytes).unwrap_err(), CryptoError::DecryptionFailed, "{name}");
    }
}
