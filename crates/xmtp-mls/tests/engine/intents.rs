//! Every intent takes effect exactly once, wherever the process dies and whoever else commits at the same time.
use crate::world::{Actor, Shared, assert_agree, group_of};
use xmtp_mls::{AdminChange, EngineError, Event, Intent, PermissionKind, Policy, Role, group::metadata};
use xmtp_storage::{MessageKind, Store as _};
use xmtp_types::GroupId;

/// Alice, who dies and is started again; bob, who is in the group; carol, who may be in it.
struct Scene {
    alice: Actor,
    bob: Actor,
    carol: Actor,
    group: GroupId,
}

impl Scene {
    fn without_carol() -> Self {
        let network = Shared::new();
        let ([alice, bob], group) = group_of(&network);
        Self { alice, bob, carol: Actor::register(&network), group }
    }

    fn with_carol() -> Self {
        let ([alice, bob, carol], group) = group_of(&Shared::new());
        Self { alice, bob, carol, group }
    }

    /// Bob made the group, and alice is a member of it.
    fn of_bob() -> Self {
        let ([bob, alice, carol], group) = group_of(&Shared::new());
        Self { alice, bob, carol, group }
    }

    /// Carol has asked to be removed, and everybody knows.
    fn with_carol_leaving() -> Self {
        let mut scene = Self::with_carol();
        let group = scene.group.clone();
        scene.carol.step(|session| session.queue_leave(&group)).unwrap();
        scene.carol.drive(&group).unwrap();
        scene.alice.sync();
        scene.bob.sync();
        scene
    }

    fn wish(&mut self, wish: &Wish) -> Result<(), EngineError> {
        let group = self.group.clone();
        match wish {
            Wish::Message => {
                self.alice.step(|session| session.queue_message(&group, b"once".to_vec(), false)).map(drop)
            }
            Wish::Leave => self.alice.step(|session| session.queue_leave(&group)).map(drop),
            Wish::Intent(intent) => {
                let intent = intent(self);
                self.alice.step(|session| session.queue(&group, &intent)).map(drop)
            }
        }
    }

    /// Whether alice's store knows of anything since the scene was set.
    fn is_kept(&mut self, start: &xmtp_mls::GroupInfo) -> bool {
        let own = self.alice.inbox();
        !self.alice.open_intents(&self.group).is_empty()
            || self.alice.messages(&self.group, MessageKind::Application).iter().any(|row| row.sender_inbox == own)
            || self.alice.info(&self.group) != *start
    }
}

/// What alice wishes, for each kind of intent, and what has come of it when she is done.
struct Case {
    /// What tests call it.
    name: &'static str,
    /// The number of the kind of intent.
    kind: u8,
    set: fn() -> Scene,
    wish: Wish,
    /// Commits that it takes.
    commits: u64,
    check: fn(&mut Scene),
}

enum Wish {
    Message,
    Leave,
    Intent(fn(&Scene) -> Intent),
}

