//! The system at work: a node that is restarted, two people and an agent in a direct conversation and a group.
use crate::secret::Secret;
use std::{fmt, path::Path, time::Duration};
use xmtp_agent::{Agent, AgentEnv, XMTP_DB_DIRECTORY, XMTP_DB_ENCRYPTION_KEY, XMTP_ENV, XMTP_WALLET_KEY};
use xmtp_client::{
    Client, Conversation, DatabaseKey, Environment, GroupOptions, LocalWallet, MessageQuery, Network, StreamPosition,
};
use xmtp_content_types::{Content, EncodedContent, Reply};
use xmtp_mls::{Installation, Intent};
use xmtp_node::{DataLocation, Node, NodeConfig};
use xmtp_storage::{GroupQuery, IntentState, SqliteStore, Store};

const PATIENCE: Duration = Duration::from_secs(30);

const TREASURE: &str = "the treasure lies under the old oak by the river";
const REPLY: &str = "a reply that nobody but its readers may ever read";
const MARKDOWN: &str = "# markdown from bob, with *stars* and no witnesses";
const LATER: &str = "written while the node was away and sent much later";
const NAME: &str = "a name for a group that only its members may know";
const OTHER_NAME: &str = "another name for the group after it was changed once";

/// A person or an agent: a wallet, a key and a folder.
struct Identity {
    wallet: LocalWallet,
    database_key: [u8; 32],
}

/// What a run leaves behind.
pub(crate) struct Run {
    /// What people wrote, and keys.
    pub(crate) secrets: Vec<Secret>,
    /// What groups are called.
    pub(crate) names: Vec<Secret>,
    /// What public types and errors show of themselves.
    pub(crate) shown: String,
}

impl Run {
    /// Notes what `value` shows of itself.
    fn show(&mut self, value: &impl fmt::Debug) {
        self.shown += &format!("{value:?}\n{value:#?}\n");
    }

    /// Notes what an error says and shows.
    fn show_error(&mut self, error: &dyn std::error::Error) {
        self.shown += &format!("{error}\n{error:?}\n{error:#?}\n");
    }
}

impl Identity {
    fn new() -> Self {
        // A fresh wallet key is as good a source of random bytes as any.
        let database_key = hex::decode(LocalWallet::generate().unwrap().to_hex().as_str()).unwrap();
        Self { wallet: LocalWallet::generate().unwrap(), database_key: database_key.try_into().unwrap() }
    }

    async fn client(&self, folder: &Path, url: &str, run: &mut Run) -> Client {
        let key = DatabaseKey::from_bytes(self.database_key);
        run.show(&key);
        run.show(&self.wallet);
        let network = Network::at(Environment::Local, url.to_owned());
        let builder = Client::builder(self.wallet.clone()).network(network).data_folder(folder).database_key(key);
        run.show(&builder);
        let client = builder.build().await.unwrap();
        run.show(&client);
        client
    }
}

/// Runs all of it in `folder`.
pub(crate) async fn whole_system(folder: &Path) -> Run {
    let secrets = [TREASURE, REPLY, MARKDOWN, LATER].map(|text| Secret::new("a text", text.as_bytes()));
    let names = [NAME, OTHER_NAME].map(|name| Secret::new("a name of a group", name.as_bytes()));
    let mut run = Run { secrets: secrets.into(), names: names.into(), shown: String::new() };
    let mut config = NodeConfig::ephemeral();
    config.data = DataLocation::Folder(folder.join("node"));
    run.show(&config);
    let node = Node::start(config.clone()).await.unwrap();
    run.show(&node);
    config.native = node.addresses().native;
    let url = format!("http://{}", config.native);

    let identities = [(); 3].map(|()| Identity::new());
    let [alice_is, bob_is, agent_is] = &identities;
    let alice = alice_is.client(&folder.join("alice"), &url, &mut run).await;
    let bob = bob_is.client(&folder.join("bob"), &url, &mut run).await;
    let agent = echo_agent(agent_is, &folder.join("agent"), &url, &mut run).start().await.unwrap();
    run.show(&agent);

    let dm = alice.conversations().dm(agent.inbox_id()).await.unwrap();
    hear_echo(&alice, &dm, &mut run).await;
    let group = group_of(&alice, &bob, agent.inbox_id(), &mut run).await;
    agent.stop().await.unwrap();

    node.shutdown().await.unwrap();
    let queued = group.send(bytes(&Content::text(LATER)), true).await.unwrap_err();
    run.show_error(&queued);
    let node = Node::start(config).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(group.id()).await.unwrap();
    let read = at_bob.messages(MessageQuery::default()).await.unwrap();
    assert!(read.iter().any(|message| Content::from_bytes(&message.content) == Content::text(LATER)));
    read.iter().for_each(|message| run.show(&(message, Content::from_bytes(&message.content))));

    let wrong_wallet = LocalWallet::from_hex(&alice_is.wallet.to_hex().replace(['1', '2', '3'], "x")).unwrap_err();
    run.show_error(&wrong_wallet);
    let wrong_key = DatabaseKey::from_hex(&hex::encode(alice_is.database_key).replace(['1', '2', '3'], "x"));
    run.show_error(&wrong_key.unwrap_err());
    alice.close().await;
    bob.close().await;
    drop((dm, group, at_bob, alice, bob));
    node.shutdown().await.unwrap();
    for (identity, name) in identities.iter().zip(["alice", "bob", "agent"]) {
        look_inside(identity, &folder.join(name), &mut run);
    }
    run
}

