//! A group with a member who keeps no rule. What it makes is signed and sealed as the MLS protocol wants it, so that it
//! reaches everything that honest members do behind decryption.
//!
//! Nothing is kept of what an input leads to: every input meets the same state.
#![allow(dead_code, reason = "each target uses a part")]

use std::cell::RefCell;
use world::{Actor, Shared, group_of};
use xmtp_mls::{EngineError, GroupInfo, Session};
use xmtp_types::{
    ClientEnvelope, Delivered, GroupId, InboxId, InstallationId, OriginatorId, Payload, SequenceId, Timestamp,
};

#[path = "../../crates/xmtp-mls/tests/engine/world/mod.rs"]
#[allow(unreachable_pub, reason = "it is a module of other tests")]
mod world;

/// Everybody. The founder is a super admin, the insider an ordinary member; either may be the one who keeps no rule.
pub struct Stage {
    pub founder: Actor,
    pub insider: Actor,
    pub honest: [Actor; 2],
    pub outsider: Actor,
    pub group: GroupId,
    /// A key package of the outsider.
    pub outsiders_package: Vec<u8>,
    network: Shared,
}

/// What an honest member makes of what came.
#[derive(Debug)]
pub struct Verdict {
    pub refused: usize,
    /// The group as it is afterwards, while it can be used.
    pub info: Option<GroupInfo>,
}

impl Stage {
    pub fn new() -> Self {
        let network = Shared::new();
        let (members, group) = group_of::<4>(&network);
        let [founder, insider, one, two] = members;
        let mut outsider = Actor::register(&network);
        let outsiders_package = outsider.step(|session| Ok(session.new_key_package()?.1)).expect("it is made");
        let mut stage = Self { founder, insider, honest: [one, two], outsider, group, outsiders_package, network };
        let group = stage.group.clone();
        stage.insider.send(&group, "hello");
        for actor in [&mut stage.founder, &mut stage.insider].into_iter().chain(&mut stage.honest) {
            actor.sync();
            actor.events.clear();
        }
        stage
    }

    /// The inbox that a byte stands for.
    pub fn inbox(&self, choice: u8) -> InboxId {
        match choice % 6 {
            0 => self.founder.inbox(),
            1 => self.insider.inbox(),
            2 => self.honest[0].inbox(),
            3 => self.honest[1].inbox(),
            4 => self.outsider.inbox(),
            _ => InboxId::from_bytes([choice; 32]),
        }
    }

    /// The installation that a byte stands for.
    pub fn installation(&self, choice: u8) -> InstallationId {
        match choice % 6 {
            0 => self.founder.id(),
            1 => self.insider.id(),
            2 => self.honest[0].id(),
            3 => self.honest[1].id(),
            4 => self.outsider.id(),
            _ => InstallationId::from_bytes([choice; 32]),
        }
    }

    /// The number of an identity update that a byte stands for: mostly the newest of `inbox`.
    pub fn number(&self, inbox: &InboxId, choice: u8) -> SequenceId {
        let known = [&self.founder, &self.insider, &self.honest[0], &self.honest[1], &self.outsider];
        let is_known = known.iter().any(|actor| actor.inbox() == *inbox);
        match choice {
            0..200 if is_known => self.network.lock().newest_identity_of(inbox),
            255 => SequenceId::new(u64::MAX >> 1),
            other => SequenceId::new(u64::from(other) % 16),
        }
    }

    /// Envelopes as the network would deliver them next.
    pub fn delivered(&self, envelopes: Vec<ClientEnvelope>) -> Vec<Delivered> {
        let last = self.network.lock().log.last().map_or(0, |last| last.sequence_id.as_u64());
        let number = |(place, envelope): (usize, ClientEnvelope)| Delivered {
            originator: match &envelope.payload {
                Payload::GroupMessage { .. } => OriginatorId::V3_COMMITS,
                _ => OriginatorId::V3_WELCOMES,
            },
            topic: envelope.topic,
            sequence_id: SequenceId::new(last + 1 + place as u64),
            created: Timestamp::from_secs(1_800_000_000),
            payload: envelope.payload,
        };
        envelopes.into_iter().enumerate().map(number).collect()
    }

    /// Hands `delivered` to both honest members and holds them to each other.
    pub fn judge(&mut self, delivered: &[Delivered]) -> Option<Verdict> {
        let group = self.group.clone();
        let verdicts: Vec<_> = self.honest.iter_mut().map(|actor| ingest(actor, &group, delivered)).collect();
        let [Some(one), Some(two)] = &verdicts[..] else { return None };
        if let (Some(one), Some(two)) = (&one.info, &two.info) {
            assert_eq!(one, two, "honest members disagree");
        }
        verdicts.into_iter().next().flatten()
    }
}

/// Lets `actor` make something and undoes it; nothing if it cannot be made.
pub fn make<R>(actor: &mut Actor, work: impl Fn(&mut Session<'_>) -> Result<R, EngineError>) -> Option<R> {
    let made = RefCell::new(None);
    let undone = actor.step(|session| -> Result<(), EngineError> {
        *made.borrow_mut() = Some(work(session)?);
        Err(EngineError::UnknownGroup)
    });
    assert!(undone.is_err());
    made.into_inner()
}

/// What `actor` makes of what came; nothing if it asks for something that this stage has not.
pub fn ingest(actor: &mut Actor, group: &GroupId, delivered: &[Delivered]) -> Option<Verdict> {
    make(actor, |session| {
        let ingested = session.ingest(delivered, &[])?;
        if !ingested.missing.is_empty() {
            if ingested.missing.iter().any(|missing| matches!(missing, xmtp_mls::Missing::Group(_))) {
                return Ok(None);
            }
            return Err(EngineError::Missing(ingested.missing));
        }
        assert_eq!(ingested.done, delivered.len(), "an envelope blocks those behind it");
        let info = if ingested.halted { None } else { session.group_info(group).ok() };
        Ok(Some(Verdict { refused: usize::from(ingested.halted), info }))
    })
    .flatten()
}

/// What is left of an input.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// As many bytes as the next one says.
    pub fn some(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (head, rest) = self.0.split_at(length);
        self.0 = rest;
        head
    }

    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.some()).into_owned()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
