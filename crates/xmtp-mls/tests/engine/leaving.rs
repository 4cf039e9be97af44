//! A member asks to leave, a super admin's client removes it, and it may come back.
use crate::world::{Actor, Shared, assert_agree, group_of};
use prost::Message as _;
use xmtp_mls::{AdminChange, EngineError, Event, Intent, LeaveRefusal, WishError};
use xmtp_proto::xmtp::mls::message_contents::{EncodedContent, GroupUpdated};
use xmtp_storage::{ConsentEntity, ConsentState, GroupStatus, MessageKind, Store as _};
use xmtp_types::{GroupId, InboxId};

fn asks_to_leave(actor: &mut Actor, group: &GroupId) {
    actor.step(|session| session.queue_leave(group)).unwrap();
    actor.drive(group).unwrap();
}

fn leavers(actor: &mut Actor, group: &GroupId) -> Vec<InboxId> {
    actor.step(|session| session.leavers(group)).unwrap()
}

fn is_leaving(actor: &mut Actor, group: &GroupId) -> bool {
    actor.step(|session| session.is_leaving(group)).unwrap()
}

/// The newest entry that a commit left in the history.
fn newest_update(actor: &Actor, group: &GroupId) -> GroupUpdated {
    let row = actor.messages(group, MessageKind::MembershipChange).pop().unwrap();
    GroupUpdated::decode(&*EncodedContent::decode(&*row.content).unwrap().content).unwrap()
}

fn role(change: AdminChange, inbox: InboxId) -> Intent {
    Intent::UpdateAdmins { change, inbox }
}

