//! What was let go while an installation was not in a group, and who may go on behind it.
use crate::world::{Actor, Shared, assert_agree, group_of};
use std::{collections::BTreeSet, slice};
use xmtp_mls::Missing;
use xmtp_types::{Delivered, GroupId, Topic};

#[test]
fn what_was_let_go_while_this_installation_was_not_in_the_group_is_read_before_what_follows() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    alice.add(&group, &[bob.inbox()]);
    alice.rotate(&group, 1);
    alice.send(&group, "one");
    let topic = Topic::group(&group);
    // Live, the group can be ahead of the welcome that brings this installation back to it.
    let ahead = network.after(&topic, &bob.cursor(&topic));
    assert!(bob.ingest(&ahead).unwrap().halted);
    let seen = network.after(&topic, &bob.cursor(&topic)).len();
    alice.send(&group, "two");
    let mut live = network.after(&Topic::welcome(&bob.id()), &bob.cursor(&Topic::welcome(&bob.id())));
    live.extend(network.after(&topic, &bob.cursor(&topic)).into_iter().skip(seen));
    bob.ingest(&live).unwrap();
    assert_eq!(bob.texts(&group), ["one", "two"]);
    assert_agree([&mut alice, &mut bob], &group);
}

/// A member that was put back into a group with a commit behind the one that did it, which came live before the welcome
/// and was let go, and what follows live.
fn put_back(network: &Shared) -> ([Actor; 2], GroupId, Vec<Delivered>) {
    let ([mut alice, mut bob], group) = group_of(network);
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    alice.add(&group, &[bob.inbox()]);
    alice.rotate(&group, 1);
    let (topic, welcomes) = (Topic::group(&group), Topic::welcome(&bob.id()));
    assert!(bob.ingest(&network.after(&topic, &bob.cursor(&topic))).unwrap().halted);
    let welcome = network.after(&welcomes, &bob.cursor(&welcomes));
    bob.ingest(&welcome).unwrap();
    let seen = network.after(&topic, &bob.cursor(&topic)).len();
    alice.rotate(&group, 2);
    alice.send(&group, "one");
    let live = network.after(&topic, &bob.cursor(&topic)).split_off(seen);
    ([alice, bob], group, live)
}

#[test]
fn what_comes_live_while_somebody_reads_what_was_let_go_waits_for_a_reading_of_its_own() {
    let network = Shared::new();
    let ([mut alice, mut bob], group, live) = put_back(&network);
    let reading = bob.step(|session| Ok(session.begin_reading(&group))).unwrap();
    // Its pages are on their way when the live ones come.
    let pages = network.after(&Topic::group(&group), &bob.cursor(&Topic::group(&group)));
    let asked = bob.step(|session| session.ingest(&live, &[])).unwrap();
    assert_eq!((asked.done, asked.missing), (0, BTreeSet::from([Missing::Group(group.clone())])));
    let read = bob.step(|session| session.ingest(&pages, slice::from_ref(&reading))).unwrap();
    assert_eq!((read.done, read.missing), (pages.len(), BTreeSet::new()));
    bob.ingest(&live).unwrap();
    assert_eq!(bob.texts(&group), ["one"]);
    assert_eq!(bob.refusals(), [""; 0]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn a_reading_says_nothing_about_what_is_let_go_after_its_pages_were_asked_for() {
    let network = Shared::new();
    let ([mut alice, mut bob], group, live) = put_back(&network);
    let (topic, welcomes) = (Topic::group(&group), Topic::welcome(&bob.id()));
    let reading = bob.step(|session| Ok(session.begin_reading(&group))).unwrap();
    bob.ingest(&live).unwrap();
    alice.remove(&group, &[bob.inbox()]);
    let pages = network.after(&topic, &bob.cursor(&topic));
    bob.step(|session| session.ingest(&pages, slice::from_ref(&reading))).unwrap();
    alice.add(&group, &[bob.inbox()]);
    alice.rotate(&group, 3);
    let ahead = network.after(&topic, &bob.cursor(&topic));
    assert!(bob.ingest(&ahead).unwrap().halted);
    bob.step(|session| {
        session.end_reading(&reading, true);
        Ok(())
    })
    .unwrap();
    bob.ingest(&network.after(&welcomes, &bob.cursor(&welcomes))).unwrap();
    alice.send(&group, "two");
    bob.ingest(&network.after(&topic, &bob.cursor(&topic)).split_off(1)).unwrap();
    assert_eq!(bob.texts(&group), ["one", "two"]);
    assert_eq!(bob.refusals(), [""; 0]);
    assert_agree([&mut alice, &mut bob], &group);
}
