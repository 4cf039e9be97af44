//! The loop of an agent: messages and new conversations in, handlers side by side, the log kept, and a stop that loses
//! nothing.
use crate::{
    AgentError, Backlog,
    behaviour::Behaviour,
    dispatch::Lanes,
    inbox_log::{self, InboxLog, Track},
    log_writer::Writer,
};
use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use xmtp_client::{
    Client, Conversation, ConversationStream, ConversationStreamOptions, GroupId, InboxId, Message, MessageId,
    MessageKind, MessageStream, StreamPosition,
};
use xmtp_content_types::Content;

/// Messages read ahead at most. What is not read waits in the database.
const READ_AHEAD: usize = 1000;
/// Conversations that are known at most; when there are more, all are forgotten and looked up again.
const KNOWN: usize = 10_000;
/// Shortest and longest wait before the network is tried again.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// How an agent goes about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Messages handled at the same time at most, each of another conversation.
    pub(crate) parallel: usize,
    /// How long handlers that run may go on after a stop.
    pub(crate) grace: Duration,
    /// How old a message may be to be handled.
    pub(crate) max_age: Option<Duration>,
    /// Whether what came while the agent was down is left out.
    pub(crate) skips_missed: bool,
}

/// What is handled in order: a group, or all direct conversations with one inbox, which are one to their users.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Lane {
    Dm(InboxId),
    Group(GroupId),
}

/// Something to handle.
#[derive(Debug)]
enum Job {
    /// A message, with its conversation if that was found.
    Message(MessageId, GroupId, Option<Conversation>),
    Conversation(Conversation),
}

/// Which track of the log something is on, and where.
#[derive(Clone, Copy, Debug)]
enum Place {
    Message(u64),
    Conversation(u64),
}

impl Lane {
    fn of(conversation: &Conversation) -> Self {
        conversation.dm_peer().map_or_else(|| Self::Group(conversation.id().clone()), Self::Dm)
    }
}

impl Place {
    const fn track(self, log: &mut InboxLog) -> (&mut Track, u64) {
        match self {
            Self::Message(position) => (&mut log.messages, position),
            Self::Conversation(position) => (&mut log.conversations, position),
        }
    }

    fn handled(self, log: &mut InboxLog) {
        let (track, position) = self.track(log);
        track.handled(position);
    }
}