#[test] // GROUP.R12, GROUP.R13, GROUP.R14
fn who_asks_to_leave_is_removed_by_a_super_admin_and_counts_as_having_left() {
    let ([mut alice, mut bob, mut carol], group) = group_of(&Shared::new());
    asks_to_leave(&mut bob, &group);
    assert!(is_leaving(&mut bob, &group));
    for actor in [&mut alice, &mut carol] {
        actor.sync();
        let asked = Event::LeaveAsked { group: group.clone(), inbox: bob.inbox() };
        assert!(actor.events.contains(&asked));
    }
    assert_eq!((leavers(&mut alice, &group), leavers(&mut carol, &group)), (vec![bob.inbox()], vec![]));
    assert_eq!(leavers(&mut bob, &group), []);

    alice.remove(&group, &[bob.inbox(), carol.inbox()]);
    bob.sync();
    carol.sync();
    for actor in [&alice, &bob, &carol] {
        let update = newest_update(actor, &group);
        let named = |list: &[xmtp_proto::xmtp::mls::message_contents::group_updated::Inbox]| {
            list.iter().map(|inbox| inbox.inbox_id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(named(&update.left_inboxes), [bob.inbox().to_string()]);
        assert_eq!(named(&update.removed_inboxes), [carol.inbox().to_string()]);
    }
    assert_eq!(bob.status(&group), GroupStatus::Removed);
    assert!(!is_leaving(&mut bob, &group));
    assert_eq!(leavers(&mut alice, &group), []);
    assert_eq!(alice.store.read().unwrap().groups_with_pending_removals().unwrap(), []);
}

#[test] // GROUP.R11
fn leaving_is_refused_where_it_makes_no_sense() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let why = |actor: &mut Actor, group: &GroupId| match actor.step(|session| session.queue_leave(group)).unwrap_err() {
        EngineError::Wish(WishError::CannotLeave(why)) => why,
        other => panic!("{other}"),
    };
    assert_eq!(why(&mut alice, &group), LeaveRefusal::SuperAdmin);
    let alone = bob.create_group();
    assert_eq!(why(&mut bob, &alone), LeaveRefusal::Alone);
    let peer = alice.inbox();
    let dm = bob.step(|session| session.find_or_create_dm(peer)).unwrap();
    bob.add(&dm, &[peer]);
    assert_eq!(why(&mut bob, &dm), LeaveRefusal::Dm);
    bob.step(|session| session.queue_leave(&group)).unwrap();
    assert_eq!(why(&mut bob, &group), LeaveRefusal::AskedAlready);
    bob.drive(&group).unwrap();
    assert_eq!(why(&mut bob, &group), LeaveRefusal::AskedAlready);
    alice.sync();
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    let gone = bob.step(|session| session.queue_leave(&group));
    assert!(matches!(gone, Err(EngineError::Inactive(_))));
}

#[test] // GROUP.R13
fn who_becomes_a_super_admin_later_finds_who_asked_before() {
    let ([mut alice, mut bob, mut carol], group) = group_of(&Shared::new());
    asks_to_leave(&mut bob, &group);
    carol.sync();
    alice.commit(&group, &role(AdminChange::AddSuperAdmin, carol.inbox()));
    carol.reopen();
    carol.sync();
    assert_eq!(leavers(&mut carol, &group), [bob.inbox()]);
    carol.remove(&group, &[bob.inbox()]);
    // Both may do it at once: the second finds nothing left to do.
    let own = bob.inbox();
    alice.step(|session| session.queue(&group, &Intent::UpdateMembers { add: vec![], remove: vec![own] })).unwrap();
    alice.drive(&group).unwrap();
    assert_eq!((alice.failures().len(), leavers(&mut alice, &group)), (0, vec![]));
    assert_agree([&mut alice, &mut carol], &group);
}

#[test] // GROUP.R13
fn a_super_admin_who_asked_before_it_became_one_stays() {
    let ([mut alice, mut bob], group) = group_of(&Shared::new());
    asks_to_leave(&mut bob, &group);
    alice.sync();
    alice.commit(&group, &role(AdminChange::AddSuperAdmin, bob.inbox()));
    bob.sync();
    assert_eq!((leavers(&mut alice, &group), leavers(&mut bob, &group)), (vec![], vec![]));
    alice.commit(&group, &role(AdminChange::RemoveSuperAdmin, bob.inbox()));
    assert_eq!(leavers(&mut alice, &group), [bob.inbox()]);
}

#[test] // GROUP.R15
fn who_left_and_is_added_again_is_a_member_like_any_other_and_has_not_consented() {
    let ([mut alice, mut bob, mut carol], group) = group_of(&Shared::new());
    let entity = ConsentEntity::Conversation(group.clone());
    let consent = |actor: &Actor| actor.store.read().unwrap().consent(&entity).unwrap().map(|row| row.state);
    bob.step(|session| {
        session
            .tx()
            .put_consent(&xmtp_storage::ConsentRow {
                entity: entity.clone(),
                state: ConsentState::Allowed,
                decided_at: session.now(),
            })
            .map_err(EngineError::from)
    })
    .unwrap();
    asks_to_leave(&mut bob, &group);
    carol.sync();
    alice.sync();
    alice.remove(&group, &[bob.inbox()]);
    bob.sync();
    assert_eq!(consent(&bob), Some(ConsentState::Allowed));

    alice.add(&group, &[bob.inbox()]);
    for actor in [&mut bob, &mut carol] {
        actor.sync();
    }
    assert_eq!((bob.status(&group), is_leaving(&mut bob, &group)), (GroupStatus::Active, false));
    assert_eq!(consent(&bob), Some(ConsentState::Unknown));
    assert_eq!(leavers(&mut alice, &group), []);
    bob.send(&group, "changed my mind");
    alice.sync();
    carol.sync();
    assert_eq!(carol.texts(&group).pop().unwrap(), "changed my mind");
    // It may ask again.
    asks_to_leave(&mut bob, &group);
    alice.sync();
    assert_eq!(leavers(&mut alice, &group), [bob.inbox()]);
    assert_agree([&mut alice, &mut bob], &group);
}

#[test] // GROUP.R12
fn another_installation_of_who_asks_is_leaving_too() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let mut phone = bob.second_installation();
    alice.add(&group, &[]);
    bob.sync();
    phone.sync();
    asks_to_leave(&mut bob, &group);
    phone.sync();
    assert!(is_leaving(&mut phone, &group));
    alice.sync();
    alice.remove(&group, &[bob.inbox()]);
    phone.sync();
    assert_eq!(phone.status(&group), GroupStatus::Removed);
}

#[test]
fn what_was_asked_while_one_was_away_is_not_acted_on_after_coming_back() {
    let ([mut alice, mut bob, mut carol], group) = group_of(&Shared::new());
    asks_to_leave(&mut bob, &group);
    carol.sync();
    // Carol misses that bob left and came back.
    alice.sync();
    alice.remove(&group, &[carol.inbox()]);
    carol.sync();
    alice.remove(&group, &[bob.inbox()]);
    alice.add(&group, &[bob.inbox(), carol.inbox()]);
    alice.commit(&group, &role(AdminChange::AddSuperAdmin, carol.inbox()));
    carol.sync();
    bob.sync();
    assert_eq!(leavers(&mut carol, &group), []);
    assert_agree([&mut alice, &mut bob, &mut carol], &group);
}
