//! Installations that are taken out and put back in one commit.
use crate::world::{Actor, Shared, assert_agree, group_of};
use std::time::Duration;
use xmtp_mls::{Event, Intent};
use xmtp_storage::{DeliveryStatus, GroupStatus, MessageKind};
use xmtp_types::{GroupId, InstallationId};

fn readd(actor: &mut Actor, group: &GroupId, installations: &[InstallationId]) {
    actor.commit(group, &Intent::ReaddInstallations { installations: installations.to_vec() });
    assert_eq!(actor.failures(), [""; 0]);
}

#[test] // GROUP.R7
fn an_installation_that_stopped_reads_on_after_it_was_put_back() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let mut dormant = Actor::register(&network);
    dormant.upload_key_package_of(Duration::from_secs(84 * 24 * 60 * 60 - 2));
    alice.add(&group, &[dormant.inbox()]);
    // The library compares with the system's clock and takes no other.
    std::thread::sleep(Duration::from_secs(3));
    bob.sync();
    assert!(matches!(bob.status(&group), GroupStatus::Stuck { .. }));

    let membership = alice.step(|session| session.membership(&group)).unwrap();
    readd(&mut alice, &group, &[bob.id()]);
    assert_eq!(alice.step(|session| session.membership(&group)).unwrap(), membership);
    bob.sync();
    assert_eq!(bob.status(&group), GroupStatus::Active);
    bob.send(&group, "back");
    alice.sync();
    assert_eq!(alice.texts(&group), ["back"]);
    assert_agree([&mut alice, &mut bob], &group);
    // Nobody came or went as far as people are concerned.
    let updates = alice.messages(&group, MessageKind::MembershipChange).len();
    assert_eq!(updates, 2, "the two commits that added members");
    drop(carol.try_sync());
}

#[test] // GROUP.R7
fn several_are_put_back_at_once_and_what_they_had_queued_goes_out() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    bob.queue_message(&group, "before and after");
    let wished = [bob.id(), carol.id(), alice.id(), bob.id(), InstallationId::from_bytes([9; 32])];
    readd(&mut alice, &group, &wished);
    // The removal is read without the welcome, as a live client may.
    let removal = network.after(&xmtp_types::Topic::group(&group), &bob.cursor(&xmtp_types::Topic::group(&group)));
    bob.ingest(&removal).unwrap();
    assert_eq!(bob.status(&group), GroupStatus::Removed);
    let changed = bob.events.iter().find_map(|event| match event {
        Event::Changed { change, .. } => Some(change.readded.clone()),
        _ => None,
    });
    let mut expected = [bob.id(), carol.id()];
    expected.sort();
    assert_eq!(changed.unwrap(), expected);
    bob.sync();
    bob.drive(&group).unwrap();
    alice.sync();
    carol.sync();
    assert_eq!(carol.texts(&group), ["before and after"]);
    let row = bob.messages(&group, MessageKind::Application).remove(0);
    assert_eq!(row.status, DeliveryStatus::Published);
    assert_eq!((bob.failures(), carol.refusals()), (vec![], vec![]));
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}

#[test] // GROUP.R7
fn one_without_a_key_package_stays_out_is_named_as_failed_and_comes_back_later() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    network.lock().withdraw_key_package(&carol.id());
    readd(&mut alice, &group, &[bob.id(), carol.id()]);
    bob.sync();
    carol.sync();
    assert_eq!(carol.status(&group), GroupStatus::Removed);
    for actor in [&mut alice, &mut bob] {
        let info = actor.info(&group);
        assert_eq!(info.failed_installations, [carol.id()]);
        assert_eq!(info.members[&carol.inbox()].installations, []);
    }
    // Whoever joins now is told that it is missing.
    let mut dave = Actor::register(&network);
    alice.add(&group, &[dave.inbox()]);
    dave.sync();
    assert!(dave.is_in(&group));
    // The inbox is removed and added again once it has a key package.
    carol.upload_key_package();
    alice.remove(&group, &[carol.inbox()]);
    alice.add(&group, &[carol.inbox()]);
    carol.sync();
    bob.sync();
    dave.sync();
    assert_eq!(alice.info(&group).failed_installations, []);
    assert_agree([&mut alice, &mut bob, &mut carol, &mut dave], &group);
}
