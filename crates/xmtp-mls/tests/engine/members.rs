//! Coming, going, coming back; more than one installation; welcomes by pointer.
use crate::world::{Actor, Shared, assert_agree, group_of};
use xmtp_mls::{EngineError, Event, Intent, PermissionKind, Policy, Role, WishError, group::metadata};
use xmtp_storage::{DeliveryStatus, GroupStatus, MessageKind};
use xmtp_types::{Payload, SequenceId, Topic, TopicKind, WrapperAlgorithm};

#[test]
fn members_read_what_others_say() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    let from_alice = alice.send(&group, "hello");
    bob.sync();
    bob.send(&group, "hi");
    for actor in [&mut alice, &mut bob, &mut carol] {
        actor.sync();
        assert_eq!(actor.texts(&group), ["hello", "hi"]);
        assert_eq!(actor.messages(&group, MessageKind::Application)[0].id, from_alice);
        assert_eq!(actor.refusals(), [""; 0]);
    }
    let said = carol.messages(&group, MessageKind::Application);
    assert_eq!((said[1].sender_inbox, said[1].sender_installation), (bob.inbox(), bob.id()));
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}

#[test]
fn twelve_members_come_by_pointers_to_one_welcome() {
    let network = Shared::new();
    let (mut actors, group) = group_of::<13>(&network);
    let log = network.lock().log.clone();
    let welcomes: Vec<_> = log.iter().filter(|envelope| envelope.topic.kind() == TopicKind::Welcome).collect();
    let is_shared =
        |payload: &Payload| matches!(payload, Payload::Welcome { algorithm: WrapperAlgorithm::SymmetricKey, .. });
    assert!(is_shared(&welcomes[0].payload), "the shared welcome is sent first");
    assert_eq!(welcomes.iter().filter(|envelope| is_shared(&envelope.payload)).count(), 1);
    let pointers = welcomes.iter().filter(|envelope| matches!(envelope.payload, Payload::WelcomePointer { .. }));
    assert_eq!(pointers.count(), 12);
    actors[12].send(&group, "all here");
    for actor in &mut actors {
        actor.sync();
        assert_eq!(actor.texts(&group), ["all here"]);
    }
    assert_agree(&mut actors, &group);
}

#[test]
fn a_second_installation_is_brought_in_by_any_member_and_reads_on() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice.send(&group, "before");
    let mut phone = bob.second_installation();
    alice.sync();
    alice.add(&group, &[]);
    phone.sync();
    bob.sync();
    assert!(phone.is_in(&group));
    bob.send(&group, "from the desk");
    phone.sync();
    phone.send(&group, "from the road");
    for actor in [&mut alice, &mut bob, &mut phone] {
        actor.sync();
    }
    assert_eq!(phone.texts(&group), ["from the desk", "from the road"]);
    assert_eq!(alice.texts(&group), ["before", "from the desk", "from the road"]);
    assert_eq!(alice.info(&group).members[&bob.inbox()].installations.len(), 2);
    // Nobody came or went as far as people are concerned.
    assert_eq!(alice.messages(&group, MessageKind::MembershipChange).len(), 1);
    assert_agree([&mut alice, &mut bob, &mut phone], &group);
}

#[test]
fn ones_own_second_installation_is_brought_in_and_a_revoked_one_put_out() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let mut laptop = alice.second_installation();
    alice.add(&group, &[]);
    laptop.sync();
    bob.sync();
    laptop.send(&group, "mine too");
    bob.sync();
    assert_eq!(bob.texts(&group), ["mine too"]);
    alice.sync();
    alice.revoke(laptop.id());
    bob.add(&group, &[]);
    laptop.sync();
    alice.sync();
    assert_eq!(laptop.status(&group), GroupStatus::Removed);
    assert!(laptop.events.contains(&Event::Removed { group: group.clone() }));
    assert_eq!(alice.info(&group).members[&alice.inbox()].installations, [alice.id()]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // WE.R9
fn who_was_away_while_removed_and_added_again_reads_what_was_said_before() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice.send(&group, "one");
    alice.remove(&group, &[bob.inbox()]);
    alice.send(&group, "two");
    alice.add(&group, &[bob.inbox()]);
    alice.send(&group, "three");
    bob.sync();
    assert_eq!(bob.texts(&group), ["one", "three"]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // WE.R9
fn who_was_away_while_removed_and_added_again_twice_reads_what_was_said_in_between() {
    let network = Shared::new();
    let mut bob = Actor::register(&network);
    let ([mut alice], group) = group_of(&network);
    for text in ["one", "two", "three"] {
        alice.add(&group, &[bob.inbox()]);
        alice.send(&group, text);
        alice.remove(&group, &[bob.inbox()]);
    }
    bob.sync();
    assert_eq!(bob.texts(&group), ["one", "two", "three"]);
    assert_eq!(bob.status(&group), GroupStatus::Removed);
}

#[test] // WE.R9
fn who_was_added_by_a_member_that_is_removed_and_added_again_still_gets_its_welcome() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let mut carol = Actor::register(&network);
    let add = Intent::UpdateMembers { add: vec![carol.inbox()], remove: vec![] };
    bob.step(|session| session.queue(&group, &add)).unwrap();
    bob.staged(&group).into_iter().for_each(|envelope| network.post(envelope));
    alice.sync();
    alice.remove(&group, &[bob.inbox()]);
    alice.add(&group, &[bob.inbox()]);
    bob.sync();
    bob.drive(&group).unwrap();
    carol.sync();
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}

#[test]
fn who_was_removed_keeps_the_history_misses_the_middle_and_reads_on_when_added_again() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    alice.send(&group, "one");
    bob.sync();
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    assert_eq!(bob.status(&group), GroupStatus::Removed);
    assert!(matches!(
        bob.step(|session| session.queue_message(&group, b"let me in".to_vec(), false)),
        Err(EngineError::Inactive(_))
    ));
    alice.send(&group, "two");
    alice.add(&group, &[bob.inbox()]);
    alice.send(&group, "three");
    bob.sync();
    carol.sync();
    assert_eq!(bob.texts(&group), ["one", "three"]);
    bob.send(&group, "four");
    alice.sync();
    carol.sync();
    assert_eq!(carol.texts(&group), ["one", "two", "three", "four"]);
    let mut members = [alice, bob, carol];
    assert_agree(&mut members, &group);
}

