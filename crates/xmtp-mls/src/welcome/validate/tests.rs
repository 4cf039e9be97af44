//! Welcomes that are valid MLS and break a rule: refused, and whoever they were for stays where it was.
use crate::{
    commit::GroupView,
    forged::key_package_as,
    group::permissions::PolicySet,
    hostile::mls_welcome,
    welcome::{Recipient, seal},
    world::{Actor, Shared, assert_agree, group_of},
};
use openmls::key_packages::KeyPackage;
use std::collections::BTreeSet;
use xmtp_storage::ConversationKind;
use xmtp_types::{GroupId, InstallationId, SequenceId, Topic};

/// Mallory, who sends welcomes, and victor, who gets them.
struct Cast {
    network: Shared,
    mallory: Actor,
    victor: Actor,
}

impl Cast {
    fn new() -> Self {
        let network = Shared::new();
        Self { mallory: Actor::register(&network), victor: Actor::register(&network), network }
    }

    /// What a group of the two looks like if all is well.
    fn edit_well(&self) -> impl Fn(&mut GroupView) + use<> {
        let network = self.network.lock();
        let members = [self.mallory.inbox(), self.victor.inbox()].map(|it| (it, network.newest_identity_of(&it)));
        move |view| view.membership.members = members.into()
    }

    /// The same, of a direct conversation.
    fn edit_dm_well(&self) -> impl Fn(&mut GroupView) + use<> {
        let well = self.edit_well();
        let dm_members = Some((self.mallory.inbox(), self.victor.inbox()));
        move |view| {
            well(view);
            view.immutable.kind = ConversationKind::Dm;
            view.immutable.dm_members = dm_members;
            view.metadata.super_admins = BTreeSet::new();
            view.permissions = PolicySet::dm();
        }
    }

    /// Mallory makes a group that looks as edited, with victor and others in it, and welcomes victor.
    fn welcome(&mut self, group: Option<&GroupId>, others: &[KeyPackage], edit: impl Fn(&mut GroupView)) {
        self.welcome_after(SequenceId::new(1), group, others, edit);
    }

    fn welcome_after(
        &mut self,
        commit: SequenceId,
        group: Option<&GroupId>,
        others: &[KeyPackage],
        edit: impl Fn(&mut GroupView),
    ) {
        let package = self.network.lock().key_package_of(&self.victor.id());
        let made = self.mallory.step(|session| mls_welcome(session, group, &package, others, &[], &edit));
        let welcome = made.unwrap();
        let envelopes = seal(&welcome, commit, &[Recipient::from(&package)], None).unwrap();
        envelopes.into_iter().for_each(|envelope| self.network.post(envelope));
    }

    #[track_caller]
    fn refuse(&mut self, rule: &str, others: &[KeyPackage], edit: impl Fn(&mut GroupView)) {
        self.welcome(None, others, edit);
        self.victor.sync();
        let refusals = self.victor.refusals();
        assert!(matches!(refusals.as_slice(), [reason] if reason.contains(rule)), "{rule}: {refusals:?}");
        assert_eq!(self.victor.groups(), []);
    }

    #[track_caller]
    fn take(&mut self, edit: impl Fn(&mut GroupView)) {
        let before = self.victor.groups().len();
        self.welcome(None, &[], edit);
        self.victor.sync();
        assert_eq!(self.victor.refusals(), [""; 0]);
        assert_eq!(self.victor.groups().len(), before + 1);
    }
}

#[test]
fn welcomes_that_break_no_rule_are_taken() {
    let mut cast = Cast::new();
    cast.take(cast.edit_well());
    cast.take(cast.edit_dm_well());
}

#[test] // WE.R1
fn every_number_must_be_that_of_an_identity_update_of_its_inbox() {
    for number in [0, 1, 1 << 40] {
        let mut cast = Cast::new();
        let (well, victor) = (cast.edit_well(), cast.victor.inbox());
        cast.refuse("WE.R1", &[], |view| {
            well(view);
            view.membership.members.insert(victor, SequenceId::new(number));
        });
    }
}

#[test] // WE.R2
fn every_leaf_must_be_an_installation_of_the_member_it_names() {
    let mut cast = Cast::new();
    let (mut stranger, victor) = (Actor::register(&cast.network), cast.victor.inbox());
    let well = cast.edit_well();
    let (own_name, no_member) = (key_package_as(&mut stranger, victor), stranger.inbox());
    cast.refuse("WE.R2", &[own_name], &well);
    let not_listed = key_package_as(&mut stranger, no_member);
    cast.refuse("WE.R2", &[not_listed], &well);
}

