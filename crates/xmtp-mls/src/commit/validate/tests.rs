//! A hostile member sends commits that are valid MLS: every honest engine refuses them and the group goes on.
use crate::{
    Event, GroupOptions, Session,
    forged::{Draft, edited, envelope, forge, key_package_as, replaced},
    group::{
        extensions::{IMMUTABLE_METADATA, MEMBERSHIP},
        metadata,
        permissions::{Policy, PolicySet},
    },
    world::{Actor, Shared, assert_agree, group_with},
};
use openmls::{
    group::{CommitMessageBundle, MlsGroup},
    key_packages::KeyPackage,
    messages::proposals::{PreSharedKeyProposal, Proposal},
    schedule::{ExternalPsk, PreSharedKeyId, Psk},
    treesync::LeafNodeParameters,
};
use openmls_traits::OpenMlsProvider as _;
use xmtp_crypto::CIPHERSUITE;
use xmtp_storage::GroupStatus;
use xmtp_types::{GroupId, SequenceId, Topic};

/// Alice made the group and is its super admin; bob is a member, mallory an admin or a member; dave is not in it.
struct Cast {
    network: Shared,
    alice: Actor,
    bob: Actor,
    mallory: Actor,
    dave: Actor,
    group: GroupId,
}

impl Cast {
    fn new(permissions: PolicySet) -> Self {
        let network = Shared::new();
        let options = GroupOptions { permissions, ..GroupOptions::default() };
        let ([alice, bob, mallory], group) = group_with(&network, &options);
        Self { dave: Actor::register(&network), network, alice, bob, mallory, group }
    }

    fn open() -> Self {
        Self::new(PolicySet::all_members())
    }

