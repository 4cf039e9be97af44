//! A member: a wallet, a store that outlives its program, and the program, which can die at any moment.
use crate::{act::Line, clock::SimClock};
use anyhow::{Context, Result};
use std::{sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Runtime},
    sync::broadcast::{Receiver, error::TryRecvError},
};
use xmtp_client::{
    Client, ClientError, Clock as _, Event, InboxId, InstallationId, LocalWallet, MemoryStore, MessageId,
    StreamPosition, Timestamp, Transport,
};
use xmtp_delivery::{Faults, FaultyTransport, LocalTransport};
use xmtp_tests::random::Random;

/// How long an act may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a client keeps the private keys of a key package after the next has taken its place.
const KEYS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A member of a run.
pub(crate) struct Member {
    /// Its place in the run.
    pub(crate) place: usize,
    /// Its inbox.
    pub(crate) inbox: InboxId,
    /// Its installation.
    pub(crate) installation: InstallationId,
    /// Whether its inbox had an installation before.
    pub(crate) is_second: bool,
    /// What it said, in the order in which it did.
    pub(crate) said: Vec<Said>,
    /// Ids its stream gave, in order, over all its lives.
    pub(crate) heard: Vec<MessageId>,
    /// Whether a welcome for it came more than a day after the commit, when the private key that opens it was gone: it has
    /// to be added again.
    pub(crate) is_locked_out: bool,
    opened_at: Timestamp,
    stream_position: u64,
    wallet: LocalWallet,
    store: Arc<MemoryStore>,
    network: LocalTransport,
    clock: SimClock,
    life: Option<Life>,
}

/// A message as a member said it.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// The member it was said to alone.
    pub(crate) to: Option<usize>,
    /// Whether the client took it: then it must arrive.
    pub(crate) is_accepted: bool,
}

/// A running program. Tasks die with the runtime.
struct Life {
    client: Client,
    events: Receiver<Event>,
    runtime: Runtime,
}

impl Member {
    /// A new user, registered over a good line.
    pub(crate) fn register(place: usize, network: &LocalTransport, clock: &SimClock) -> Result<Self> {
        Self::open(place, LocalWallet::generate()?, false, network.clone(), clock.clone())
    }

    /// Another installation of this one's inbox.
    pub(crate) fn second(&self, place: usize) -> Result<Self> {
        Self::open(place, self.wallet.clone(), true, self.network.clone(), self.clock.clone())
    }

    fn open(
        place: usize,
        wallet: LocalWallet,
        is_second: bool,
        network: LocalTransport,
        clock: SimClock,
    ) -> Result<Self> {
        let store = Arc::new(MemoryStore::new());
        let life = Life::begin(&wallet, &store, Arc::new(network.clone()), &clock)?;
        Ok(Self {
            place,
            inbox: life.client.inbox_id(),
            installation: life.client.installation_id(),
            is_second,
            said: Vec::new(),
            heard: Vec::new(),
            is_locked_out: false,
            opened_at: clock.now(),
            stream_position: 0,
            wallet,
            store,
            network,
            clock,
            life: Some(life),
        })
    }

    /// Ends the program where it stands and starts it again with a line of this quality.
    pub(crate) fn restart(&mut self, line: Line, random: &mut Random) -> Result<()> {
        self.end();
        let faults = match line {
            Line::Good => Faults::default(),
            Line::Rough => Faults::ROUGH,
            Line::Dead => Faults { lost: 100, ..Faults::default() },
        };
        let transport = FaultyTransport::new(Arc::new(self.network.clone()), faults, random.draw());
        self.life = Some(Life::begin(&self.wallet, &self.store, Arc::new(transport), &self.clock)?);
        Ok(())
    }

    /// Runs `work` with the program until it is done.
    pub(crate) fn run<R>(&self, work: impl AsyncFnOnce(&Client) -> R) -> Result<R> {
        let life = self.life.as_ref().context("the program does not run")?;
        life.runtime
            .block_on(async { tokio::time::timeout(PATIENCE, work(&life.client)).await.context("an act hangs") })
    }

    /// Runs `work` for so long at most; then the program dies.
    pub(crate) fn run_and_die(&mut self, after: Duration, work: impl AsyncFnOnce(&Client)) -> Result<()> {
        let life = self.life.as_ref().context("the program does not run")?;
        life.runtime.block_on(async { tokio::time::timeout(after, work(&life.client)).await.ok() });
        self.end();
        Ok(())
    }

    /// Reads its stream for so long, from where it had come in an earlier life.
    pub(crate) fn listen(&mut self, time: Duration) -> Result<Result<(), ClientError>> {
        let from = StreamPosition::After(self.stream_position);
        let (mut heard, mut position) = (Vec::new(), self.stream_position);
        let ended = self.run(async |client| {
            let mut stream = client.stream_messages_from(from).await?;
            while let Ok(next) = tokio::time::timeout(time, stream.next()).await {
                let Some(message) = next? else { break };
                heard.push(message.id);
                position = stream.position();
            }
            Ok(())
        })?;
        self.heard.extend(heard);
        self.stream_position = position;
        Ok(ended)
    }
}

impl Member {
    fn end(&mut self) {
        self.note_events(false);
        self.life = None;
    }

    /// Notes what went wrong for it since the last time, and says it if it is to be told.
    pub(crate) fn note_events(&mut self, is_told: bool) {
        let Some(life) = &mut self.life else { return };
        loop {
            let event = match life.events.try_recv() {
                Ok(event) => event,
                Err(TryRecvError::Lagged(_)) => continue,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            };
            if let Event::Refused { group: None, reason, .. } = &event {
                let can_be_gone = self.clock.now().since(self.opened_at) > KEYS_KEPT;
                self.is_locked_out |= can_be_gone && reason.contains("private key is not kept");
            }
            if is_told
                && matches!(
                    event,
                    Event::Refused { .. }
                        | Event::IntentFailed { .. }
                        | Event::Halted { .. }
                        | Event::Removed { .. }
                        | Event::Joined { .. }
                )
            {
                println!("      member {}: {event:?}", self.place);
            }
        }
    }
}

impl Life {
    fn begin(
        wallet: &LocalWallet,
        store: &Arc<MemoryStore>,
        transport: Arc<dyn Transport>,
        clock: &SimClock,
    ) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
        let builder = Client::builder(wallet.clone()).store(Arc::clone(store) as _).transport(transport);
        let client = runtime.block_on(builder.clock(Arc::new(clock.clone())).build())?;
        let events = client.events();
        Ok(Self { client, events, runtime })
    }
}
