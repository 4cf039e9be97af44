//! The loop of an agent: messages in, handlers side by side, the log kept, and a stop that loses nothing.
use crate::{
    AgentError, Context, ConversationContext, Failure, FailureCause,
    chain::Chain,
    dispatch::Lanes,
    inbox_log::{InboxLog, Writer},
    on_error::During,
    shared::Shared,
};
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use xmtp_client::{Client, GroupId, Message, MessageStream};

/// Messages read ahead at most. What is not read waits in the database.
const READ_AHEAD: usize = 1000;
/// Shortest and longest wait before the network is tried again.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// What an agent does with messages. Shared by its tasks.
pub(crate) struct Behaviour {
    pub(crate) chain: Arc<Chain>,
    pub(crate) shared: Arc<Shared>,
}

/// How an agent goes about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Messages handled at the same time at most, each of another conversation.
    pub(crate) parallel: usize,
    /// How long handlers that run may go on after a stop.
    pub(crate) grace: Duration,
}

/// Handles messages until `stop`, then lets running handlers end.
pub(crate) async fn run(
    client: Client,
    behaviour: Arc<Behaviour>,
    pace: Pace,
    mut log: InboxLog,
    stop: CancellationToken,
) -> Result<(), AgentError> {
    let Some(stream) = open_stream(&client, &log, &stop).await? else { return Ok(()) };
    let writer = Writer::start(client.clone());
    let mut work = Work { client, behaviour, lanes: Lanes::new(pace.parallel), running: JoinSet::new() };
    let followed = work.follow(stream, &mut log, &writer, &stop).await;
    work.drain(pace.grace, &mut log, &writer).await;
    writer.finish().await?;
    followed
}

/// Opens the stream behind what is handled; tries for as long as the network is away. `None` if stopped meanwhile.
async fn open_stream(
    client: &Client,
    log: &InboxLog,
    stop: &CancellationToken,
) -> Result<Option<MessageStream>, AgentError> {
    let mut wait = RETRY.0;
    loop {
        let Some(opened) = stop.run_until_cancelled(client.stream_messages_from(log.resume_from())).await else {
            return Ok(None);
        };
        match opened {
            Err(error) if error.is_network() => tracing::warn!(%error, ?wait, "the network is away; tried again"),
            opened => return Ok(Some(opened?)),
        }
        if stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
            return Ok(None);
        }
        wait = (wait * 2).min(RETRY.1);
    }
}

struct Work {
    client: Client,
    behaviour: Arc<Behaviour>,
    lanes: Lanes<GroupId, (u64, Message)>,
    running: JoinSet<(GroupId, u64)>,
}

impl Work {
    async fn follow(
        &mut self,
        mut stream: MessageStream,
        log: &mut InboxLog,
        writer: &Writer,
        stop: &CancellationToken,
    ) -> Result<(), AgentError> {
        loop {
            while let Some((lane, (position, message))) = self.lanes.next() {
                let (client, behaviour) = (self.client.clone(), Arc::clone(&self.behaviour));
                self.running.spawn(async move {
                    behaviour.handle(client, message).await;
                    (lane, position)
                });
            }
            tokio::select! {
                biased; // after a stop nothing begins
                () = stop.cancelled() => return Ok(()),
                Some(ended) = self.running.join_next() => {
                    if let Ok((lane, position)) = ended {
                        self.lanes.finished(&lane);
                        log.handled(position);
                        writer.write(log);
                    }
                }
                next = stream.next(), if self.lanes.waiting() < READ_AHEAD => match next {
                    Ok(Some(message)) => self.take(stream.position(), message, log),
                    Ok(None) => return Ok(()),
                    Err(error) if error.is_retryable() => {
                        tracing::warn!(%error, "messages cannot be read; tried again");
                        stop.run_until_cancelled(tokio::time::sleep(RETRY.0)).await;
                    }
                    Err(error) => return Err(error.into()),
                },
            }
        }
    }

    /// Puts a message in the lane of its conversation, unless it is handled already or the agent's own.
    fn take(&mut self, position: u64, message: Message, log: &mut InboxLog) {
        if !log.given(position) {
            return;
        }
        if message.sender == self.client.inbox_id() {
            log.handled(position);
        } else {
            self.lanes.push(message.conversation.clone(), (position, message));
        }
    }

    /// Lets running handlers end, for `grace` at most. What has not begun is left for the next start.
    async fn drain(&mut self, grace: Duration, log: &mut InboxLog, writer: &Writer) {
        let deadline = Instant::now() + grace;
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, self.running.join_next()).await {
            if let Ok((_, position)) = ended {
                log.handled(position);
            }
        }
        if !self.running.is_empty() {
            tracing::warn!(count = self.running.len(), "handlers did not end in time; their messages come again");
            self.running.shutdown().await;
        }
        writer.write(log);
    }
}

impl Behaviour {
    /// Takes a message through the chain. Whatever goes wrong is told and ends here.
    async fn handle(&self, client: Client, message: Message) {
        match client.conversations().find(&message.conversation).await {
            Ok(conversation) => {
                let conversation = ConversationContext::new(client, conversation, Arc::clone(&self.shared));
                self.chain.run(Context::new(conversation, message)).await;
            }
            Err(error) => {
                let cause = FailureCause::Client(Arc::new(error));
                let _told = self.chain.errors.tell(Failure::of_client(&client, During::Lookup, cause)).await;
            }
        }
    }
}