const CASES: &[Case] = &[
    Case {
        name: "send",
        kind: 1,
        set: Scene::without_carol,
        wish: Wish::Message,
        commits: 0,
        check: |scene| {
            assert_eq!(scene.alice.texts(&scene.group), ["once"]);
            assert_eq!(scene.bob.texts(&scene.group), ["once"]);
        },
    },
    Case {
        name: "leave",
        kind: 1,
        set: Scene::of_bob,
        wish: Wish::Leave,
        commits: 0,
        check: |scene| {
            let (group, alice) = (scene.group.clone(), scene.alice.inbox());
            for actor in [&mut scene.alice, &mut scene.bob, &mut scene.carol] {
                assert_eq!(actor.messages(&group, MessageKind::Application).len(), 1);
                assert_eq!(actor.store.read().unwrap().pending_removals(&group).unwrap().len(), 1);
            }
            assert_eq!(scene.bob.step(|session| session.leavers(&group)).unwrap(), [alice]);
            assert!(scene.alice.step(|session| session.is_leaving(&group)).unwrap());
        },
    },
    Case {
        name: "rotate keys",
        kind: 2,
        set: Scene::without_carol,
        wish: Wish::Intent(|_| Intent::RotateKeys),
        commits: 1,
        check: |_| {},
    },
    Case {
        name: "update metadata",
        kind: 3,
        set: Scene::without_carol,
        wish: Wish::Intent(|_| Intent::UpdateMetadata { field: metadata::NAME.into(), value: "Tea".into() }),
        commits: 1,
        check: |scene| {
            assert_eq!(scene.bob.info(&scene.group).attributes[metadata::NAME], "Tea");
            assert_eq!(scene.alice.messages(&scene.group, MessageKind::MembershipChange).len(), 2);
        },
    },
    Case {
        name: "add a member",
        kind: 4,
        set: Scene::without_carol,
        wish: Wish::Intent(|scene| Intent::UpdateMembers { add: vec![scene.carol.inbox()], remove: vec![] }),
        commits: 1,
        check: |scene| {
            let group = scene.group.clone();
            assert!(scene.carol.is_in(&group));
            scene.alice.send(&group, "welcome");
            scene.bob.sync();
            scene.carol.sync();
            assert_eq!(scene.carol.texts(&group), ["welcome"]);
            assert_agree([&mut scene.alice, &mut scene.bob, &mut scene.carol], &group);
        },
    },
    Case {
        name: "remove a member",
        kind: 4,
        set: Scene::with_carol,
        wish: Wish::Intent(|scene| Intent::UpdateMembers { add: vec![], remove: vec![scene.carol.inbox()] }),
        commits: 1,
        check: |scene| {
            let carol = scene.carol.inbox();
            assert!(!scene.bob.info(&scene.group).members.contains_key(&carol));
            assert!(!scene.carol.is_in(&scene.group));
        },
    },
    Case {
        name: "let a member go",
        kind: 4,
        set: Scene::with_carol_leaving,
        wish: Wish::Intent(|scene| Intent::UpdateMembers { add: vec![], remove: vec![scene.carol.inbox()] }),
        commits: 1,
        check: |scene| {
            let (group, carol) = (scene.group.clone(), scene.carol.inbox());
            assert!(!scene.carol.is_in(&group));
            for actor in [&mut scene.alice, &mut scene.bob] {
                assert!(!actor.info(&group).members.contains_key(&carol));
                assert_eq!(actor.store.read().unwrap().pending_removals(&group).unwrap(), []);
                assert_eq!(actor.messages(&group, MessageKind::MembershipChange).len(), 2);
            }
        },
    },
    Case {
        name: "update admins",
        kind: 5,
        set: Scene::without_carol,
        wish: Wish::Intent(|scene| Intent::UpdateAdmins { change: AdminChange::AddAdmin, inbox: scene.bob.inbox() }),
        commits: 1,
        check: |scene| {
            let bob = scene.bob.inbox();
            assert_eq!(scene.bob.info(&scene.group).members[&bob].role, Role::Admin);
        },
    },
    Case {
        name: "update permissions",
        kind: 6,
        set: Scene::without_carol,
        wish: Wish::Intent(|_| Intent::UpdatePermissions { kind: PermissionKind::AddMember, policy: Policy::Admin }),
        commits: 1,
        check: |scene| assert_eq!(scene.bob.info(&scene.group).permissions.add_member, Policy::Admin),
    },
    Case {
        name: "re-add installations",
        kind: 7,
        set: Scene::with_carol,
        wish: Wish::Intent(|scene| Intent::ReaddInstallations { installations: vec![scene.carol.id()] }),
        commits: 1,
        check: |scene| {
            let group = scene.group.clone();
            assert!(scene.carol.is_in(&group));
            let events = scene.carol.events.iter();
            let joined = events.filter(|event| matches!(event, Event::Joined { group: joined } if *joined == group));
            assert_eq!(joined.count(), 2, "once at first, and once again");
            scene.carol.send(&group, "back");
            scene.alice.sync();
            scene.bob.sync();
            assert_eq!(scene.bob.texts(&group), ["back"]);
            assert_agree([&mut scene.alice, &mut scene.bob, &mut scene.carol], &group);
        },
    },
];

