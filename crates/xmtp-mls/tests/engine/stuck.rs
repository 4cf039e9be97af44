//! Commits that cannot be gone past: the group waits there and says what to do.
//!
//! One of them is a known limit of the MLS library: it refuses a commit that adds a key package which has expired since.
use crate::world::{Actor, Shared, assert_agree, group_of};
use std::time::Duration;
use xmtp_mls::{EngineError, Event, Intent};
use xmtp_storage::GroupStatus;
use xmtp_types::Topic;

/// How long key packages are valid, and how little of that is left of the one in this test.
const LIFETIME: Duration = Duration::from_secs(84 * 24 * 60 * 60);
const LEFT: Duration = Duration::from_secs(3);

#[test]
fn a_commit_that_adds_an_expired_key_package_stops_the_group_until_this_inbox_is_added_again() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let mut dormant = Actor::register(&network);
    dormant.upload_key_package_of(LIFETIME - LEFT);
    alice.add(&group, &[dormant.inbox()]);
    carol.sync();
    assert!(carol.is_in(&group), "who reads the commit in time applies it");
    let commit = network.after(&Topic::group(&group), &bob.cursor(&Topic::group(&group))).remove(0);
    // The library compares with the system's clock and takes no other.
    std::thread::sleep(LEFT + Duration::from_secs(1));

    let before = bob.cursor(&Topic::group(&group));
    bob.sync();
    let GroupStatus::Stuck { reason, commit: at } = bob.status(&group) else { panic!("the group went on") };
    assert!(reason.contains("expired") && reason.contains("add it again"), "{reason}");
    assert_eq!((at, bob.cursor(&Topic::group(&group))), (commit.sequence_id, before.clone()));
    assert!(bob.events.iter().any(|event| matches!(event, Event::Halted { .. })));
    let queued = bob.step(|session| session.queue_message(&group, b"anybody?".to_vec(), false));
    assert!(matches!(queued, Err(EngineError::Inactive(why)) if why == reason));
    bob.sync();
    assert_eq!(bob.cursor(&Topic::group(&group)), before, "it waits however often it is synced");

    alice.remove(&group, &[bob.inbox()]);
    alice.add(&group, &[bob.inbox()]);
    for actor in [&mut bob, &mut carol, &mut dormant] {
        actor.sync();
    }
    assert_eq!(bob.status(&group), GroupStatus::Active);
    bob.send(&group, "back");
    for actor in [&mut alice, &mut carol, &mut dormant] {
        actor.sync();
        assert_eq!(actor.texts(&group), ["back"]);
    }
    assert_agree([&mut alice, &mut bob, &mut carol, &mut dormant], &group);
}

#[test]
fn a_commit_of_ours_that_is_not_let_through_any_more_stops_the_group_instead_of_splitting_it() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice.step(|session| session.queue(&group, &Intent::RotateKeys)).unwrap();
    alice.staged(&group).into_iter().for_each(|envelope| network.post(envelope));
    bob.sync();
    network.lock().lose_identity(&alice.inbox());
    alice.reopen();
    let before = alice.cursor(&Topic::group(&group));
    alice.sync();
    assert!(matches!(alice.status(&group), GroupStatus::Stuck { reason, .. } if reason.contains("CM.R6")));
    assert_eq!(alice.cursor(&Topic::group(&group)), before);
}