#[test] // WE.R2
fn a_leaf_under_the_name_of_another_member_is_refused() {
    let mut cast = Cast::new();
    let (mut accomplice, victor) = (Actor::register(&cast.network), cast.victor.inbox());
    let (well, inbox) = (cast.edit_well(), accomplice.inbox());
    let number = cast.network.lock().newest_identity_of(&inbox);
    let package = key_package_as(&mut accomplice, victor);
    cast.refuse("WE.R2", &[package], |view| {
        well(view);
        view.membership.members.insert(inbox, number);
    });
}

#[test] // WE.R3
fn every_installation_of_a_member_must_be_there_or_be_named_as_failed() {
    let mut cast = Cast::new();
    let phone: InstallationId = cast.victor.second_installation().id();
    let well = cast.edit_well();
    cast.refuse("WE.R3", &[], &well);
    cast.take(|view| {
        well(view);
        view.membership.failed_installations.insert(phone);
    });
}

#[test] // WE.R4
fn a_direct_conversation_is_between_its_receiver_and_its_sender() {
    let mut cast = Cast::new();
    let other = Actor::register(&cast.network).inbox();
    let (dm, mallory, victor) = (cast.edit_dm_well(), cast.mallory.inbox(), cast.victor.inbox());
    for pair in [(mallory, other), (other, victor), (victor, victor), (mallory, mallory)] {
        cast.refuse("WE.R4", &[], |view| {
            dm(view);
            view.immutable.dm_members = Some(pair);
        });
    }
    let well = cast.edit_well();
    cast.refuse("WE.R4", &[], |view| {
        well(view);
        view.immutable.dm_members = Some((mallory, victor));
    });
}

#[test] // WE.R4
fn a_sync_group_comes_from_ones_own_inbox() {
    let mut cast = Cast::new();
    let well = cast.edit_well();
    cast.refuse("WE.R4", &[], |view| {
        well(view);
        view.immutable.kind = ConversationKind::Sync;
    });
}

#[test] // WE.R5
fn a_direct_conversation_has_no_admins() {
    let mut cast = Cast::new();
    let (dm, mallory) = (cast.edit_dm_well(), cast.mallory.inbox());
    cast.refuse("WE.R5", &[], |view| {
        dm(view);
        view.metadata.add_admin(mallory);
    });
    cast.refuse("WE.R5", &[], |view| {
        dm(view);
        view.metadata.add_super_admin(mallory);
    });
}

#[test] // WE.R6
fn a_direct_conversation_has_the_permissions_of_one() {
    let mut cast = Cast::new();
    let dm = cast.edit_dm_well();
    cast.refuse("WE.R6", &[], |view| {
        dm(view);
        view.permissions = PolicySet::all_members();
    });
}

#[test] // WE.R7
fn a_welcome_never_puts_another_conversation_under_a_known_id() {
    let network = Shared::new();
    let ([mut alice, victor], group) = group_of(&network);
    let mut cast = Cast { mallory: Actor::register(&network), victor, network };
    let well = cast.edit_well();
    cast.welcome(Some(&group), &[], well);
    cast.victor.sync();
    assert!(cast.victor.refusals()[0].contains("WE.R7"));
    alice.send(&group, "still us");
    cast.victor.sync();
    assert_eq!(cast.victor.texts(&group), ["still us"]);
    assert_agree([&mut alice, &mut cast.victor], &group);
}

#[test]
fn a_welcome_after_a_commit_that_cannot_be_is_refused_and_holds_up_no_other() {
    let mut cast = Cast::new();
    let well = cast.edit_well();
    cast.welcome_after(SequenceId::new(u64::MAX), None, &[], &well);
    cast.welcome(None, &[], &well);
    cast.victor.sync();
    assert!(cast.victor.refusals()[0].contains("no network gives"));
    assert_eq!(cast.victor.groups().len(), 1);
}

#[test]
fn a_welcome_to_an_epoch_that_has_passed_changes_nothing() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let welcome = network.after(&Topic::welcome(&bob.id()), &xmtp_types::Cursor::start()).remove(0);
    alice.send(&group, "one");
    bob.sync();
    let again = xmtp_types::Delivered { sequence_id: SequenceId::new(1 << 40), ..welcome };
    bob.ingest(&[again]).unwrap();
    assert_eq!(bob.refusals(), [""; 0]);
    bob.send(&group, "two");
    alice.sync();
    assert_eq!(alice.texts(&group), ["one", "two"]);
    assert_agree([&mut alice, &mut bob], &group);
}