/// Carries out the wish of a case with the process dying at every point at which it could, then checks what came of it.
fn dies_everywhere(name: &str) {
    let case = CASES.iter().find(|case| case.name == name).unwrap();
    for point in 0.. {
        let mut scene = (case.set)();
        let group = scene.group.clone();
        let start = scene.alice.info(&group);
        scene.alice.store.probe.cut_after(point);
        let outcome = scene.wish(&case.wish).and_then(|()| scene.alice.drive(&group));
        let has_died = scene.alice.store.probe.mend();
        assert_eq!(outcome.is_err(), has_died, "only what was cut fails");
        scene.alice.reopen();
        if !scene.is_kept(&start) {
            scene.wish(&case.wish).unwrap();
        }
        scene.alice.drive(&group).unwrap();
        assert!(scene.alice.open_intents(&group).is_empty(), "point {point}");
        scene.bob.sync();
        scene.carol.sync();
        (case.check)(&mut scene);
        let end = scene.alice.info(&group);
        assert_eq!(end.epoch.since(start.epoch), case.commits, "point {point}");
        assert_eq!(end.epoch_authenticator, scene.bob.info(&group).epoch_authenticator, "point {point}");
        assert_eq!(scene.bob.refusals(), [""; 0], "point {point}");
        if !has_died {
            assert!(point > 5, "there were points to die at");
            return;
        }
    }
}

#[test] // GROUP.R9
fn there_is_a_case_for_every_kind_of_intent() {
    let kinds: std::collections::BTreeSet<u8> = CASES.iter().map(|case| case.kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    let scene = Scene::without_carol();
    for case in CASES {
        let Wish::Intent(intent) = &case.wish else { continue };
        assert_eq!(intent(&scene).number(), case.kind, "{}", case.name);
    }
}

#[test] // GROUP.R9
fn a_message_is_sent_once() {
    dies_everywhere("send");
}

#[test] // GROUP.R9
fn a_wish_to_leave_is_sent_and_noted_once() {
    dies_everywhere("leave");
}

#[test] // GROUP.R9
fn keys_are_rotated_once() {
    dies_everywhere("rotate keys");
}

#[test] // GROUP.R9
fn metadata_is_updated_once() {
    dies_everywhere("update metadata");
}

#[test] // GROUP.R9
fn a_member_is_added_once_and_can_read() {
    dies_everywhere("add a member");
}

#[test] // GROUP.R9
fn a_member_is_removed_once() {
    dies_everywhere("remove a member");
}

#[test] // GROUP.R9
fn a_member_who_wants_to_leave_is_let_go_once() {
    dies_everywhere("let a member go");
}

#[test] // GROUP.R9
fn admins_are_changed_once() {
    dies_everywhere("update admins");
}

#[test] // GROUP.R9
fn permissions_are_changed_once() {
    dies_everywhere("update permissions");
}

#[test] // GROUP.R9
fn an_installation_is_put_back_once_and_can_read() {
    dies_everywhere("re-add installations");
}

#[test]
fn who_dies_while_reading_ends_where_everybody_is() {
    for point in 0.. {
        let mut scene = Scene::without_carol();
        let group = scene.group.clone();
        scene.alice.send(&group, "one");
        let carol = scene.carol.inbox();
        scene.alice.add(&group, &[carol]);
        scene.alice.send(&group, "two");
        let mut died = 0;
        for actor in [&mut scene.bob, &mut scene.carol] {
            actor.store.probe.cut_after(point);
            let outcome = actor.try_sync();
            assert_eq!(outcome.is_err(), actor.store.probe.mend());
            died += usize::from(outcome.is_err());
            actor.reopen();
            actor.sync();
        }
        assert_eq!(scene.bob.texts(&group), ["one", "two"]);
        assert_eq!(scene.carol.texts(&group), ["two"]);
        assert_agree([&mut scene.alice, &mut scene.bob, &mut scene.carol], &group);
        if died == 0 {
            return;
        }
    }
}
