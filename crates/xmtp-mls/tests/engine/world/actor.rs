//! An installation, driven as a client drives it.
use super::{Shared, Watched, network::Fetched};
use std::time::Duration;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{LocalWallet, RawSignature, UnverifiedUpdate, UpdateRequest, inbox_id_for};
use xmtp_mls::{
    Engine, EngineError, Event, GroupInfo, GroupOptions, Ingested, Installation, Intent, Missing, Reading, Session,
};
use xmtp_storage::{
    Durability, GroupQuery, GroupRow, GroupStatus, IntentRow, IntentState, MessageKind, MessageQuery, MessageRow, Store,
};
use xmtp_types::{ClientEnvelope, Cursor, Delivered, GroupId, InboxId, InstallationId, MessageId, Timestamp, Topic};

pub(crate) struct Actor {
    pub(crate) engine: Engine,
    pub(crate) store: Watched,
    pub(crate) network: Shared,
    /// Everything that happened, in order.
    pub(crate) events: Vec<Event>,
    fetched: Fetched,
    wallet: LocalWallet,
}

impl Actor {
    /// A new inbox and its first installation, with a key package on the network.
    pub(crate) fn register(network: &Shared) -> Self {
        let wallet = LocalWallet::generate().unwrap();
        let key = InstallationKey::generate().unwrap();
        let now = network.tick();
        let request = UpdateRequest::create_inbox(&wallet.address(), 0, Some(key.id()), now).unwrap();
        Self::publish(network, &wallet, &key, request);
        Self::start(network, wallet, key)
    }

    /// Another installation of the same inbox.
    pub(crate) fn second_installation(&self) -> Self {
        let wallet = LocalWallet::from_hex(&self.wallet.to_hex()).unwrap();
        let key = InstallationKey::generate().unwrap();
        let now = self.network.tick();
        let request = UpdateRequest::add_installation(self.inbox(), &wallet.address(), key.id(), now).unwrap();
        Self::publish(&self.network, &wallet, &key, request);
        Self::start(&self.network, wallet, key)
    }

    /// Revokes an installation of this inbox.
    pub(crate) fn revoke(&self, installation: InstallationId) {
        let (address, now) = (self.wallet.address(), self.network.tick());
        let request = UpdateRequest::revoke_installations(self.inbox(), &address, [installation], now).unwrap();
        Self::publish(&self.network, &self.wallet, self.engine.installation().key(), request);
    }

    fn publish(network: &Shared, wallet: &LocalWallet, key: &InstallationKey, mut request: UpdateRequest) {
        let signature = wallet.sign_text(request.signing_text());
        request.add_signature(RawSignature::erc191(signature.to_vec())).unwrap();
        if !request.missing_signers().is_empty() {
            request.sign_with_installation(key).unwrap();
        }
        let update = UnverifiedUpdate::decode(&request.build().unwrap().encode()).unwrap();
        network.lock().publish_identity(update.verify().unwrap());
    }

    fn start(network: &Shared, wallet: LocalWallet, key: InstallationKey) -> Self {
        let inbox = inbox_id_for(&wallet.address(), 0).unwrap();
        let mut actor = Self {
            engine: Engine::new(Installation::new(inbox, key)),
            store: Watched::default(),
            network: network.clone(),
            events: Vec::new(),
            fetched: network.fetched(),
            wallet,
        };
        actor.upload_key_package();
        actor
    }

    pub(crate) fn upload_key_package(&mut self) {
        self.upload_key_package_of(Duration::ZERO);
    }

