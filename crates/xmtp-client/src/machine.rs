//! The state machine behind one door: steps from many tasks, one transaction at a time.
//!
//! A step is put in a queue. Whoever finds nobody at work empties the queue, many steps to a transaction, so that a
//! hundred waiting senders cost one durable write and not a hundred. There is no thread that waits. A step that nobody
//! waits for stays in the queue until the next one comes, and costs no transaction of its own.
use crate::{ClientError, Clock, directory::Ledger, maintain::Workers};
use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};
use xmtp_identity::UpdateRequest;
use xmtp_mls::{Engine, EngineError, Event, Installation, Session};
use xmtp_storage::{Durability, PreferenceSource, StorageError, Store, StoreRead};
use xmtp_types::GroupId;

/// Steps that share one transaction at most.
const STEPS_PER_TRANSACTION: usize = 64;
/// Rounds of fetching what a step lacks before it is given up.
const FETCH_ROUNDS: usize = 8;
/// Events kept for a slow listener. Streams do not depend on them: they read the store.
const EVENT_BACKLOG: usize = 1024;

pub(crate) struct Machine {
    engine: Mutex<Engine>,
    /// `None` once the client is closed.
    store: Mutex<Option<Arc<dyn Store>>>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) workers: Workers,
    /// Everything of this client that runs by itself, on the runtime or on the store.
    pub(crate) tasks: TaskTracker,
    queue: Mutex<Queue>,
    /// Rings when the store is gone to.
    entered: Notify,
    /// Made when somebody listens: it takes a hundred kilobytes.
    events: OnceLock<broadcast::Sender<Event>>,
    /// Who follows groups from the moment they are there, if somebody does.
    newcomers: Mutex<Option<mpsc::UnboundedSender<GroupId>>>,
    changes: watch::Sender<u64>,
    preference_changes: watch::Sender<u64>,
    /// Whether something was decided that the user's other installations were not told.
    untold: AtomicBool,
    steps: AtomicU64,
    transactions: AtomicU64,
    reads: AtomicU64,
}

/// How often a client went to its database since it was opened: what an idle client must not do.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Statistics {
    /// Steps of the state machine. Many can share one transaction.
    pub steps: u64,
    /// Transactions that steps were taken in.
    pub transactions: u64,
    /// Reads beside it.
    pub reads: u64,
}

#[derive(Default)]
struct Queue {
    steps: Vec<Box<dyn Step>>,
    is_draining: bool,
    /// Steps that nobody waits for and that are not done with, in `steps` or being taken.
    left: usize,
}

