//! Who takes part, and what they see of each other.
use tokio::sync::broadcast::{Receiver, error::TryRecvError};
use xmtp_client::{
    Client, Conversation, Event, GroupId, GroupInfo, GroupOptions, GroupStatus, MessageKind, MessageQuery, PolicySet,
};
use xmtp_testkit::{World, hostile::HostileMember};

/// An honest client, and what it was told since the last time somebody asked.
pub(crate) struct Honest {
    pub(crate) client: Client,
    events: Receiver<Event>,
}

/// Alice, bob and carol, who keep the rules; mallory, who is one of them and does not; dave, who is not in the group.
pub(crate) struct Cast {
    pub(crate) alice: Honest,
    pub(crate) bob: Honest,
    pub(crate) carol: Honest,
    pub(crate) mallory: HostileMember,
    pub(crate) as_member: Client,
    pub(crate) dave: Client,
    world: World,
}

impl Honest {
    async fn new(world: &mut World, name: &str) -> Self {
        let client = world.user(name).await.unwrap().client;
        Self { events: client.events(), client }
    }

    pub(crate) async fn group(&self, group: &GroupId) -> Conversation {
        self.client.conversations().find(group).await.unwrap()
    }

    pub(crate) async fn info(&self, group: &GroupId) -> GroupInfo {
        self.group(group).await.info().await.unwrap()
    }

    /// Why envelopes were refused since this was last asked.
    pub(crate) fn refusals(&mut self) -> Vec<String> {
        let mut reasons = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(Event::Refused { reason, .. }) => reasons.push(reason),
                Ok(_) => {}
                Err(TryRecvError::Empty) => return reasons,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

impl Cast {
    pub(crate) async fn new() -> Self {
        let mut world = World::new().await.unwrap();
        let as_member = world.user("mallory").await.unwrap().client;
        Self {
            alice: Honest::new(&mut world, "alice").await,
            bob: Honest::new(&mut world, "bob").await,
            carol: Honest::new(&mut world, "carol").await,
            mallory: HostileMember::of(&as_member),
            dave: world.user("dave").await.unwrap().client,
            as_member,
            world,
        }
    }

    /// Somebody else in the same world.
    pub(crate) async fn stranger(&self) -> Client {
        self.world.passer_by().await.unwrap()
    }

    pub(crate) fn honest(&mut self) -> [&mut Honest; 3] {
        [&mut self.alice, &mut self.bob, &mut self.carol]
    }

    /// A group of all but dave, made by alice.
    pub(crate) async fn group(&self, permissions: PolicySet) -> GroupId {
        self.group_made_by(&self.alice.client, permissions).await
    }

    /// A group of all but dave. Whoever makes it is its super admin.
    pub(crate) async fn group_made_by(&self, maker: &Client, permissions: PolicySet) -> GroupId {
        let clients = [&self.alice.client, &self.bob.client, &self.carol.client, &self.as_member];
        let members: Vec<_> = clients.iter().map(|client| client.inbox_id()).collect();
        let options = GroupOptions { permissions, ..GroupOptions::default() };
        let group = maker.conversations().create_group(&members, options).await.unwrap();
        for client in clients {
            client.conversations().sync_all().await.unwrap();
        }
        group.id().clone()
    }

    /// Everybody reads on, and is where everybody else is: nobody waits, nobody has split off.
    pub(crate) async fn agree(&mut self, group: &GroupId, rule: &str) {
        self.as_member.conversations().sync_all().await.unwrap();
        let seen = self.as_member.conversations().find(group).await.unwrap().info().await.unwrap();
        for honest in self.honest() {
            honest.client.conversations().sync_all().await.unwrap();
            assert_eq!(honest.group(group).await.status().await.unwrap(), GroupStatus::Active, "{rule}");
            assert_eq!(honest.info(group).await, seen, "{rule}");
        }
    }

    /// The group goes on: a message of every member reaches every other, and a commit passes.
    pub(crate) async fn go_on(&mut self, group: &GroupId, rule: &str) {
        for honest in self.honest() {
            honest.group(group).await.send(rule.as_bytes().to_vec(), false).await.unwrap();
        }
        let epoch = self.bob.info(group).await.epoch;
        self.bob.group(group).await.update_description(rule).await.unwrap();
        self.as_member.conversations().find(group).await.unwrap().send(rule.as_bytes().to_vec(), false).await.unwrap();
        self.agree(group, rule).await;
        for honest in self.honest() {
            let query = MessageQuery { kind: Some(MessageKind::Application), ..MessageQuery::default() };
            let said = honest.group(group).await.messages(query).await.unwrap();
            assert_eq!(said.iter().filter(|message| message.content == rule.as_bytes()).count(), 4, "{rule}");
            assert_eq!(honest.info(group).await.attributes["description"], rule);
            assert_eq!(honest.info(group).await.epoch.since(epoch), 1, "{rule}");
            honest.refusals();
        }
    }
}
