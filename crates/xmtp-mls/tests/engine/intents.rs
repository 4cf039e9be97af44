//! Every intent takes effect exactly once, wherever the process dies and whoever else commits at the same time.
use crate::world::{Actor, Shared, assert_agree, group_of};
use xmtp_mls::{AdminChange, EngineError, Intent, Role, group::metadata};
use xmtp_storage::MessageKind;
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

    /// Whether alice's store knows of anything since the scene was set.
    fn is_kept(&mut self, start: &xmtp_mls::GroupInfo) -> bool {
        !self.alice.open_intents(&self.group).is_empty()
            || !self.alice.texts(&self.group).is_empty()
            || self.alice.info(&self.group) != *start
    }
}

/// Runs `wish` with the process dying at every point at which it could, then checks what came of it.
fn dies_everywhere(
    set: fn() -> Scene,
    wish: impl Fn(&mut Scene) -> Result<(), EngineError>,
    commits: u64,
    check: impl Fn(&mut Scene),
) {
    for point in 0.. {
        let mut scene = set();
        let group = scene.group.clone();
        let start = scene.alice.info(&group);
        scene.alice.store.probe.cut_after(point);
        let outcome = wish(&mut scene).and_then(|()| scene.alice.drive(&group));
        let has_died = scene.alice.store.probe.mend();
        assert_eq!(outcome.is_err(), has_died, "only what was cut fails");
        scene.alice.reopen();
        if !scene.is_kept(&start) {
            wish(&mut scene).unwrap();
        }
        scene.alice.drive(&group).unwrap();
        assert!(scene.alice.open_intents(&group).is_empty(), "point {point}");
        scene.bob.sync();
        scene.carol.sync();
        check(&mut scene);
        let end = scene.alice.info(&group);
        assert_eq!(end.epoch.since(start.epoch), commits, "point {point}");
        assert_eq!(end.epoch_authenticator, scene.bob.info(&group).epoch_authenticator, "point {point}");
        assert_eq!(scene.bob.refusals(), [""; 0], "point {point}");
        if !has_died {
            assert!(point > 5, "there were points to die at");
            return;
        }
    }
}

fn queued(intent: impl Fn(&Scene) -> Intent) -> impl Fn(&mut Scene) -> Result<(), EngineError> {
    move |scene| {
        let intent = intent(scene);
        let group = scene.group.clone();
        scene.alice.step(|session| session.queue(&group, &intent)).map(drop)
    }
}

#[test]
fn a_message_is_sent_once() {
    let wish = |scene: &mut Scene| {
        let group = scene.group.clone();
        scene.alice.step(|session| session.queue_message(&group, b"once".to_vec(), false)).map(drop)
    };
    dies_everywhere(Scene::without_carol, wish, 0, |scene| {
        assert_eq!(scene.alice.texts(&scene.group), ["once"]);
        assert_eq!(scene.bob.texts(&scene.group), ["once"]);
    });
}

#[test]
fn keys_are_rotated_once() {
    dies_everywhere(Scene::without_carol, queued(|_| Intent::RotateKeys), 1, |_| {});
}

#[test]
fn metadata_is_updated_once() {
    let rename = |_: &Scene| Intent::UpdateMetadata { field: metadata::NAME.into(), value: "Tea".into() };
    dies_everywhere(Scene::without_carol, queued(rename), 1, |scene| {
        assert_eq!(scene.bob.info(&scene.group).attributes[metadata::NAME], "Tea");
        assert_eq!(scene.alice.messages(&scene.group, MessageKind::MembershipChange).len(), 2);
    });
}

#[test]
fn admins_are_changed_once() {
    let promote = |scene: &Scene| Intent::UpdateAdmins { change: AdminChange::AddAdmin, inbox: scene.bob.inbox() };
    dies_everywhere(Scene::without_carol, queued(promote), 1, |scene| {
        let bob = scene.bob.inbox();
        assert_eq!(scene.bob.info(&scene.group).members[&bob].role, Role::Admin);
    });
}

#[test]
fn a_member_is_added_once_and_can_read() {
    let add = |scene: &Scene| Intent::UpdateMembers { add: vec![scene.carol.inbox()], remove: vec![] };
    dies_everywhere(Scene::without_carol, queued(add), 1, |scene| {
        let group = scene.group.clone();
        assert!(scene.carol.is_in(&group));
        scene.alice.send(&group, "welcome");
        scene.bob.sync();
        scene.carol.sync();
        assert_eq!(scene.carol.texts(&group), ["welcome"]);
        assert_agree([&mut scene.alice, &mut scene.bob, &mut scene.carol], &group);
    });
}

#[test]
fn a_member_is_removed_once() {
    let remove = |scene: &Scene| Intent::UpdateMembers { add: vec![], remove: vec![scene.carol.inbox()] };
    dies_everywhere(Scene::with_carol, queued(remove), 1, |scene| {
        let carol = scene.carol.inbox();
        assert!(!scene.bob.info(&scene.group).members.contains_key(&carol));
        assert!(!scene.carol.is_in(&scene.group));
    });
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