    /// Mallory's commit is refused by the others for this reason, and everybody talks on.
    #[track_caller]
    fn refuse(&mut self, reason: &str, make: impl Fn(&mut Session<'_>, &mut MlsGroup) -> CommitMessageBundle) {
        let bundle = forge(&mut self.mallory, &self.group, make);
        self.refuse_commit(reason, &bundle);
    }

    #[track_caller]
    fn refuse_commit(&mut self, reason: &str, bundle: &CommitMessageBundle) {
        self.network.post(envelope(&self.group, bundle));
        let members = [&mut self.alice, &mut self.bob, &mut self.mallory];
        for (actor, is_honest) in members.into_iter().zip([true, true, false]) {
            let before = actor.info(&self.group);
            actor.refusals();
            actor.sync();
            let refusals = actor.refusals();
            assert_eq!(refusals.len(), 1, "{refusals:?}");
            assert!(!is_honest || refusals[0].contains(reason), "{reason}: {refusals:?}");
            assert_eq!(actor.info(&self.group), before);
        }
        self.talk_on();
    }

    #[track_caller]
    fn talk_on(&mut self) {
        let said = self.alice.texts(&self.group).len();
        for speaker in 0..3 {
            let members = [&mut self.alice, &mut self.bob, &mut self.mallory];
            members.into_iter().nth(speaker).unwrap().send(&self.group, "we go on");
            [&mut self.alice, &mut self.bob, &mut self.mallory].into_iter().for_each(Actor::sync);
        }
        self.bob.rotate(&self.group, 1);
        for actor in [&mut self.alice, &mut self.bob, &mut self.mallory] {
            actor.sync();
            assert_eq!(actor.texts(&self.group).len(), said + 3);
        }
        assert_agree([&mut self.alice, &mut self.bob, &mut self.mallory], &self.group);
    }

    fn package_of_dave(&mut self) -> KeyPackage {
        let inbox = self.dave.inbox();
        key_package_as(&mut self.dave, inbox)
    }

    fn number_of_dave(&self) -> SequenceId {
        self.network.lock().newest_identity_of(&self.dave.inbox())
    }
}

/// A commit that edits the context alone.
fn editing(
    session: &Session<'_>,
    mls: &mut MlsGroup,
    edit: impl FnOnce(&mut crate::commit::GroupView),
) -> CommitMessageBundle {
    Draft { context: Some(edited(mls, edit)), ..Draft::default() }.commit(session, mls).unwrap()
}

#[test] // CM.R1
fn a_commit_with_a_pre_shared_key_is_refused_even_if_everybody_has_the_key() {
    let mut cast = Cast::open();
    let psk = Psk::External(ExternalPsk::new(b"a key from elsewhere".to_vec()));
    let id = cast
        .mallory
        .step(|session| Ok(PreSharedKeyId::new(CIPHERSUITE, session.provider.rand(), psk.clone()).unwrap()));
    let id = id.unwrap();
    for actor in [&mut cast.alice, &mut cast.bob, &mut cast.mallory] {
        let kept = actor.step(|session| Ok(id.store(&session.provider, &[7; 32]).is_ok()));
        assert!(kept.unwrap());
    }
    cast.refuse("CM.R1", |session, mls| {
        let proposals = vec![Proposal::PreSharedKey(Box::new(PreSharedKeyProposal::new(id.clone())))];
        Draft { proposals, ..Draft::default() }.commit(session, mls).unwrap()
    });
}

#[test] // CM.R1
fn proposals_on_their_own_are_refused_and_so_is_the_commit_that_refers_to_them() {
    let mut cast = Cast::open();
    let (proposal, commit) = forge(&mut cast.mallory, &cast.group, |session, mls| {
        let context = edited(mls, |view| view.metadata.set_attribute(metadata::NAME, "allowed, but not like this"));
        let (proposal, _) =
            mls.propose_group_context_extensions(&session.provider, context, session.own.key()).unwrap();
        (proposal.to_bytes().unwrap(), Draft::default().commit(session, mls).unwrap())
    });
    cast.network.post(xmtp_types::ClientEnvelope::group_message(&cast.group, proposal, vec![0; 32], false));
    for actor in [&mut cast.alice, &mut cast.bob, &mut cast.mallory] {
        actor.sync();
    }
    assert!(cast.alice.refusals()[0].contains("by reference"));
    cast.refuse_commit("group message", &commit);
}

#[test] // CM.R2
fn a_committer_that_takes_another_name_in_its_path_is_refused() {
    let mut cast = Cast::open();
    let bob = cast.bob.inbox();
    cast.refuse("CM.R2", |session, mls| {
        let name = crate::credential::credential_with_key(&bob, session.own.key());
        let leaf = LeafNodeParameters::builder().with_credential_with_key(name).build();
        Draft { leaf, ..Draft::default() }.commit(session, mls).unwrap()
    });
}

#[test] // CM.R3
fn identity_numbers_that_go_down_or_do_not_exist_are_refused() {
    let mut cast = Cast::open();
    let bob = cast.bob.inbox();
    cast.refuse("CM.R3", |session, mls| {
        editing(session, mls, |view| {
            view.membership.members.insert(bob, SequenceId::new(1));
        })
    });
    cast.refuse("does not exist", |session, mls| {
        editing(session, mls, |view| {
            view.membership.members.insert(bob, SequenceId::new(1 << 40));
        })
    });
}

#[test] // CM.R4
fn an_installation_the_ledger_does_not_know_is_refused_under_any_name() {
    let mut cast = Cast::open();
    let own_name = cast.package_of_dave();
    let bob = cast.bob.inbox();
    let borrowed_name = key_package_as(&mut cast.dave, bob);
    for package in [own_name, borrowed_name] {
        cast.refuse("CM.R4", |session, mls| {
            let context = Some(edited(mls, |_| {}));
            Draft { adds: vec![package.clone()], context, ..Draft::default() }.commit(session, mls).unwrap()
        });
    }
}

#[test] // CM.R5
fn taking_an_installation_out_without_its_inbox_is_refused() {
    let mut cast = Cast::open();
    let bob = cast.bob.id();
    cast.refuse("CM.R5", |session, mls| Draft { removes: vec![bob], ..Draft::default() }.commit(session, mls).unwrap());
}

#[test] // CM.R6
fn a_committer_that_takes_its_own_inbox_out_is_refused() {
    let mut cast = Cast::open();
    let own = cast.mallory.inbox();
    cast.refuse("CM.R6", |session, mls| {
        editing(session, mls, |view| {
            view.membership.members.remove(&own);
        })
    });
}

#[test] // CM.R7
fn a_name_that_is_too_long_is_refused() {
    Cast::open().refuse("CM.R7", |session, mls| {
        editing(session, mls, |view| view.metadata.set_attribute(metadata::NAME, &"x".repeat(101)))
    });
}

#[test] // CM.R8
fn immutable_metadata_that_changes_or_goes_is_refused() {
    let mut cast = Cast::open();
    let own = cast.mallory.inbox();
    cast.refuse("CM.R8", |session, mls| editing(session, mls, |view| view.immutable.creator = own));
    cast.refuse("cannot be read", |session, mls| {
        // What is required cannot go without the requirement: data of no meaning takes its place.
        let context = Some(replaced(mls.extensions(), IMMUTABLE_METADATA, Some(vec![1, 0xff])));
        Draft { context, ..Draft::default() }.commit(session, mls).unwrap()
    });
    cast.refuse("cannot be read", |session, mls| {
        let context = Some(replaced(mls.extensions(), MEMBERSHIP, None));
        Draft { context, ..Draft::default() }.commit(session, mls).unwrap()
    });
}

#[test] // CM.R9
fn adding_without_permission_is_refused() {
    let mut cast = Cast::new(PolicySet::admin_only());
    let (package, number, dave) = (cast.package_of_dave(), cast.number_of_dave(), cast.dave.inbox());
    cast.refuse("CM.R9", |session, mls| {
        let context = Some(edited(mls, |view| {
            view.membership.members.insert(dave, number);
        }));
        Draft { adds: vec![package.clone()], context, ..Draft::default() }.commit(session, mls).unwrap()
    });
}

#[test] // CM.R10
fn removing_without_permission_is_refused_and_so_is_removing_a_super_admin_with_it() {
    let everybody_removes = PolicySet { remove_member: Policy::Allow, ..PolicySet::all_members() };
    for (permissions, victim) in [(PolicySet::all_members(), 1), (everybody_removes, 0)] {
        let mut cast = Cast::new(permissions);
        let victim = [&cast.alice, &cast.bob][victim];
        let (inbox, installation) = (victim.inbox(), victim.id());
        cast.refuse("CM.R10", |session, mls| {
            let context = Some(edited(mls, |view| {
                view.membership.members.remove(&inbox);
            }));
            Draft { removes: vec![installation], context, ..Draft::default() }.commit(session, mls).unwrap()
        });
    }
}

#[test] // CM.R11
fn renaming_without_permission_is_refused() {
    Cast::new(PolicySet::admin_only()).refuse("CM.R11", |session, mls| {
        editing(session, mls, |view| view.metadata.set_attribute(metadata::NAME, "mine"))
    });
}

#[test] // CM.R12, CM.R13, CM.R14
fn nobody_makes_themselves_an_admin_or_changes_who_may() {
    let mut cast = Cast::open();
    let own = cast.mallory.inbox();
    cast.refuse("CM.R12", |session, mls| editing(session, mls, |view| view.metadata.add_admin(own)));
    cast.refuse("CM.R13", |session, mls| editing(session, mls, |view| view.metadata.add_super_admin(own)));
    cast.refuse("CM.R14", |session, mls| editing(session, mls, |view| view.permissions.remove_member = Policy::Allow));
}

#[test] // CM.R15
fn a_group_that_asks_for_a_newer_version_waits_at_the_commit_that_says_so() {
    let mut cast = Cast::open();
    let group = cast.group.clone();
    let commit = forge(&mut cast.alice, &group, |session, mls| {
        editing(session, mls, |view| view.metadata.set_attribute(metadata::MINIMUM_VERSION, "99.0.0"))
    });
    let before = cast.bob.cursor(&Topic::group(&group));
    cast.network.post(envelope(&group, &commit));
    let reading = cast.bob.step(|session| Ok(session.begin_reading(&group))).unwrap();
    cast.bob.sync();
    let is_read = cast.bob.step(|session| {
        session.readings.push(reading.clone());
        Ok(session.must_be_read(&group).is_ok())
    });
    assert!(!is_read.unwrap(), "who reads it has not come to its end");
    cast.mallory.send(&group, "after it");
    for round in 0..2 {
        cast.bob.sync();
        assert_eq!(cast.bob.status(&group), GroupStatus::Paused { version: "99.0.0".into() });
        assert_eq!(cast.bob.cursor(&Topic::group(&group)), before, "round {round}");
        assert_eq!(cast.bob.texts(&group), [""; 0]);
    }
    let halted = cast.bob.events.iter().filter(|event| matches!(event, Event::Halted { .. }));
    assert_eq!(halted.count(), 1);
}

#[test] // CM.R16
fn an_installation_under_the_name_of_another_inbox_is_refused() {
    let mut cast = Cast::open();
    let (bob, dave, number) = (cast.bob.inbox(), cast.dave.inbox(), cast.number_of_dave());
    let package = key_package_as(&mut cast.dave, bob);
    cast.refuse("CM.R16", |session, mls| {
        let context = Some(edited(mls, |view| {
            view.membership.members.insert(dave, number);
        }));
        Draft { adds: vec![package.clone()], context, ..Draft::default() }.commit(session, mls).unwrap()
    });
}

#[test] // CM.R16
fn a_super_admin_cannot_put_an_installation_back_under_the_name_of_another_inbox() {
    let mut cast = Cast::open();
    let (bob, accomplice) = (cast.bob.inbox(), cast.mallory.id());
    let package = key_package_as(&mut cast.mallory, bob);
    let commit = forge(&mut cast.alice, &cast.group, |session, mls| {
        let context = Some(edited(mls, |_| {}));
        let (adds, removes) = (vec![package.clone()], vec![accomplice]);
        Draft { adds, removes, context, ..Draft::default() }.commit(session, mls).unwrap()
    });
    cast.network.post(envelope(&cast.group, &commit));
    cast.bob.sync();
    assert!(cast.bob.refusals()[0].contains("CM.R16"));
}