#[test]
fn a_welcome_that_comes_before_the_removal_it_follows_is_taken_all_the_same() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice.remove(&group, &[bob.inbox()]);
    alice.add(&group, &[bob.inbox()]);
    // Welcomes are read first: the group here is still the one before the removal.
    bob.sync();
    assert!(bob.is_in(&group));
    bob.send(&group, "still here");
    alice.sync();
    assert_eq!(alice.texts(&group), ["still here"]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn what_was_queued_when_this_installation_is_removed_ends_failed() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let id = bob.queue_message(&group, "too late");
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    let row = bob.messages(&group, MessageKind::Application).remove(0);
    assert_eq!((row.id, row.status), (id, DeliveryStatus::Failed));
    assert!(bob.events.iter().any(|event| matches!(event, Event::IntentFailed { .. })));
    assert!(bob.open_intents(&group).is_empty());
}

#[test]
fn a_group_with_nobody_else_in_it_can_be_renamed_first_and_filled_later() {
    let network = Shared::new();
    let (mut alice, mut bob) = (Actor::register(&network), Actor::register(&network));
    let mut laptop = alice.second_installation();
    let group = alice.create_group();
    alice.commit(&group, &Intent::UpdateMetadata { field: metadata::NAME.into(), value: "Tea".into() });
    assert_eq!(alice.failures(), [""; 0]);
    alice.add(&group, &[bob.inbox()]);
    bob.sync();
    laptop.sync();
    assert_eq!(bob.info(&group).attributes[metadata::NAME], "Tea");
    assert_agree([&mut alice, &mut bob, &mut laptop], &group);
}

