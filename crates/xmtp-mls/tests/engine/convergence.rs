//! Whatever order envelopes are made, sent, lost and read in, all members end in one state and miss nothing.
use crate::world::{Actor, Shared, assert_agree, group_of};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use xmtp_mls::{AdminChange, Intent, PermissionKind, Policy, group::metadata};
use xmtp_storage::IntentId;
use xmtp_types::{ClientEnvelope, GroupId, Topic};

const MEMBERS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Act {
    Say,
    Rotate,
    Rename,
    /// Make an inbox an admin, or an ordinary member again.
    Promote(bool),
    /// Let everybody add members, or admins alone.
    Permit(bool),
    /// Make envelopes of what is queued.
    Stage,
    /// Send so many of them.
    Send(usize),
    /// Read so many of those that are new.
    Read(usize),
    /// Read everything and send again what got lost.
    Settle,
    /// Die with what was made and not sent, and start again.
    Crash,
}

/// A member and what it has made and not sent.
struct Member {
    actor: Actor,
    outbox: VecDeque<(IntentId, ClientEnvelope)>,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Say),
        1 => Just(Act::Rotate),
        1 => Just(Act::Rename),
        1 => any::<bool>().prop_map(Act::Promote),
        1 => any::<bool>().prop_map(Act::Permit),
        4 => Just(Act::Stage),
        4 => (1usize..3).prop_map(Act::Send),
        4 => (1usize..5).prop_map(Act::Read),
        1 => Just(Act::Settle),
        1 => Just(Act::Crash),
    ]
}

impl Member {
    fn act(&mut self, act: Act, number: usize, group: &GroupId, network: &Shared) {
        match act {
            Act::Say => drop(self.actor.queue_message(group, &format!("message {number}"))),
            Act::Rotate => self.queue(group, &Intent::RotateKeys),
            Act::Rename => {
                let value = format!("name {number}");
                self.queue(group, &Intent::UpdateMetadata { field: metadata::NAME.into(), value });
            }
            Act::Promote(up) => {
                let change = if up { AdminChange::AddAdmin } else { AdminChange::RemoveAdmin };
                let inbox = self.actor.inbox();
                self.queue(group, &Intent::UpdateAdmins { change, inbox });
            }
            Act::Permit(all) => {
                let policy = if all { Policy::Allow } else { Policy::Admin };
                self.queue(group, &Intent::UpdatePermissions { kind: PermissionKind::AddMember, policy });
            }
            Act::Stage => self.outbox.extend(self.actor.step(|session| session.stage(group)).unwrap().envelopes),
            Act::Send(count) => self.send(count, network),
            Act::Read(count) => {
                let topic = Topic::group(group);
                let mut batch = network.after(&topic, &self.actor.cursor(&topic));
                batch.truncate(count);
                self.actor.ingest(&batch).unwrap();
            }
            Act::Settle => {
                self.actor.sync();
                self.outbox.extend(self.actor.step(|session| session.unsent(group)).unwrap());
                self.send(self.outbox.len(), network);
            }
            Act::Crash => {
                self.outbox.clear();
                self.actor.reopen();
            }
        }
    }

    fn queue(&mut self, group: &GroupId, intent: &Intent) {
        self.actor.step(|session| session.queue(group, intent)).unwrap();
    }

    fn send(&mut self, count: usize, network: &Shared) {
        for _ in 0..count {
            let Some((id, envelope)) = self.outbox.pop_front() else { return };
            network.post(envelope);
            self.actor.step(|session| session.acknowledge(&[id])).unwrap();
        }
    }
}

/// Everybody goes on until nobody has anything left to send or read.
fn settle(members: &mut [Member], group: &GroupId) {
    for _ in 0..2 {
        for member in &mut *members {
            member.outbox.clear();
            member.actor.drive(group).unwrap();
        }
    }
    members.iter_mut().for_each(|member| member.actor.sync());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn members_converge_and_every_message_arrives_once(
        acts in proptest::collection::vec((0..MEMBERS, act()), 1..60),
    ) {
        let network = Shared::new();
        let (mut actors, group) = group_of::<MEMBERS>(&network);
        // All may change admins, so that every wish can be carried out.
        let inboxes = actors.each_ref().map(Actor::inbox);
        for inbox in &inboxes[1..] {
            let change = AdminChange::AddSuperAdmin;
            actors[0].commit(&group, &Intent::UpdateAdmins { change, inbox: *inbox });
        }
        actors.iter_mut().for_each(Actor::sync);
        let mut members = actors.map(|actor| Member { actor, outbox: VecDeque::new() });
        let mut said = BTreeMap::new();
        for (number, (who, act)) in acts.into_iter().enumerate() {
            if matches!(act, Act::Say) {
                said.insert(format!("message {number}"), inboxes[who]);
            }
            members[who].act(act, number, &group, &network);
        }
        settle(&mut members, &group);
        for member in &mut members {
            prop_assert!(member.actor.open_intents(&group).is_empty());
            let messages = member.actor.messages(&group, xmtp_storage::MessageKind::Application);
            prop_assert_eq!(messages.len(), said.len());
            let heard: BTreeMap<_, _> =
                messages.into_iter().map(|row| (String::from_utf8(row.content).unwrap(), row.sender_inbox)).collect();
            prop_assert_eq!(&heard, &said);
            prop_assert_eq!(member.actor.failures(), [""; 0]);
        }
        let permissions: Vec<_> = members.iter_mut().map(|member| member.actor.info(&group).permissions).collect();
        prop_assert!(permissions.windows(2).all(|pair| pair[0] == pair[1]));
        assert_agree(members.iter_mut().map(|member| &mut member.actor), &group);
    }
}
