//! An agent that is killed at random moments while people write to it.
//!
//! `XMTP_KILL_AGENT_MOMENTS` says how often (100 unless set), `XMTP_KILL_SEED` repeats the random moments of a run.
use crate::{number, process::Process, random_seed};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet};
use xmtp_client::{Client, Conversation, Environment, GroupOptions, InboxId, LocalWallet, Network};
use xmtp_content_types::Content;
use xmtp_node::{DataLocation, Node, NodeConfig, RunningNode};
use xmtp_tests::{
    kill::{AgentPart, Command, Part, Report},
    random::Random,
};

/// How often the agent is killed.
const MOMENTS: usize = 100;
/// Messages that are written to it meanwhile.
const MESSAGES: usize = 5_000;
/// People who write, each in a direct conversation and in a group of their own.
const PEOPLE: usize = 6;
/// The longest that the agent lives, in milliseconds.
const LONGEST_LIFE: u64 = 500;
/// Messages that the agent handles side by side: as many as this may be under way when it is killed.
const PARALLEL: usize = 4;
/// Kills after which somebody makes a new group.
const KILLS_PER_GROUP: usize = 5;
/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn an_agent_that_is_killed_a_hundred_times_handles_everything_and_flags_what_may_be_a_repeat() {
    let moments = number("XMTP_KILL_AGENT_MOMENTS").map_or(MOMENTS, |moments| usize::try_from(moments).unwrap());
    let seed = number("XMTP_KILL_SEED").unwrap_or_else(random_seed);
    eprintln!("{moments} kills, XMTP_KILL_SEED={seed}");
    let mut random = Random::from_seed(seed);
    let mut stage = Stage::new(&mut random);
    let mut work = stage.write(moments);
    for kill in 0..moments {
        stage.released.add_permits(MESSAGES.div_ceil(moments));
        if kill % KILLS_PER_GROUP == 0 {
            stage.make_group();
        }
        thread::sleep(Duration::from_millis(random.within(0..LONGEST_LIFE)));
        stage.agent.kill();
        stage.hear();
        stage.start(random.draw());
    }
    let written = stage.runtime.block_on(async {
        let mut written = BTreeSet::new();
        while let Some(some) = work.join_next().await {
            written.extend(some.unwrap());
        }
        written
    });
    assert!(written.len() >= MESSAGES, "only {} messages were written", written.len());
    stage.handle_all(&written);
    stage.rest();
    stage.start(random.draw());
    stage.say_last();
    let summary = stage.diary.check(moments);
    eprintln!("{summary}");
}

/// Everybody but the agent, and what it said it did.
struct Stage {
    runtime: Runtime,
    people: Vec<Person>,
    part: AgentPart,
    inbox: InboxId,
    agent: Process,
    mouth: Sender<(usize, Report)>,
    ear: Receiver<(usize, Report)>,
    diary: Diary,
    released: Arc<Semaphore>,
    groups: BTreeSet<String>,
    _node: RunningNode,
    _folder: TempDir,
}

/// Somebody who writes.
struct Person {
    client: Client,
    dm: Conversation,
    group: Conversation,
}

impl Stage {
    fn new(random: &mut Random) -> Self {
        let (folder, runtime) = (TempDir::new().unwrap(), Runtime::new().unwrap());
        let node = runtime.block_on(node(&folder.path().join("node")));
        let url = format!("http://{}", node.addresses().native);
        let (mouth, ear) = channel();
        let part = AgentPart {
            folder: folder.path().join("agent"),
            database_key: hex::encode([0x5a; 32]),
            wallet: LocalWallet::generate().unwrap().to_hex().to_string(),
            url: url.clone(),
            parallel: PARALLEL,
            seed: random.draw(),
        };
        let agent = Process::start(0, &Part::Agent(part.clone()), mouth.clone());
        assert!(matches!(ear.recv_timeout(PATIENCE).unwrap(), (0, Report::Up)));
        let (inbox, people) = runtime.block_on(people(&url, &part.wallet));
        let groups = people.iter().map(|person| id(&person.group)).collect();
        let released = Arc::new(Semaphore::new(0));
        let diary = Diary::default();
        Self { runtime, people, part, inbox, agent, mouth, ear, diary, released, groups, _node: node, _folder: folder }
    }

    /// Lets people write in all their conversations, each message when it is released. Gives what was written.
    fn write(&self, moments: usize) -> JoinSet<Vec<String>> {
        let mut work = JoinSet::new();
        let conversations = self.conversations();
        let each = (MESSAGES.div_ceil(moments) * moments) / (PEOPLE * 2);
        let rest = MESSAGES.div_ceil(moments) * moments - each * PEOPLE * 2;
        for (number, conversation) in conversations.into_iter().enumerate() {
            let released = Arc::clone(&self.released);
            let count = each + usize::from(number < rest);
            let write = async move {
                let mut written = Vec::new();
                for message in 0..count {
                    released.acquire().await.unwrap().forget();
                    let text = format!("{number}/{message}");
                    conversation.send(Content::text(&text).to_bytes(), true).await.unwrap();
                    written.push(text);
                }
                written
            };
            work.spawn_on(write, self.runtime.handle());
        }
        work
    }

    fn make_group(&mut self) {
        let conversations = self.people.first().unwrap().client.conversations();
        let group = self.runtime.block_on(conversations.create_group(&[self.inbox], GroupOptions::default())).unwrap();
        self.groups.insert(id(&group));
    }