#[test]
fn nobody_removes_their_own_inbox() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let wish = Intent::UpdateMembers { add: vec![], remove: vec![bob.inbox()] };
    let refused = bob.step(|session| session.queue(&group, &wish));
    assert!(matches!(refused, Err(EngineError::Wish(WishError::OwnInbox))));
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn an_installation_without_a_valid_key_package_is_named_as_failed_and_its_inbox_removed_like_any_other() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let mut carol = Actor::register(&network);
    let lost = carol.second_installation();
    network.lock().withdraw_key_package(&lost.id());
    alice.add(&group, &[carol.inbox()]);
    carol.sync();
    bob.sync();
    assert!(carol.is_in(&group), "the joiner accepts that one of its installations is missing");
    assert_eq!(alice.info(&group).members[&carol.inbox()].installations, [carol.id()]);
    alice.remove(&group, &[carol.inbox()]);
    carol.sync();
    bob.sync();
    assert_eq!(carol.status(&group), GroupStatus::Removed);
    assert_eq!(alice.failures(), [""; 0]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn a_direct_conversation_is_found_again_by_either_side() {
    let network = Shared::new();
    let (mut alice, mut bob) = (Actor::register(&network), Actor::register(&network));
    let (to_bob, to_alice) = (bob.inbox(), alice.inbox());
    let dm = alice.step(|session| session.find_or_create_dm(to_bob)).unwrap();
    alice.add(&dm, &[to_bob]);
    alice.send(&dm, "psst");
    bob.sync();
    assert_eq!(bob.step(|session| session.find_or_create_dm(to_alice)).unwrap(), dm);
    assert_eq!(bob.texts(&dm), ["psst"]);
    assert!(bob.info(&dm).members.values().all(|member| member.role == Role::Member));
    // Nobody else can be brought in.
    let carol = Actor::register(&network);
    let wish = Intent::UpdateMembers { add: vec![carol.inbox()], remove: vec![] };
    let refused = bob.step(|session| session.queue(&dm, &wish));
    assert!(matches!(refused, Err(EngineError::Wish(WishError::InDm(_)))));
    bob.send(&dm, "just us");
    alice.sync();
    assert_eq!(alice.texts(&dm), ["psst", "just us"]);
}

#[test]
fn what_can_never_be_carried_out_fails_and_does_not_hold_up_the_rest() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let nobody = xmtp_types::InboxId::from_bytes([7; 32]);
    for intent in [
        Intent::UpdateMetadata { field: metadata::NAME.into(), value: "Tea".into() },
        Intent::UpdateMembers { add: vec![nobody], remove: vec![] },
    ] {
        bob.step(|session| session.queue(&group, &intent)).unwrap();
    }
    // What was allowed when it was queued is not any more when it is made.
    let kind = PermissionKind::UpdateMetadata(metadata::NAME.into());
    alice.commit(&group, &Intent::UpdatePermissions { kind, policy: Policy::SuperAdmin });
    bob.sync();
    bob.send(&group, "and yet");
    let failures = bob.failures();
    assert!(
        matches!(failures.as_slice(), [first, _] if first.contains("\"update group_name\" allows only super admins"))
    );
    alice.sync();
    assert_eq!(alice.texts(&group), ["and yet"]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn a_group_that_waits_for_a_version_goes_on_once_this_program_is_that_version() {
    let network = Shared::new();
    let ([mut alice, mut bob, mut carol], group) = group_of(&network);
    for (actor, version) in [(&mut bob, "1.9.0"), (&mut carol, "99.0.0")] {
        let version = version.to_owned();
        actor.set_status(&group, GroupStatus::Paused { version });
    }
    alice.send(&group, "waiting?");
    bob.sync();
    carol.sync();
    assert_eq!((bob.status(&group), bob.texts(&group).len()), (GroupStatus::Active, 1));
    assert!(matches!(carol.status(&group), GroupStatus::Paused { .. }));
    assert!(carol.step(|session| session.queue_message(&group, b"hm".to_vec(), false)).is_err());
    // The cursor stayed before what was not read.
    carol.set_status(&group, GroupStatus::Paused { version: "1.10.0".into() });
    carol.queue_message(&group, "at last");
    carol.drive(&group).unwrap();
    assert_eq!(carol.texts(&group).len(), 2);
    alice.sync();
    assert_eq!(alice.texts(&group), ["waiting?", "at last"]);
}

#[test]
fn our_envelope_on_the_topic_of_another_group_is_not_taken_for_its_return() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let elsewhere = bob.create_group();
    bob.add(&elsewhere, &[alice.inbox()]);
    alice.sync();
    alice.step(|session| session.queue(&group, &Intent::RotateKeys)).unwrap();
    let mut copy = alice.staged(&group).remove(0);
    copy.topic = Topic::group(&elsewhere);
    network.post(copy);
    let before = alice.info(&group).epoch;
    alice.sync();
    assert_eq!(alice.info(&group).epoch, before, "it has no place in its own group yet");
    alice.drive(&group).unwrap();
    bob.sync();
    assert_ne!(alice.info(&group).epoch, before);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn an_envelope_of_a_group_that_is_not_known_yet_does_not_move_its_cursor() {
    let network = Shared::new();
    let ([mut alice, _bob], group) = group_of(&network);
    let mut carol = Actor::register(&network);
    alice.add(&group, &[carol.inbox()]);
    alice.send(&group, "welcome");
    let early = network.after(&Topic::group(&group), &xmtp_types::Cursor::start());
    carol.ingest(&early).unwrap();
    assert_eq!(carol.cursor(&Topic::group(&group)).highest(), SequenceId::ZERO);
    carol.sync();
    assert_eq!(carol.texts(&group), ["welcome"]);
}

#[test] // WE.R8
fn a_welcome_that_comes_again_after_a_removal_brings_nobody_back() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let mut carol = Actor::register(&network);
    let wish = Intent::UpdateMembers { add: vec![carol.inbox()], remove: vec![] };
    alice.step(|session| session.queue(&group, &wish)).unwrap();
    alice.staged(&group).into_iter().for_each(|commit| network.post(commit));
    alice.sync();
    // The second is what she sends if she dies before she notes that she has sent the first.
    let [first, second] = [(); 2].map(|()| alice.step(|session| session.follow_ups(&group)).unwrap().remove(0).1);
    first.into_iter().for_each(|welcome| network.post(welcome));
    carol.sync();
    assert!(carol.is_in(&group));
    alice.remove(&group, &[carol.inbox()]);
    carol.sync();
    assert_eq!(carol.status(&group), GroupStatus::Removed);

    second.into_iter().for_each(|welcome| network.post(welcome));
    carol.sync();
    assert_eq!(carol.status(&group), GroupStatus::Removed);
    alice.add(&group, &[carol.inbox()]);
    bob.sync();
    carol.sync();
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}