/// An agent that says what it is told, and logs what it can on the way.
fn echo_agent(identity: &Identity, folder: &Path, url: &str, run: &mut Run) -> Agent {
    let env = AgentEnv::from_variables(|name| match name {
        XMTP_ENV => Some("local".to_owned()),
        "XMTP_API_URL" => Some(url.to_owned()),
        XMTP_WALLET_KEY => Some(identity.wallet.to_hex().to_string()),
        XMTP_DB_ENCRYPTION_KEY => Some(hex::encode(identity.database_key)),
        XMTP_DB_DIRECTORY => Some(folder.to_str().unwrap().to_owned()),
        _ => None,
    });
    let env = env.unwrap();
    run.show(&env);
    let agent = Agent::with_env(env).on_text(async |context, text| {
        tracing::trace!(?context, "a handler that logs what it can");
        context.send(text).await?;
        Ok(())
    });
    run.show(&agent);
    agent
}

/// Alice tells the agent where the treasure is, and hears it back.
async fn hear_echo(alice: &Client, dm: &Conversation, run: &mut Run) {
    let mut stream = alice.stream_messages_from(StreamPosition::Now).await.unwrap();
    let mut events = alice.events();
    dm.send(bytes(&Content::text(TREASURE)), true).await.unwrap();
    loop {
        let message = tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap();
        run.show(&message);
        if Content::from_bytes(&message.content) == Content::text(TREASURE) {
            break;
        }
    }
    run.show(&stream);
    while let Ok(event) = events.try_recv() {
        run.show(&event);
    }
}

/// A group with a name that is changed, in which everybody says something.
async fn group_of(alice: &Client, bob: &Client, agent: xmtp_client::InboxId, run: &mut Run) -> Conversation {
    let mut events = alice.events();
    let options = GroupOptions { name: NAME.to_owned(), ..GroupOptions::default() };
    let group = alice.conversations().create_group(&[bob.inbox_id(), agent], options).await.unwrap();
    bob.conversations().sync_all().await.unwrap();
    let at_bob = bob.conversations().find(group.id()).await.unwrap();
    let said = at_bob.send(bytes(&Content::markdown(MARKDOWN)), true).await.unwrap();
    let reply = Content::Reply(Reply::new(said, Content::text(REPLY)));
    run.show(&reply);
    group.send(bytes(&reply), true).await.unwrap();
    at_bob.update_name(OTHER_NAME).await.unwrap();
    alice.conversations().sync_all().await.unwrap();
    assert_eq!(group.info().await.unwrap().attributes.get("group_name").unwrap(), OTHER_NAME);
    run.show(&group);
    run.show(&alice.inbox_state(bob.inbox_id()).await.unwrap());
    while let Ok(event) = events.try_recv() {
        run.show(&event);
    }
    group
}

/// What a database holds is shown by the types of the crates below, and names the last secrets: the installation's.
fn look_inside(identity: &Identity, folder: &Path, run: &mut Run) {
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "db3")).unwrap();
    let wrong = SqliteStore::open(&file, Some(&DatabaseKey::from_bytes([1; 32]))).unwrap_err();
    run.show_error(&wrong);
    let store = SqliteStore::open(&file, Some(&DatabaseKey::from_bytes(identity.database_key))).unwrap();
    run.show(&store);
    let mut reader = store.read().unwrap();
    let installation = Installation::load(&mut *reader).unwrap().unwrap();
    run.show(&installation);
    run.secrets.push(Secret::new("the seed of an installation", &*installation.key().seed()));
    run.secrets.push(Secret::new("the key of a database", &identity.database_key));
    run.secrets.push(Secret::new("the key of a wallet", &hex::decode(identity.wallet.to_hex().as_str()).unwrap()));

    for group in reader.groups(&GroupQuery::everything()).unwrap() {
        let open = [IntentState::ToPublish, IntentState::Published, IntentState::Acknowledged];
        run.show(&reader.intents(&group.id, &open).unwrap());
        run.show(&group);
    }
    let rows = reader.messages(&xmtp_storage::MessageQuery::default()).unwrap();
    assert!(!rows.is_empty());
    run.show(&rows);
    for row in rows {
        let wish = Intent::SendMessage { envelope: row.content };
        run.show(&wish);
        let data = TREASURE.as_bytes().to_vec();
        run.show(&xmtp_storage::NewIntent { group: row.group, kind: 1, data, message: None, should_push: false });
    }
    run.show(&Intent::UpdateMetadata { field: "group_name".to_owned(), value: NAME.to_owned() });
}

fn bytes(content: &Content) -> Vec<u8> {
    let encoded: EncodedContent = content.encode();
    encoded.to_bytes()
}