trait Step: Send {
    fn is_awaited(&self) -> bool;
    fn durability(&self) -> Durability;
    fn run(&mut self, session: &mut Session<'_>) -> Result<(), EngineError>;
    fn finish(self: Box<Self>, kept: Result<(), ClientError>);
}

struct Pending<R, F> {
    durability: Durability,
    work: Option<F>,
    result: Option<Result<R, EngineError>>,
    /// `None` if nobody waits.
    answer: Option<oneshot::Sender<Result<R, ClientError>>>,
}

impl Machine {
    pub(crate) fn new(
        own: Installation,
        store: Arc<dyn Store>,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            engine: Mutex::new(Engine::new(own)),
            store: Mutex::new(Some(store)),
            ledger,
            clock,
            workers: Workers::default(),
            tasks: TaskTracker::new(),
            queue: Mutex::default(),
            entered: Notify::new(),
            events: OnceLock::new(),
            newcomers: Mutex::default(),
            changes: watch::channel(0).0,
            preference_changes: watch::channel(0).0,
            untold: AtomicBool::new(false),
            steps: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
            reads: AtomicU64::new(0),
        })
    }

    /// Runs `work` in a transaction. It may share it with others; if it fails, only its own effects are undone.
    pub(crate) async fn step<R: Send + 'static>(
        self: &Arc<Self>,
        durability: Durability,
        work: impl FnOnce(&mut Session<'_>) -> Result<R, EngineError> + Send + 'static,
    ) -> Result<R, ClientError> {
        let (store, entered) = self.enter()?;
        self.steps.fetch_add(1, Ordering::Relaxed);
        let (answer, result) = oneshot::channel();
        let step = Pending { durability, work: Some(work), result: None, answer: Some(answer) };
        let must_drain = {
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.steps.push(Box::new(step));
            !std::mem::replace(&mut queue.is_draining, true)
        };
        if must_drain {
            let machine = Arc::clone(self);
            drop(self.tasks.spawn_blocking(move || machine.drain(&*store)));
        } else {
            drop(store);
        }
        drop(entered);
        result.await.unwrap_or(Err(ClientError::Closed))
    }

    /// Leaves a step for whoever takes one next: it is taken before theirs, in the same transaction, and before anything
    /// is read. [`Machine::flush`] must be called some time if nobody comes. A crash before that undoes it. It may fail
    /// with the store alone, and then nobody is told.
    pub(crate) fn soon(
        &self,
        work: impl FnOnce(&mut Session<'_>) -> Result<(), EngineError> + Send + 'static,
    ) -> Result<(), ClientError> {
        let (_store, _entered) = self.enter()?;
        let step = Pending { durability: Durability::Relaxed, work: Some(work), result: None, answer: None };
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.left += 1;
        queue.steps.push(Box::new(step));
        Ok(())
    }

    /// Takes the steps that were left, if any were.
    pub(crate) async fn flush(self: &Arc<Self>) -> Result<(), ClientError> {
        let left = self.queue.lock().unwrap_or_else(PoisonError::into_inner).left;
        if left == 0 { Ok(()) } else { self.step(Durability::Relaxed, |_| Ok(())).await }
    }

    /// Like [`Machine::step`]; fetches what the step lacks and takes it again.
    pub(crate) async fn step_fetching<R: Send + 'static>(
        self: &Arc<Self>,
        durability: Durability,
        work: impl Fn(&mut Session<'_>) -> Result<R, EngineError> + Clone + Send + 'static,
    ) -> Result<R, ClientError> {
        for _ in 0..FETCH_ROUNDS {
            match self.step(durability, work.clone()).await {
                Err(ClientError::Engine(EngineError::Missing(missing))) => self.ledger.fetch(self, &missing).await?,
                other => return other,
            }
        }
        self.step(durability, work).await
    }

    /// Reads the store beside the writer. What was left for later is taken before.
    pub(crate) async fn read<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut dyn StoreRead) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<R, ClientError> {
        self.flush().await?;
        let (store, entered) = self.enter()?;
        self.reads.fetch_add(1, Ordering::Relaxed);
        let read = self.tasks.spawn_blocking(move || work(&mut *store.read()?));
        drop(entered);
        Ok(read.await.map_err(|_| ClientError::Closed)??)
    }

    /// What is damaged in the store.
    pub(crate) async fn check(self: &Arc<Self>) -> Result<Vec<String>, ClientError> {
        let (store, entered) = self.enter()?;
        let checked = self.tasks.spawn_blocking(move || store.check());
        drop(entered);
        Ok(checked.await.map_err(|_| ClientError::Closed)??)
    }

    /// Signs an identity update with the key of this installation.
    pub(crate) async fn sign_update(
        self: &Arc<Self>,
        mut request: UpdateRequest,
    ) -> Result<UpdateRequest, ClientError> {
        let sign = move |session: &mut Session<'_>| {
            Ok(request.sign_with_installation(session.installation().key()).map(|()| request))
        };
        Ok(self.step(Durability::Relaxed, sign).await??)
    }

    /// What happens from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.events.get_or_init(|| broadcast::channel(EVENT_BACKLOG).0).subscribe()
    }

    /// The groups that are created or joined from now on. Whoever was given them before is given no more.
    pub(crate) fn newcomers(&self) -> mpsc::UnboundedReceiver<GroupId> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.newcomers.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// A number that moves whenever messages were stored or deleted, or a conversation came.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A number that moves whenever a preference was changed.
    pub(crate) fn preference_changes(&self) -> watch::Receiver<u64> {
        self.preference_changes.subscribe()
    }

    /// Whether something was decided since this was asked last that the user's other installations must be told.
    pub(crate) fn take_untold(&self) -> bool {
        self.untold.swap(false, Ordering::Relaxed)
    }

    /// How often the store was gone to.
    pub(crate) fn statistics(&self) -> Statistics {
        Statistics {
            steps: self.steps.load(Ordering::Relaxed),
            transactions: self.transactions.load(Ordering::Relaxed),
            reads: self.reads.load(Ordering::Relaxed),
        }
    }

    /// Waits until the store is gone to, unless it was since this was waited for last.
    pub(crate) async fn entered(&self) {
        self.entered.notified().await;
    }

    /// Lets the store rest, which takes nothing from whoever is at work in it.
    pub(crate) async fn rest(&self) {
        let Ok((store, entered)) = self.hold() else { return };
        let rested = self.tasks.spawn_blocking(move || store.rest());
        drop(entered);
        if let Err(error) = rested.await {
            tracing::debug!(%error, "the store could not be put to rest");
        }
    }

    /// Waits for all tasks to end, which must have been told to, and gives the store back to the system. From here on
    /// every step and every read is refused.
    pub(crate) async fn close(self: &Arc<Self>) {
        if let Err(error) = self.flush().await {
            tracing::debug!(%error, "what was left for later could not be done");
        }
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.tasks.close();
        self.tasks.wait().await;
        // Closing a database may write to the disk.
        let _ended = tokio::task::spawn_blocking(move || drop(store)).await;
    }

    /// The store, for a task that is about to start. As long as the token is held the store is not closed.
    fn enter(&self) -> Result<(Arc<dyn Store>, TaskTrackerToken), ClientError> {
        self.entered.notify_one();
        self.hold()
    }

    fn hold(&self) -> Result<(Arc<dyn Store>, TaskTrackerToken), ClientError> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let store = store.as_ref().ok_or(ClientError::Closed)?;
        Ok((Arc::clone(store), self.tasks.token()))
    }

    fn drain(&self, store: &dyn Store) {
        let _reset = ResetOnPanic(&self.queue);
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let steps: Vec<_> = {
                let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                if queue.steps.len() == queue.left {
                    queue.is_draining = false;
                    break;
                }
                let count = queue.steps.len().min(STEPS_PER_TRANSACTION);
                queue.steps.drain(..count).collect()
            };
            self.transact(store, &mut engine, steps);
        }
        drop(engine);
        // Nobody waits for this thread any more.
        if let Err(error) = store.tidy() {
            tracing::debug!(%error, "what can wait was not done now");
        }
    }

    fn transact(&self, store: &dyn Store, engine: &mut Engine, mut steps: Vec<Box<dyn Step>>) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let full = steps.iter().any(|step| step.durability() == Durability::Full);
        let durability = if full { Durability::Full } else { Durability::Relaxed };
        let now = self.clock.now();
        self.ledger.tick(now);
        let kept = engine.transaction(store, durability, &*self.ledger, now, |session| {
            if let [only] = steps.as_mut_slice() {
                return only.run(session);
            }
            for step in &mut steps {
                if !step.is_awaited() {
                    step.run(session)?;
                    continue;
                }
                let outcome = session.attempt(|session| step.run(session));
                if let Err(EngineError::Storage(error)) = outcome {
                    return Err(error.into());
                }
            }
            Ok(())
        });
        // Before anybody is told, who may look whether something is left.
        let left = steps.iter().filter(|step| !step.is_awaited()).count();
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).left -= left;
        match kept {
            Ok(((), events)) => {
                // First, so that whoever waits for a step can count on its events.
                self.announce(events);
                steps.into_iter().for_each(|step| step.finish(Ok(())));
            }
            Err(error) => {
                let mut cause = Some(ClientError::from(error));
                for step in steps {
                    step.finish(Err(cause.take().unwrap_or(ClientError::Storage(StorageError::Database(
                        "a step that shared the transaction failed".into(),
                    )))));
                }
            }
        }
    }

    fn announce(&self, events: Vec<Event>) {
        let stored = events.iter().any(is_streamed);
        let preferred = events.iter().any(|event| matches!(event, Event::PreferenceChanged { .. }));
        let decided = |event: &Event| matches!(event, Event::PreferenceChanged { source: PreferenceSource::Here });
        if events.iter().any(decided) {
            self.untold.store(true, Ordering::Relaxed);
        }
        for event in events {
            self.workers.hear(&event);
            if let Event::Joined { group } = &event {
                let newcomers = self.newcomers.lock().unwrap_or_else(PoisonError::into_inner);
                let _nobody_follows = newcomers.as_ref().map(|follower| follower.send(group.clone()));
            }
            let _nobody_listens = self.events.get().map(|listeners| listeners.send(event));
        }
        if stored {
            self.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        if preferred {
            self.preference_changes.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}

/// Whether a stream has something to give after this.
const fn is_streamed(event: &Event) -> bool {
    matches!(event, Event::Message { .. } | Event::Published { .. } | Event::Joined { .. } | Event::Deleted { .. })
}

/// Lets others work on if a step panics: whoever waits for it is told that it is gone.
struct ResetOnPanic<'q>(&'q Mutex<Queue>);

impl Drop for ResetOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Queue::default();
        }
    }
}

