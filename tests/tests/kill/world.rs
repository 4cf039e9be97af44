//! The node, the two clients that are killed, and the one that is not.
use crate::{
    process::Process,
    promises::{Promises, unique},
    setup::{Cast, cast},
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::Range,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use xmtp_client::{Client, GroupQuery};
use xmtp_tests::{
    kill::{Command, Part, Report, Seen},
    random::Random,
    see,
};

/// Far longer than anybody takes to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that a request is tried again before it is given up, in milliseconds.
const LONGEST_WAIT: u64 = 3_200;
/// Syncs of everybody after which there must be nothing left to do.
const ROUNDS: usize = 10;
/// Ports outside the range from which systems give any free one, so that a restarted node finds its own still free.
const PORTS: Range<u64> = 20_000..32_000;

/// Who is killed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Victim {
    Sender,
    Receiver,
    Node,
}

impl Victim {
    pub(crate) const ALL: [Self; 3] = [Self::Sender, Self::Receiver, Self::Node];
    const CLIENTS: [Self; 2] = [Self::Sender, Self::Receiver];

    /// The first word of whatever it sends.
    const fn name(self) -> &'static str {
        match self {
            Self::Sender => "alice",
            Self::Receiver => "bob",
            Self::Node => "node",
        }
    }
}

/// What one client sees: its conversations by their ids.
type View = BTreeMap<String, Seen>;

/// Everything.
pub(crate) struct World {
    runtime: Runtime,
    visitor: Client,
    visited: String,
    parts: BTreeMap<Victim, Part>,
    processes: BTreeMap<Victim, Process>,
    mouth: Sender<(Victim, Report)>,
    ear: Receiver<(Victim, Report)>,
    promises: Promises,
    failures: BTreeMap<String, usize>,
    queued: usize,
    epochs: u64,
    is_loaded: bool,
    _folder: TempDir,
}