    /// Uploads a key package that was made so long ago.
    pub(crate) fn upload_key_package_of(&mut self, age: Duration) {
        let made = Timestamp::from_nanos(self.network.tick().as_nanos() - u64::try_from(age.as_nanos()).unwrap());
        let work = |session: &mut Session<'_>| {
            let own = session.installation();
            own.save(&mut **session.tx())?;
            let (id, bytes) = session.new_key_package()?;
            session.key_package_uploaded(&id)?;
            Ok(bytes)
        };
        let (bytes, _) = self.engine.transaction(&self.store, Durability::Full, &self.fetched, made, work).unwrap();
        self.network.lock().publish_key_package(self.id(), bytes);
    }

    pub(crate) fn inbox(&self) -> InboxId {
        self.engine.installation().inbox()
    }

    pub(crate) fn id(&self) -> InstallationId {
        self.engine.installation().id()
    }

    /// Starts anew from what is kept, as a process does after a crash.
    pub(crate) fn reopen(&mut self) {
        let own = Installation::load(&mut *self.store.read().unwrap()).unwrap().unwrap();
        self.engine = Engine::new(own);
        self.fetched = self.network.fetched();
    }

    /// One transaction; what it lacks is fetched and it is run again.
    pub(crate) fn step<R>(
        &mut self,
        work: impl Fn(&mut Session<'_>) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        loop {
            let now = self.network.tick();
            match self.engine.transaction(&self.store, Durability::Full, &self.fetched, now, &work) {
                Ok((result, events)) => {
                    self.fetched.forget();
                    self.store.probe.step()?; // A process can die right after its transaction.
                    self.events.extend(events);
                    return Ok(result);
                }
                Err(EngineError::Missing(missing)) => self.fetched.fetch(missing),
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn create_group(&mut self) -> GroupId {
        self.create_group_with(&GroupOptions::default())
    }

    pub(crate) fn create_group_with(&mut self, options: &GroupOptions) -> GroupId {
        self.step(|session| session.create_group(options)).unwrap()
    }

    pub(crate) fn add(&mut self, group: &GroupId, inboxes: &[InboxId]) {
        self.commit(group, &Intent::UpdateMembers { add: inboxes.to_vec(), remove: vec![] });
    }

    pub(crate) fn remove(&mut self, group: &GroupId, inboxes: &[InboxId]) {
        self.commit(group, &Intent::UpdateMembers { add: vec![], remove: inboxes.to_vec() });
    }

    /// Commits until the group is so many epochs further.
    pub(crate) fn rotate(&mut self, group: &GroupId, epochs: usize) {
        (0..epochs).for_each(|_| self.commit(group, &Intent::RotateKeys));
    }

    /// Queues an intent and carries it through.
    pub(crate) fn commit(&mut self, group: &GroupId, intent: &Intent) {
        self.step(|session| session.queue(group, intent)).unwrap();
        self.drive(group).unwrap();
    }

    pub(crate) fn queue_message(&mut self, group: &GroupId, text: &str) -> MessageId {
        self.step(|session| session.queue_message(group, text.as_bytes().to_vec(), false)).unwrap()
    }

    pub(crate) fn send(&mut self, group: &GroupId, text: &str) -> MessageId {
        let id = self.queue_message(group, text);
        self.drive(group).unwrap();
        id
    }

    /// Envelopes of what is queued, kept and not sent.
    pub(crate) fn staged(&mut self, group: &GroupId) -> Vec<ClientEnvelope> {
        let staged = self.step(|session| session.stage(group)).unwrap();
        staged.envelopes.into_iter().map(|(_, envelope)| envelope).collect()
    }

    /// Carries everything that is queued for a group as far as it goes.
    pub(crate) fn drive(&mut self, group: &GroupId) -> Result<(), EngineError> {
        for _ in 0..20 {
            let staged = self.step(|session| session.stage(group))?;
            self.publish_all(staged.envelopes)?;
            self.pull(&Topic::group(group), &[])?;
            let unsent = self.step(|session| session.unsent(group))?;
            self.publish_all(unsent)?;
            self.pull(&Topic::group(group), &[])?;
            for (intent, envelopes) in self.step(|session| session.follow_ups(group))? {
                for envelope in envelopes {
                    self.post(envelope)?;
                }
                self.step(|session| session.finish(group, intent))?;
            }
            if !self.is_in(group) || self.open_intents(group).is_empty() {
                return Ok(());
            }
        }
        panic!("intents stay open however often they are driven");
    }

    fn publish_all(&mut self, staged: Vec<(xmtp_storage::IntentId, ClientEnvelope)>) -> Result<(), EngineError> {
        for (id, envelope) in staged {
            self.post(envelope)?;
            self.step(|session| session.acknowledge(&[id]))?;
        }
        Ok(())
    }

    fn post(&self, envelope: ClientEnvelope) -> Result<(), EngineError> {
        self.store.probe.step()?;
        self.network.post(envelope);
        Ok(self.store.probe.step()?)
    }

    /// Reads everything new: welcomes, then every group.
    pub(crate) fn sync(&mut self) {
        self.try_sync().unwrap();
    }

    pub(crate) fn try_sync(&mut self) -> Result<(), EngineError> {
        self.pull(&Topic::welcome(&self.id()), &[])?;
        self.groups().iter().try_for_each(|group| self.pull(&Topic::group(group), &[]))
    }

    fn pull(&mut self, topic: &Topic, readings: &[Reading]) -> Result<(), EngineError> {
        let cursor = self.store.read()?.cursor(topic)?;
        let batch = self.network.after(topic, &cursor);
        if !batch.is_empty() {
            self.ingest_with(&batch, readings)?;
        }
        Ok(())
    }

    /// Hands in a batch until all of it is dealt with.
    pub(crate) fn ingest(&mut self, batch: &[Delivered]) -> Result<Ingested, EngineError> {
        self.ingest_with(batch, &[])
    }

    fn ingest_with(&mut self, batch: &[Delivered], readings: &[Reading]) -> Result<Ingested, EngineError> {
        let (mut done, mut all) = (0, readings.to_vec());
        loop {
            let mut ingested = self.step(|session| session.ingest(&batch[done..], &all))?;
            done += ingested.done;
            if ingested.missing.is_empty() {
                assert_eq!(done, batch.len());
                ingested.done = done;
                let begun = all.split_off(readings.len());
                if !begun.is_empty() {
                    self.step(|session| {
                        begun.iter().for_each(|reading| session.end_reading(reading, true));
                        Ok(())
                    })?;
                }
                return Ok(ingested);
            }
            for missing in &ingested.missing {
                if let Missing::Group(group) = missing {
                    all.push(self.step(|session| Ok(session.begin_reading(group)))?);
                    self.pull(&Topic::group(group), &all)?;
                }
            }
            self.fetched.fetch(ingested.missing);
        }
    }

    pub(crate) fn info(&mut self, group: &GroupId) -> GroupInfo {
        self.step(|session| session.group_info(group)).unwrap()
    }

    pub(crate) fn groups(&self) -> Vec<GroupId> {
        let query = GroupQuery::everything();
        self.store.read().unwrap().groups(&query).unwrap().into_iter().map(|row| row.id).collect()
    }

    pub(crate) fn status(&self, group: &GroupId) -> GroupStatus {
        self.store.read().unwrap().group(group).unwrap().unwrap().status
    }

    pub(crate) fn is_in(&self, group: &GroupId) -> bool {
        let row = self.store.read().unwrap().group(group).unwrap();
        row.is_some_and(|row| row.status == GroupStatus::Active)
    }

    /// Stored messages of a group in the order of storing.
    pub(crate) fn messages(&self, group: &GroupId, kind: MessageKind) -> Vec<MessageRow> {
        let query = MessageQuery {
            group: Some(group.clone()),
            kind: Some(kind),
            order: xmtp_storage::MessageOrder::Stored,
            ..MessageQuery::default()
        };
        self.store.read().unwrap().messages(&query).unwrap()
    }

    /// What members said, in the order of storing.
    pub(crate) fn texts(&self, group: &GroupId) -> Vec<String> {
        let messages = self.messages(group, MessageKind::Application);
        messages.into_iter().map(|row| String::from_utf8(row.content).unwrap()).collect()
    }

    /// Why envelopes were refused since the events were last taken.
    pub(crate) fn refusals(&mut self) -> Vec<String> {
        let events = std::mem::take(&mut self.events);
        let reasons = events.into_iter().filter_map(|event| match event {
            Event::Refused { reason, .. } => Some(reason),
            _ => None,
        });
        reasons.collect()
    }

    /// Why intents failed since the events were last taken.
    pub(crate) fn failures(&mut self) -> Vec<String> {
        let events = std::mem::take(&mut self.events);
        let reasons = events.into_iter().filter_map(|event| match event {
            Event::IntentFailed { reason, .. } => Some(reason),
            _ => None,
        });
        reasons.collect()
    }

    /// Intents that have not come to an end.
    pub(crate) fn open_intents(&self, group: &GroupId) -> Vec<IntentRow> {
        let open = [IntentState::ToPublish, IntentState::Published, IntentState::Committed];
        self.store.read().unwrap().intents(group, &open).unwrap()
    }

    pub(crate) fn cursor(&self, topic: &Topic) -> Cursor {
        self.store.read().unwrap().cursor(topic).unwrap()
    }

    pub(crate) fn set_status(&mut self, group: &GroupId, status: GroupStatus) {
        self.step(|session| {
            let row = session.tx().group(group)?.ok_or(EngineError::UnknownGroup)?;
            session.tx().put_group(&GroupRow { status: status.clone(), ..row })?;
            Ok(())
        })
        .unwrap();
    }
}
