//! An installation, driven as a client drives it.
use super::Network;
use anyhow::{Context, Result, ensure};
use std::{fmt, sync::Arc};
use xmtp_crypto::InstallationKey;
use xmtp_identity::{LocalWallet, UpdateRequest, inbox_id_for};
use xmtp_mls::{Engine, EngineError, GroupOptions, Installation, Intent, Missing, Reading, Session};
use xmtp_storage::{Durability, IntentId, Store};
use xmtp_types::{ClientEnvelope, Delivered, GroupId, InboxId, Topic};

/// One installation of an inbox of its own.
pub struct Member {
    engine: Engine,
    store: Arc<dyn Store>,
    network: Network,
}

impl Member {
    /// A new inbox and its installation, made of `seed`, with a key package on the network.
    ///
    /// # Errors
    /// If a step fails.
    pub fn register(network: &Network, seed: u64, store: Arc<dyn Store>) -> Result<Self> {
        let mut secret = [1; 32];
        for (byte, part) in secret.iter_mut().zip(seed.to_be_bytes()) {
            *byte = part;
        }
        let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let (wallet, key) = (LocalWallet::from_hex(&digits)?, InstallationKey::from_seed(&secret));
        let mut request = UpdateRequest::create_inbox(&wallet.address(), 0, Some(key.id()), network.tick())?;
        request.add_signature(wallet.sign_text(request.signing_text()).into())?;
        request.sign_with_installation(&key)?;
        network.publish_identity(request.check(None)?);
        let own = Installation::new(inbox_id_for(&wallet.address(), 0)?, key);
        let mut member = Self { engine: Engine::new(own), store, network: network.clone() };
        let bytes = member.step(Durability::Full, |session| {
            let own = session.installation();
            own.save(&mut **session.tx())?;
            let (id, bytes) = session.new_key_package()?;
            session.key_package_uploaded(&id)?;
            Ok(bytes)
        })?;
        network.publish_key_package(member.engine.installation().id(), &bytes)?;
        Ok(member)
    }

    /// Its inbox.
    pub fn inbox(&self) -> InboxId {
        self.engine.installation().inbox()
    }

    /// Its topic of welcomes.
    pub fn welcomes(&self) -> Topic {
        Topic::welcome(&self.engine.installation().id())
    }

    fn step<R>(
        &mut self,
        durability: Durability,
        work: impl FnOnce(&mut Session<'_>) -> Result<R, EngineError>,
    ) -> Result<R> {
        let now = self.network.tick();
        let (result, _events) = self.engine.transaction(&*self.store, durability, &self.network, now, work)?;
        Ok(result)
    }

    /// Makes a group of these and itself.
    ///
    /// # Errors
    /// If a step fails.
    pub fn create_group(&mut self, members: &[InboxId]) -> Result<GroupId> {
        let group = self.step(Durability::Full, |session| session.create_group(&GroupOptions::default()))?;
        if !members.is_empty() {
            self.commit(&group, &Intent::UpdateMembers { add: members.to_vec(), remove: Vec::new() })?;
        }
        Ok(group)
    }

    /// Queues a message and seals it, in one durable transaction.
    ///
    /// # Errors
    /// If a step fails.
    pub fn seal(&mut self, group: &GroupId, text: &[u8]) -> Result<Vec<(IntentId, ClientEnvelope)>> {
        let staged = self.step(Durability::Full, |session| {
            session.queue_message(group, text.to_vec(), false)?;
            session.stage(group)
        })?;
        Ok(staged.envelopes)
    }

    /// Hands envelopes to the network, and notes that it has them.
    ///
    /// # Errors
    /// If a step fails.
    pub fn post(&mut self, envelopes: Vec<(IntentId, ClientEnvelope)>) -> Result<()> {
        let ids: Vec<IntentId> = envelopes.iter().map(|(id, _)| *id).collect();
        for (_, envelope) in envelopes {
            self.network.post(envelope)?;
        }
        self.step(Durability::Relaxed, |session| session.acknowledge(&ids))
    }

    /// Changes the group: commits, sends, reads it back, welcomes who is new.
    ///
    /// # Errors
    /// If a step fails.
    pub fn commit(&mut self, group: &GroupId, intent: &Intent) -> Result<()> {
        let staged = self.step(Durability::Full, |session| {
            session.queue(group, intent)?;
            session.stage(group)
        })?;
        ensure!(!staged.envelopes.is_empty(), "nothing came of a commit");
        self.post(staged.envelopes)?;
        self.pull(&Topic::group(group))?;
        for (intent, envelopes) in self.step(Durability::Relaxed, |session| session.follow_ups(group))? {
            for envelope in envelopes {
                self.network.post(envelope)?;
            }
            self.step(Durability::Relaxed, |session| session.finish(group, intent))?;
        }
        Ok(())
    }

    /// Reads what a topic has and this member has not seen.
    ///
    /// # Errors
    /// If a step fails.
    pub fn pull(&mut self, topic: &Topic) -> Result<()> {
        let news = self.news(topic)?;
        self.ingest(&news)
    }

    /// What a topic has and this member has not seen.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn news(&self, topic: &Topic) -> Result<Vec<Delivered>> {
        let cursor = self.store.read()?.cursor(topic)?;
        Ok(self.network.after(topic, &cursor))
    }

    /// Takes in a batch, in one transaction if nothing is missing.
    ///
    /// # Errors
    /// If a step fails.
    pub fn ingest(&mut self, batch: &[Delivered]) -> Result<()> {
        self.ingest_with(batch, &[])
    }

    /// As [`Member::ingest`], with what the batch was read with.
    fn ingest_with(&mut self, batch: &[Delivered], readings: &[Reading]) -> Result<()> {
        let (mut done, mut all) = (0, readings.to_vec());
        while let Some(rest) = batch.get(done..).filter(|rest| !rest.is_empty()) {
            let ingested = self.step(Durability::Relaxed, |session| session.ingest(rest, &all))?;
            ensure!(ingested.done > 0 || !ingested.missing.is_empty(), "an envelope was not taken in");
            done += ingested.done;
            for missing in ingested.missing {
                let Missing::Group(group) = missing else { anyhow::bail!("{missing:?} is missing") };
                all.push(self.step(Durability::Relaxed, |session| Ok(session.begin_reading(&group)))?);
                let news = self.news(&Topic::group(&group))?;
                self.ingest_with(&news, &all)?;
            }
        }
        Ok(())
    }

    /// The epoch's secret by which members can tell that they are in one state.
    ///
    /// # Errors
    /// If it is in no such group.
    pub fn state_of(&mut self, group: &GroupId) -> Result<Vec<u8>> {
        let info = self.step(Durability::Relaxed, |session| session.group_info(group)).context("no such group")?;
        Ok(info.epoch_authenticator)
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("engine", &self.engine).finish_non_exhaustive()
    }
}