impl World {
    /// Starts the node, registers everybody, makes the conversations and starts the clients.
    pub(crate) fn new(random: &mut Random) -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = Runtime::new().unwrap();
        let native = free_address(random);
        let (mouth, ear) = channel();
        let node = Part::Node { folder: folder.path().join("node"), native };
        let process = Process::start(Victim::Node, &node, mouth.clone());
        assert!(matches!(ear.recv_timeout(PATIENCE).unwrap(), (Victim::Node, Report::Up)));
        let Cast { sender, receiver, visitor, visited } =
            runtime.block_on(cast(folder.path(), &format!("http://{native}"), random));
        let mut world = Self {
            runtime,
            visitor,
            visited,
            parts: BTreeMap::from([(Victim::Sender, sender), (Victim::Receiver, receiver), (Victim::Node, node)]),
            processes: BTreeMap::from([(Victim::Node, process)]),
            mouth,
            ear,
            promises: Promises::default(),
            failures: BTreeMap::new(),
            queued: 0,
            epochs: 0,
            is_loaded: false,
            _folder: folder,
        };
        Victim::CLIENTS.into_iter().for_each(|client| world.start(client));
        world
    }

    /// Lets both clients send and commit.
    pub(crate) fn load(&mut self) {
        self.is_loaded = true;
        Victim::CLIENTS.into_iter().for_each(|client| self.tell(client, Command::Start));
    }

    /// Lets time pass.
    pub(crate) fn live(&mut self, time: Duration) {
        thread::sleep(time);
        self.hear();
    }

    /// Kills somebody and starts it again at once.
    pub(crate) fn kill(&mut self, victim: Victim, random: &mut Random) {
        self.processes.get_mut(&victim).unwrap().kill();
        self.hear();
        if let Part::Client(part) = self.parts.get_mut(&victim).unwrap() {
            part.seed = random.draw();
        }
        self.start(victim);
        if self.is_loaded && victim != Victim::Node {
            self.tell(victim, Command::Start);
        }
    }

    /// Kills the node, and a client while it is away; starts it again when every request has given it up.
    pub(crate) fn kill_for_long(&mut self, random: &mut Random) {
        self.processes.get_mut(&Victim::Node).unwrap().kill();
        self.live(Duration::from_millis(random.within(0..LONGEST_WAIT)));
        self.kill(*random.one_of(&Victim::CLIENTS).unwrap(), random);
        self.live(Duration::from_millis(LONGEST_WAIT));
        self.start(Victim::Node);
    }

    /// Waits until both clients have finished what they had begun.
    pub(crate) fn rest(&mut self) {
        self.is_loaded = false;
        for client in Victim::CLIENTS {
            self.tell(client, Command::Rest);
            self.wait(client, |report| matches!(report, Report::Resting).then_some(()));
        }
    }

    /// Syncs everybody until there is nothing left to do, then compares all that everybody sees with what was promised.
    pub(crate) fn look(&mut self) {
        self.settle();
        let views = Victim::CLIENTS.map(|client| (client, self.view(client)));
        for (client, view) in &views {
            for (group, seen) in view {
                assert!(seen.active, "{group} of {client:?} is not active");
                self.promises.check_kept(client.name(), group, seen);
            }
            self.wait_for_stream(*client, view);
        }
        let [(_, alice), (_, bob)] = &views;
        for (group, seen) in alice {
            agree(group, ("alice", seen), ("bob", &bob[group]));
        }
        let carol = self.visitor_view();
        for (group, seen) in &carol {
            if *group == self.visited {
                unique("carol", &seen.messages);
                assert_eq!(seen.active, alice[group].members.contains(&self.visitor_id()), "carol in {group}");
            } else {
                self.promises.check_kept("carol", group, seen);
                assert_eq!(seen.messages, alice[group].messages, "carol has other messages than alice in {group}");
            }
            if seen.active {
                let known = alice[group].clone();
                agree(group, ("alice", &Seen { messages: seen.messages.clone(), ..known }), ("carol", seen));
            }
        }
        self.epochs = alice.values().map(|seen| seen.epoch).sum();
    }

    /// One line about how it went so far.
    pub(crate) fn summary(&self) -> String {
        let Self { promises, queued, epochs, failures, .. } = self;
        format!("{} promises kept, {queued} of them late, {epochs} epochs, failures: {failures:?}", promises.count())
    }

    /// Whether there was a load at all.
    pub(crate) fn finish(self) {
        assert!(self.promises.count() > 20, "there was next to no load");
        assert!(self.epochs > 8, "there were next to no commits");
        assert!(self.queued > 0, "the node was never away for long");
    }

    fn settle(&mut self) {
        let mut changed = 0;
        for _ in 0..ROUNDS {
            changed = 0;
            for client in Victim::CLIENTS {
                self.tell(client, Command::Sync);
                changed += self.wait(client, |report| match report {
                    Report::Synced { changed } => Some(*changed),
                    Report::Failed { what, error, .. } if what == "sync" => panic!("{client:?} cannot sync: {error}"),
                    _ => None,
                });
            }
            if changed == 0 {
                return;
            }
        }
        panic!("after {ROUNDS} syncs there is still something to do in {changed} conversations");
    }

    fn view(&mut self, client: Victim) -> View {
        self.tell(client, Command::Show);
        self.wait(client, |report| match report {
            Report::Seen(view) => Some(view.clone()),
            _ => None,
        })
    }

    fn visitor_id(&self) -> String {
        hex::encode(self.visitor.inbox_id().as_bytes())
    }

    fn visitor_view(&self) -> View {
        self.runtime.block_on(async {
            self.visitor.conversations().sync_all().await.unwrap();
            let mut view = View::new();
            for conversation in self.visitor.conversations().list(GroupQuery::default()).await.unwrap() {
                let seen = see::conversation(&conversation).await.unwrap();
                view.insert(hex::encode(conversation.id().as_bytes()), seen);
            }
            view
        })
    }

    /// What is stored reaches the stream's reader a moment later.
    fn wait_for_stream(&mut self, client: Victim, view: &View) {
        while let Err(missing) = self.promises.check_streamed(client.name(), view) {
            let report = self.ear.recv_timeout(PATIENCE);
            let (who, report) = report.unwrap_or_else(|_| panic!("{missing}"));
            self.note(who, report);
        }
    }

    fn start(&mut self, victim: Victim) {
        let part = self.parts.get(&victim).unwrap();
        let process = Process::start(victim, part, self.mouth.clone());
        self.processes.insert(victim, process);
    }

    fn tell(&mut self, client: Victim, command: Command) {
        self.processes.get_mut(&client).unwrap().tell(&command);
    }

    /// Waits for an answer of `client`; what comes meanwhile is noted.
    fn wait<R>(&mut self, client: Victim, answer: impl Fn(&Report) -> Option<R>) -> R {
        loop {
            let report = self.ear.recv_timeout(PATIENCE);
            let (who, report) = report.unwrap_or_else(|_| panic!("{client:?} does not answer"));
            let answer = (who == client).then(|| answer(&report)).flatten();
            self.note(who, report);
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    fn hear(&mut self) {
        while let Ok((who, report)) = self.ear.try_recv() {
            self.note(who, report);
        }
    }

    fn note(&mut self, who: Victim, report: Report) {
        match report {
            Report::Sent(text) => self.promises.note(who.name(), text),
            Report::Queued(text) => {
                self.queued += 1;
                self.promises.note(who.name(), text);
            }
            Report::Streamed { position, text } => {
                self.promises.note_streamed(who.name(), text);
                if let Some(Part::Client(part)) = self.parts.get_mut(&who) {
                    part.position = position;
                }
            }
            Report::Failed { what, error, expected } => {
                if !expected {
                    eprintln!("{who:?}: {what} failed: {error}");
                }
                *self.failures.entry(what).or_default() += 1;
            }
            Report::Begun { .. } | Report::Done { .. } => panic!("{who:?} is no agent"),
            Report::Up | Report::Resting | Report::Synced { .. } | Report::Seen(_) => {}
        }
    }
}

/// Two members see the same.
fn agree(group: &str, (one, first): (&str, &Seen), (other, second): (&str, &Seen)) {
    let state = |seen: &Seen| (seen.epoch, seen.authenticator.clone(), seen.members.clone());
    assert_eq!(state(first), state(second), "{one} and {other} do not agree on {group}");
    let difference = first.messages.iter().zip(&second.messages).find(|(one, other)| one != other);
    assert_eq!(difference, None, "{one} and {other} have other messages in {group}");
    assert_eq!(first.messages.len(), second.messages.len(), "{one} and {other} have not as many messages in {group}");
}

fn free_address(random: &mut Random) -> SocketAddr {
    loop {
        let port = u16::try_from(random.within(PORTS)).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