impl<R, F> Step for Pending<R, F>
where
    R: Send,
    F: FnOnce(&mut Session<'_>) -> Result<R, EngineError> + Send,
{
    fn is_awaited(&self) -> bool {
        self.answer.is_some()
    }

    fn durability(&self) -> Durability {
        self.durability
    }

    fn run(&mut self, session: &mut Session<'_>) -> Result<(), EngineError> {
        match self.work.take().map(|work| work(session)) {
            Some(Ok(result)) => {
                self.result = Some(Ok(result));
                Ok(())
            }
            // A failure of the store ends the transaction for all steps in it and is told to each.
            Some(Err(EngineError::Storage(error))) => Err(EngineError::Storage(error)),
            Some(Err(error)) => {
                self.result = Some(Err(error));
                // Any error undoes the step; the caller is told the one kept in `result`.
                Err(EngineError::UnknownGroup)
            }
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>, kept: Result<(), ClientError>) {
        let Some(waiting) = self.answer else { return };
        let answer = match (self.result, kept) {
            (Some(Err(error)), _) => Err(error.into()),
            (_, Err(error)) => Err(error),
            (Some(Ok(result)), Ok(())) => Ok(result),
            (None, Ok(())) => Err(ClientError::Closed),
        };
        let _caller_gone = waiting.send(answer);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        let steps = std::mem::take(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner).steps);
        if let Some(store) = store.filter(|_| !steps.is_empty()) {
            let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
            self.transact(&*store, &mut engine, steps);
        }
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").finish_non_exhaustive()
    }
}
