//! The state machine of an installation with one group, handed bytes as everything the network can deliver.
#![no_main]

use std::{
    cell::RefCell,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use libfuzzer_sys::fuzz_target;
use xmtp_crypto::InstallationKey;
use xmtp_identity::InboxState;
use xmtp_mls::{Directory, Engine, EngineError, GroupOptions, Installation, Lookup, Missing, VerifiedKeyPackage};
use xmtp_storage::{Durability, MemoryStore, StoreRead};
use xmtp_types::{
    Delivered, GroupId, InboxId, InstallationId, OriginatorId, Payload, PointerAlgorithm, SequenceId, Timestamp, Topic,
    WrapperAlgorithm,
};

/// Knows nobody.
#[derive(Debug)]
struct Nobody;

impl Directory for Nobody {
    fn inbox_state(&self, _: &mut dyn StoreRead, inbox: &InboxId, at: SequenceId) -> Result<Arc<InboxState>, Lookup> {
        Err(Lookup::Missing(Missing::IdentityUpdates(*inbox, at)))
    }

    fn newest_identity(&self, _: &mut dyn StoreRead, inbox: &InboxId) -> Result<SequenceId, Lookup> {
        Err(Lookup::Missing(Missing::NewestIdentity(*inbox)))
    }

    fn key_package(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, Lookup> {
        Err(Lookup::Missing(Missing::KeyPackage(*installation)))
    }

    fn pointee(&self, topic: &Topic) -> Result<Arc<Delivered>, Lookup> {
        Err(Lookup::Missing(Missing::Pointee(topic.clone())))
    }
}

struct World {
    engine: Engine,
    store: MemoryStore,
    group: GroupId,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs();
        let now = Timestamp::from_secs(now);
        let store = MemoryStore::new();
        let own = Installation::new(InboxId::from_bytes([1; 32]), InstallationKey::from_seed(&[1; 32]));
        let mut engine = Engine::new(own);
        let made = engine.transaction(&store, Durability::Full, &Nobody, now, |session| {
            session.create_group(&GroupOptions::default())
        });
        let (group, _) = made.expect("a group is made");
        Self { engine, store, group, now }
    }

    /// Everything these bytes could arrive as.
    fn deliveries(&self, bytes: &[u8]) -> Vec<Delivered> {
        let welcomes = Topic::welcome(&InstallationKey::from_seed(&[1; 32]).id());
        let group = Topic::group(&self.group);
        let message = |data: Vec<u8>| Payload::GroupMessage { data, sender_hmac: Vec::new(), should_push: false };
        let welcome = |algorithm| Payload::Welcome {
            data: bytes.to_vec(),
            hpke_public_key: bytes.to_vec(),
            algorithm,
            metadata: Vec::new(),
        };
        let pointer = Payload::WelcomePointer {
            pointer: bytes.to_vec(),
            hpke_public_key: bytes.to_vec(),
            algorithm: PointerAlgorithm::XWingMlKem768Draft6,
        };
        let arrivals = [
            (&group, message(bytes.to_vec())),
            (&group, message(self.addressed(bytes))),
            (&group, welcome(WrapperAlgorithm::Curve25519)),
            (&welcomes, welcome(WrapperAlgorithm::Curve25519)),
            (&welcomes, welcome(WrapperAlgorithm::XWingMlKem768Draft6)),
            (&welcomes, welcome(WrapperAlgorithm::SymmetricKey)),
            (&welcomes, pointer),
            (&welcomes, message(bytes.to_vec())),
        ];
        let number = 1..;
        let delivered = |((topic, payload), number): ((&Topic, Payload), u64)| Delivered {
            topic: topic.clone(),
            originator: OriginatorId::V3_MESSAGES,
            sequence_id: SequenceId::new(number),
            created: self.now,
            payload,
        };
        arrivals.into_iter().zip(number).map(delivered).collect()
    }

    /// The bytes as a message that claims to be for the group in its first epoch: version, framing, then what the
    /// fuzzer chose.
    fn addressed(&self, bytes: &[u8]) -> Vec<u8> {
        let (framing, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let id = self.group.as_bytes();
        let length = u8::try_from(id.len()).expect("an id has 16 bytes");
        [&[0, 1, 0, 1 + framing % 2, length], id, &[0; 8], rest].concat()
    }
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|bytes: &[u8]| {
    WORLD.with_borrow_mut(|world| {
        let deliveries = world.deliveries(bytes);
        let World { engine, store, now, .. } = world;
        let undone = engine.transaction(&*store, Durability::Full, &Nobody, *now, |session| {
            let ingested = session.ingest(&deliveries, &[])?;
            assert_eq!(ingested.done, deliveries.len());
            // Nothing is kept, so that every input meets the same state.
            Err::<(), _>(EngineError::UnknownGroup)
        });
        assert!(matches!(undone, Err(EngineError::UnknownGroup)), "{undone:?}");
    });
});