/// Handles messages until `stop`, then lets running handlers end.
pub(crate) async fn run(
    client: Client,
    behaviour: Arc<Behaviour>,
    pace: Pace,
    log: InboxLog,
    backlog: watch::Sender<Backlog>,
    stop: CancellationToken,
) -> Result<(), AgentError> {
    let mut others = JoinSet::new();
    others.spawn(Arc::clone(&behaviour).tell_of_connection(client.clone()));
    let handled = match open_streams(&client, pace, log, &stop).await {
        Ok(Some((streams, log))) => {
            let writer = Writer::start(client.clone());
            let mut work = Work {
                client: client.clone(),
                behaviour: Arc::clone(&behaviour),
                pace,
                log,
                backlog,
                writer,
                lanes: Lanes::new(pace.parallel),
                known: HashMap::new(),
                running: JoinSet::new(),
            };
            let followed = work.follow(streams, &stop).await;
            work.drain().await;
            work.writer.finish().await.and(followed)
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    drop(others);
    behaviour.tell_of_stop(client).await;
    handled
}

/// Opens the streams behind what is handled. `None` if stopped before the network was reached.
async fn open_streams(
    client: &Client,
    pace: Pace,
    mut log: InboxLog,
    stop: &CancellationToken,
) -> Result<Option<(Streams, InboxLog)>, AgentError> {
    if pace.skips_missed {
        match until_network(stop, || skip_missed(client.clone())).await? {
            Some(now) => log = now,
            None => return Ok(None),
        }
    }
    let from = (log.messages.resume_from(), log.conversations.resume_from());
    let streams = until_network(stop, || Streams::open(client.clone(), from)).await?;
    Ok(streams.map(|streams| (streams, log)))
}

/// Does something that needs the network; tries for as long as it is away. `None` if stopped meanwhile.
async fn until_network<T, F>(stop: &CancellationToken, attempt: impl Fn() -> F) -> Result<Option<T>, AgentError>
where
    F: Future<Output = Result<T, AgentError>>,
{
    let mut wait = RETRY.0;
    loop {
        let Some(done) = stop.run_until_cancelled(attempt()).await else { return Ok(None) };
        match done {
            Err(AgentError::Client(error)) if error.is_network() => {
                tracing::warn!(%error, ?wait, "the network is away; tried again");
            }
            done => return Ok(Some(done?)),
        }
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return Ok(None);
        }
        wait = (wait * 2).min(RETRY.1);
    }
}

/// Reads all that came while the agent was down, and counts it as handled.
async fn skip_missed(client: Client) -> Result<InboxLog, AgentError> {
    client.conversations().sync_all().await?;
    inbox_log::begin_now(&client).await
}

/// What is read, from where the log leaves off.
struct Streams {
    messages: MessageStream,
    conversations: ConversationStream,
}

impl Streams {
    async fn open(client: Client, from: (StreamPosition, StreamPosition)) -> Result<Self, AgentError> {
        let (after_message, after_conversation) = from;
        let options = ConversationStreamOptions { from: after_conversation, ..ConversationStreamOptions::default() };
        let conversations = client.conversations().stream_with(options).await?;
        let messages = client.stream_messages_from(after_message).await?;
        Ok(Self { messages, conversations })
    }
}

struct Work {
    client: Client,
    behaviour: Arc<Behaviour>,
    pace: Pace,
    log: InboxLog,
    backlog: watch::Sender<Backlog>,
    writer: Writer,
    lanes: Lanes<Lane, (Place, Job)>,
    known: HashMap<GroupId, Conversation>,
    running: JoinSet<(Lane, Place)>,
}

impl Work {
    async fn follow(&mut self, mut streams: Streams, stop: &CancellationToken) -> Result<(), AgentError> {
        loop {
            self.begin(stop).await?;
            let waiting = self.lanes.waiting();
            self.behaviour.shared.waiting.store(waiting, Ordering::Relaxed);
            let may_read = waiting < READ_AHEAD;
            let backlog = self.log.backlog();
            self.backlog.send_if_modified(|told| std::mem::replace(told, backlog) != backlog);
            let failed = tokio::select! {
                biased; // after a stop nothing begins
                () = stop.cancelled() => return Ok(()),
                Some(ended) = self.running.join_next() => {
                    if let Ok((lane, place)) = ended {
                        self.lanes.finished(&lane);
                        place.handled(&mut self.log);
                        self.writer.write(&self.log);
                    }
                    continue;
                }
                next = streams.conversations.next(), if may_read => match next {
                    Ok(Some(conversation)) => {
                        self.take_conversation(streams.conversations.position(), conversation);
                        continue;
                    }
                    Ok(None) => return Ok(()),
                    Err(error) => error,
                },
                next = streams.messages.next(), if may_read => match next {
                    Ok(Some(message)) => {
                        self.take_message(streams.messages.position(), message, &mut streams.conversations).await;
                        continue;
                    }
                    Ok(None) => return Ok(()),
                    Err(error) => error,
                },
            };
            if !failed.is_retryable() {
                return Err(failed.into());
            }
            tracing::warn!(error = %failed, "messages cannot be read; tried again");
            stop.run_until_cancelled(tokio::time::sleep(RETRY.0)).await;
        }
    }

    /// Begins what may run now. That it is begun is written down first.
    async fn begin(&mut self, stop: &CancellationToken) -> Result<(), AgentError> {
        let mut ready = Vec::new();
        while let Some((lane, (place, job))) = self.lanes.next() {
            let (track, position) = place.track(&mut self.log);
            ready.push((lane, place, job, track.begun(position)));
        }
        if ready.is_empty() {
            return Ok(());
        }
        let Some(written) = stop.run_until_cancelled(self.writer.write_through(&self.log)).await else {
            for (_, place, _, is_repeat) in ready {
                let (track, position) = place.track(&mut self.log);
                track.put_back(position, is_repeat);
            }
            return Ok(());
        };
        written?;
        for (lane, place, job, is_repeat) in ready {
            let (client, behaviour) = (self.client.clone(), Arc::clone(&self.behaviour));
            self.running.spawn(async move {
                match job {
                    Job::Message(id, group, found) => behaviour.handle(client, id, &group, found, is_repeat).await,
                    Job::Conversation(conversation) => behaviour.welcome(client, conversation, is_repeat).await,
                }
                (lane, place)
            });
        }
        Ok(())
    }

    /// Puts a message in the lane of its conversation, unless it is handled already or need not be.
    async fn take_message(&mut self, position: u64, message: Message, conversations: &mut ConversationStream) {
        if !self.log.messages.given(position) {
            return;
        }
        let age = self.client.now().since(message.sent_at);
        let is_too_old = self.pace.max_age.is_some_and(|limit| age > limit);
        let own = self.client.inbox_id();
        if message.sender == own || message.deleted.is_some() || is_too_old || is_arrival_of(own, &message) {
            self.log.messages.handled(position);
            return;
        }
        let found = self.conversation_of(&message, conversations).await;
        let lane = found.as_ref().map_or_else(|| Lane::Group(message.conversation.clone()), Lane::of);
        self.lanes.push(lane, (Place::Message(position), Job::Message(message.id, message.conversation, found)));
    }

    fn take_conversation(&mut self, position: u64, conversation: Conversation) {
        if !self.log.conversations.given(position) {
            return;
        }
        if self.behaviour.wants_conversations() {
            let lane = Lane::of(&conversation);
            self.lanes.push(lane, (Place::Conversation(position), Job::Conversation(conversation)));
        } else {
            self.log.conversations.handled(position);
        }
    }

    /// The conversation of a message. The first message of one waits behind the news of the conversation itself. Why one
    /// is not found is told when the message is handled.
    async fn conversation_of(
        &mut self,
        message: &Message,
        conversations: &mut ConversationStream,
    ) -> Option<Conversation> {
        if let Some(conversation) = self.known.get(&message.conversation) {
            return Some(conversation.clone());
        }
        while let Ok(Some(conversation)) = conversations.try_next().await {
            self.take_conversation(conversations.position(), conversation);
        }
        let conversation = self.client.conversations().find(&message.conversation).await.ok()?;
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert(message.conversation.clone(), conversation.clone());
        Some(conversation)
    }

    /// Lets running handlers end, within the grace at most. What has not begun is left for the next start.
    async fn drain(&mut self) {
        let deadline = Instant::now() + self.pace.grace;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, self.running.join_next()).await {
            if let Ok((_, place)) = ended {
                place.handled(&mut self.log);
            }
        }
        if !self.running.is_empty() {
            tracing::warn!(count = self.running.len(), "handlers did not end in time; their messages come again");
            self.running.shutdown().await;
        }
        self.writer.write(&self.log);
    }
}

/// Whether a message is what this installation wrote down when the agent was added to the conversation: that is told to the
/// handlers of new conversations.
fn is_arrival_of(own: InboxId, message: &Message) -> bool {
    message.kind == MessageKind::MembershipChange
        && matches!(Content::from_bytes(&message.content), Content::GroupUpdated(update) if update.added.contains(&own))
}
