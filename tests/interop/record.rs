//! Keeps what official clients put on the network as fixtures, so that decoders are tested without Node.
//!
//! One story is played by official clients alone; then everything they published is read back and written to
//! `tests/fixtures/official/<generation>/`, one file for each envelope, named by its kind and number. The bytes are
//! those an installation of ours would be handed: an MLS message, a sealed welcome, a key package, an identity update.
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use xmtp_delivery::{Environment, GrpcTransport, Network, Transport};
use xmtp_types::{Cursor, Delivered, OriginatorId, Payload, SequenceId, Topic};

use crate::{
    seen::Said,
    user::User,
    world::{API_URL, World},
};

/// Envelopes kept of each kind; more would add bytes and no shapes.
const KEPT_OF_EACH_KIND: usize = 6;

/// Plays the story and writes the fixtures.
///
/// # Errors
/// If an official client fails, or a file cannot be written.
pub(crate) async fn record(generation: &str, world: &World) -> Result<()> {
    let users = [
        vec![world.opener("alix").await?, world.opener("bo").await?, world.opener("caro").await?],
        world.crowd(9).await?,
    ];
    let [alix, bo, caro] = users[0].as_slice() else { anyhow::bail!("three users were made") };
    let guests: Vec<&User> = users[1].iter().collect();
    let second = world.another_installation_of(bo).await?;
    let groups = story(alix, bo, caro, &guests).await?;

    let everyone: Vec<&User> = users.iter().flatten().chain([&second]).collect();
    let transport = GrpcTransport::connect(&Network::at(Environment::Local, API_URL))?;
    let mut fixtures = Fixtures::default();
    for user in everyone {
        let installation = user.installation_id().parse()?;
        let packages = transport.key_packages(&[installation]).await?;
        fixtures.add("key_package", packages.into_iter().flatten().next().context("no key package")?);
        for delivered in all(&transport, &Topic::welcome(&installation)).await? {
            fixtures.add_delivered(delivered);
        }
        for updates in transport.identity_updates(&[(user.inbox_id().parse()?, SequenceId::default())]).await? {
            updates.into_iter().for_each(|update| fixtures.add_delivered(update));
        }
    }
    for group in groups {
        for delivered in all(&transport, &Topic::group(&group.parse()?)).await? {
            fixtures.add_delivered(delivered);
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join("official").join(generation);
    fixtures.write(&folder)
}

/// A little of everything; gives the ids of the conversations.
async fn story(alix: &User, bo: &User, caro: &User, guests: &[&User]) -> Result<Vec<String>> {
    let dm = alix.dm(bo).await?;
    bo.sync_all().await?;
    let reference = alix.say(&dm, "hello").await?;
    let emoji = "👋".to_owned();
    for said in [
        Said::Markdown("*hello*".to_owned()),
        Said::Reply { reference: reference.clone(), text: "hello yourself".to_owned() },
        Said::Reaction { reference: reference.clone(), emoji: emoji.clone(), removed: false },
        Said::Reaction { reference, emoji, removed: true },
        Said::ReadReceipt,
    ] {
        bo.send(&dm, &said).await?;
    }
    let group = alix.group(&[bo], "recorded").await?;
    bo.sync_all().await?;
    alix.add(&group, &[caro]).await?;
    alix.rename(&group, "renamed").await?;
    alix.redescribe(&group, "described").await?;
    alix.make_admin(&group, bo).await?;
    alix.unmake_admin(&group, bo).await?;
    alix.make_super_admin(&group, caro).await?;
    alix.remove(&group, &[bo]).await?;
    let crowd = alix.group(guests, "pointers").await?;
    Ok(vec![dm, group, crowd])
}

/// Every envelope of a topic.
async fn all(transport: &GrpcTransport, topic: &Topic) -> Result<Vec<Delivered>> {
    let (mut all, mut cursor) = (Vec::new(), Cursor::default());
    loop {
        let page = transport.query(topic, &cursor).await?;
        for delivered in &page.envelopes {
            cursor.advance(delivered.originator, delivered.sequence_id);
        }
        all.extend(page.envelopes);
        if !page.more {
            return Ok(all);
        }
    }
}

/// Files to write, by name.
#[derive(Default)]
struct Fixtures(BTreeMap<PathBuf, Vec<u8>>);

impl Fixtures {
    fn add_delivered(&mut self, delivered: Delivered) {
        match delivered.payload {
            Payload::GroupMessage { data, .. } if delivered.originator == OriginatorId::V3_COMMITS => {
                self.add("commit", data);
            }
            Payload::GroupMessage { data, .. } => self.add("message", data),
            Payload::Welcome { data, .. } => self.add("welcome", data),
            Payload::WelcomePointer { pointer, .. } => self.add("welcome_pointer", pointer),
            Payload::KeyPackage(bytes) => self.add("key_package", bytes),
            Payload::IdentityUpdate(bytes) => self.add("identity_update", bytes),
            _ => {}
        }
    }

    fn add(&mut self, kind: &str, bytes: Vec<u8>) {
        let name = |number: usize| PathBuf::from(format!("{kind}-{number:02}.bin"));
        if let Some(free) = (0..KEPT_OF_EACH_KIND).map(name).find(|name| !self.0.contains_key(name)) {
            self.0.insert(free, bytes);
        }
    }

    fn write(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        for (name, bytes) in &self.0 {
            fs::write(folder.join(name), bytes)?;
        }
        println!("recorded {} fixtures in {}", self.0.len(), folder.display());
        Ok(())
    }
}