    fn start(&mut self, seed: u64) {
        self.part.seed = seed;
        self.diary.life += 1;
        let (life, part) = (self.diary.life, Part::Agent(self.part.clone()));
        self.agent = Process::start(life, &part, self.mouth.clone());
    }

    /// Waits until the agent has handled all of it.
    fn handle_all(&mut self, written: &BTreeSet<String>) {
        let expected: BTreeSet<String> = written.union(&self.groups).cloned().collect();
        while let Some(missing) = expected.iter().find(|what| !self.diary.done.contains_key(*what)) {
            let report = self.ear.recv_timeout(PATIENCE);
            let (life, report) = report.unwrap_or_else(|_| panic!("{missing} was never handled"));
            self.diary.note(life, report);
        }
    }

    /// Stops the agent as a signal does.
    fn rest(&mut self) {
        self.agent.tell(&Command::Rest);
        loop {
            match self.ear.recv_timeout(PATIENCE).unwrap() {
                (_, Report::Resting) => break,
                (life, report) => self.diary.note(life, report),
            }
        }
        self.agent.kill();
        self.diary.clean_stop = Some(self.diary.life);
    }

    /// Writes one more message in each conversation: when all are handled, whatever would come again has come.
    fn say_last(&mut self) {
        let conversations = self.conversations();
        let last = self.runtime.block_on(async {
            let mut last = BTreeSet::new();
            for (number, conversation) in conversations.iter().enumerate() {
                let text = format!("{number}/last");
                conversation.send(Content::text(&text).to_bytes(), true).await.unwrap();
                last.insert(text);
            }
            last
        });
        self.handle_all(&last);
    }

    fn conversations(&self) -> Vec<Conversation> {
        self.people.iter().flat_map(|person| [person.dm.clone(), person.group.clone()]).collect()
    }

    fn hear(&mut self) {
        while let Ok((life, report)) = self.ear.try_recv() {
            self.diary.note(life, report);
        }
    }
}

/// What the agent said it did, by what it handled and in which of its lives.
#[derive(Default)]
struct Diary {
    life: usize,
    /// The life that ended with a stop.
    clean_stop: Option<usize>,
    begun: BTreeMap<String, Vec<(usize, bool)>>,
    done: BTreeMap<String, Vec<usize>>,
}

impl Diary {
    fn note(&mut self, life: usize, report: Report) {
        match report {
            Report::Begun { what, is_repeat } => self.begun.entry(what).or_default().push((life, is_repeat)),
            Report::Done { what } => self.done.entry(what).or_default().push(life),
            Report::Up => {}
            other => panic!("an agent does not say {other:?}"),
        }
    }

    /// Holds the agent to its promises, and says how it went.
    fn check(&self, moments: usize) -> String {
        let mut repeats: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut flagged, mut twice) = (0, 0);
        for (what, begun) in &self.begun {
            let (first, again) = begun.split_first().unwrap();
            // Killed between the log and the report of the handler: flagged, and nobody heard of the first time.
            flagged += usize::from(first.1);
            let mut before = first.0;
            for (life, is_repeat) in again {
                assert!(*life > before, "{what} came twice in life {life}");
                assert!(*is_repeat, "{what} was begun in life {before} and came again in life {life} without a flag");
                assert_ne!(Some(before), self.clean_stop, "{what} came again after a clean stop");
                *repeats.entry(before).or_default() += 1;
                flagged += 1;
                before = *life;
            }
            twice += usize::from(self.done.get(what).is_some_and(|lives| lives.len() > 1));
        }
        for (life, count) in &repeats {
            assert!(*count <= PARALLEL, "{count} things came again after life {life}, in which {PARALLEL} ran at most");
        }
        assert_eq!(self.life, moments + 1, "lives");
        assert!(flagged > 0, "the agent was never killed at work");
        assert!(flagged <= moments * PARALLEL, "{flagged} things were flagged");
        format!("{} handled, {flagged} flagged as possible repeats, {twice} done twice", self.done.len())
    }
}

async fn node(folder: &Path) -> RunningNode {
    let mut config = NodeConfig::local(DataLocation::Folder(folder.to_owned()));
    config.native = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.web = None;
    Node::start(config).await.unwrap()
}

/// Registers everybody, and makes a direct conversation and a group with the agent for each.
async fn people(url: &str, agent: &str) -> (InboxId, Vec<Person>) {
    let agent = LocalWallet::from_hex(agent).unwrap().address();
    let mut people = Vec::new();
    let mut inbox = None;
    for _ in 0..PEOPLE {
        let network = Network::at(Environment::Local, url.to_owned());
        let wallet = LocalWallet::generate().unwrap();
        let client = Client::builder(wallet).network(network).in_memory().build().await.unwrap();
        let of_agent = client.inbox_of(&agent).await.unwrap();
        let dm = client.conversations().dm(of_agent).await.unwrap();
        let group = client.conversations().create_group(&[of_agent], GroupOptions::default()).await.unwrap();
        people.push(Person { client, dm, group });
        inbox = Some(of_agent);
    }
    (inbox.unwrap(), people)
}

fn id(conversation: &Conversation) -> String {
    hex::encode(conversation.id().as_bytes())
}
