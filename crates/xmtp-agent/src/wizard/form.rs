//! A form: its steps, and whom it asks what.
use super::{
    Answers, Step,
    reading::{Reading, read},
    session::{Session, Sessions},
    step::Kind,
};
use crate::{
    Context, HandlerResult, Middleware, Next, commands,
    handler::{Handler, boxed},
};
use futures::{FutureExt, future::BoxFuture};
use std::{fmt, sync::Arc, time::Duration};
use xmtp_client::{ClientError, Conversation, Timestamp};
use xmtp_content_types::{Action, ActionStyle, Actions, Content};

/// How long a question can be answered, unless [`ActionWizard::ttl`] says otherwise.
pub const WIZARD_TTL: Duration = Duration::from_secs(60 * 60);

/// Asks questions one after another, with buttons or for text, and hands over the answers: a [`Middleware`].
///
/// ```no_run
/// use xmtp_agent::{ActionWizard, Step, prelude::*};
///
/// # fn build() -> Result<Agent, AgentError> {
/// let order = ActionWizard::new("order")
///     .select("size", "Which size?", [("s", "Small"), ("l", "Large")])
///     .step(Step::number("count", "How many?", 1..=10))
///     .text("name", "For whom?")
///     .cancel("Cancel")
///     .persisted()
///     .on_complete(async |ctx: Context, answers| {
///         let count: u32 = answers.value("count")?;
///         ctx.send(format!("{count} for {}", answers.get("name").unwrap_or_default())).await?;
///         Ok(())
///     });
/// let agent = Agent::from_env()?.with(order); // whoever writes /order is asked
/// # Ok(agent)
/// # }
/// ```
///
/// # What is an answer
/// Only what the person who began the form says in the conversation in which it is asked. A button counts if it is one of
/// the question that is open, by the id of the question and that of the button; where an application shows no buttons,
/// their number or label as text does. Text is checked by the step. A wrong answer is told why, and the question stays
/// open. Texts that begin with `/` are commands, and no answers. Everything that is no answer goes on to the handlers, but
/// for a button of a question that is no longer open, whose sender is told so.
///
/// # Beginning, ending, beginning again
/// Text that is the command alone, `/order`, begins the form, and so does [`ActionWizard::start`]. Whoever begins a form
/// that is open leaves it first, as if cancelled. With [`ActionWizard::cancel`] there is a button to leave, and `/cancel`.
/// A question that is not answered in time is over, and the form with it.
///
/// # After a restart
/// [`ActionWizard::persisted`] keeps where people are in the agent's own database. A message that is handled again after
/// a crash answers no second question.
#[derive(Clone)]
pub struct ActionWizard {
    id: String,
    steps: Vec<Step>,
    cancel: Option<String>,
    is_in_dm: bool,
    ttl: Duration,
    over: Option<String>,
    on_complete: Option<Handler<Answers>>,
    on_cancel: Option<Handler<()>>,
    sessions: Arc<Sessions>,
}

impl ActionWizard {
    /// A form that the text `/<id>` begins, in any letter case.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            steps: Vec::new(),
            cancel: None,
            is_in_dm: false,
            ttl: WIZARD_TTL,
            over: None,
            on_complete: None,
            on_cancel: None,
            sessions: Arc::default(),
        }
    }

    /// Asks for one of some options, each with its id and its label.
    #[must_use]
    pub fn select<const N: usize>(self, id: &str, question: &str, options: [(&str, &str); N]) -> Self {
        self.step(Step::select(id, question, options.map(|(id, label)| Action::new(id, label))))
    }

    /// Asks for a text.
    #[must_use]
    pub fn text(self, id: &str, question: &str) -> Self {
        self.step(Step::text(id, question))
    }

    /// Asks what a step asks.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Lets people leave the form: by a button with this label beside others, and by `/cancel`.
    #[must_use]
    pub fn cancel(mut self, label: impl Into<String>) -> Self {
        self.cancel = Some(label.into());
        self
    }

    /// Asks in the direct conversation with whoever begins the form, wherever that is.
    #[must_use]
    pub const fn in_dm(mut self) -> Self {
        self.is_in_dm = true;
        self
    }

    /// How long each question can be answered.
    #[must_use]
    pub const fn ttl(mut self, time: Duration) -> Self {
        self.ttl = time;
        self
    }

    /// Keeps where people are in the agent's own database, so that a restart of the agent loses nothing.
    #[must_use]
    pub fn persisted(mut self) -> Self {
        let key = format!("xmtp-agent/wizard/{}", self.id).into_bytes();
        self.sessions = Arc::new(Sessions::kept_at(key));
        self
    }

    /// What whoever presses a button of a question that is no longer open is told.
    #[must_use]
    pub fn over(mut self, text: impl Into<String>) -> Self {
        self.over = Some(text.into());
        self
    }

    /// Handles the answers, when all are there. The context is that of the last one.
    #[must_use]
    pub fn on_complete<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Answers) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.on_complete = Some(boxed(handler));
        self
    }

    /// Runs when somebody leaves the form, or begins it again. Not when the time to answer is over.
    #[must_use]
    pub fn on_cancel<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.on_cancel = Some(boxed(move |context, ()| handler(context)));
        self
    }

    /// Begins the form with the sender of a message. One that is open is left first.
    ///
    /// # Errors
    /// If the question cannot be sent, or that of the handlers.
    pub async fn start(&self, context: &Context) -> HandlerResult {
        let dm = match self.is_in_dm && !context.is_dm() {
            true => Some(context.client().conversations().dm(context.sender()).await?),
            false => None,
        };
        let who = if dm.is_some() { in_dm(context) } else { who(context) };
        if let Some(open) = self.sessions.get(context.client(), &who).await? {
            if open.is_caused_by(context.message().id) {
                return Ok(());
            }
            self.sessions.remove(context.client(), &who).await?;
            if !open.has_expired(context.message().sent_at, self.ttl) {
                self.cancelled(context).await?;
            }
        }
        self.proceed(context, dm.as_ref().unwrap_or_else(|| context.conversation()), who, Vec::new()).await
    }

    /// Whether the sender of a message is being asked, in the conversation of the message.
    ///
    /// # Errors
    /// [`ClientError`] if the database fails.
    pub async fn is_active(&self, context: &Context) -> Result<bool, ClientError> {
        let session = self.sessions.get(context.client(), &who(context)).await?;
        Ok(session.is_some_and(|session| !session.has_expired(context.message().sent_at, self.ttl)))
    }

    /// Handles a message if it begins the form or has to do with it. Says whether it did.
    ///
    /// # Errors
    /// If a question cannot be sent, or that of the handlers.
    pub async fn handle(&self, context: &Context) -> Result<bool, crate::HandlerError> {
        if self.is_command(context) {
            self.start(context).await?;
            return Ok(true);
        }
        let who = who(context);
        let Some(session) = self.sessions.get(context.client(), &who).await? else {
            return self.without_session(context).await;
        };
        if session.is_caused_by(context.message().id) {
            return Ok(true);
        }
        let step = self.steps.get(session.step);
        let Some(step) = step.filter(|_| !session.has_expired(context.message().sent_at, self.ttl)) else {
            self.sessions.remove(context.client(), &who).await?;
            return self.without_session(context).await;
        };
        match read(step, &session, self.cancel_button(&session.cause).as_ref(), context.content()) {
            Reading::Answer(answer) => {
                let answers = [session.answers, vec![(step.id.clone(), answer)]].concat();
                self.proceed(context, context.conversation(), who, answers).await?;
            }
            Reading::Refused(reason) => {
                context.reply(reason).await?;
                let asked_at = context.message().sent_at.as_nanos();
                let session = Session { asked_at, ..session };
                self.sessions.put(context.client(), who, session, self.ttl).await?;
            }
            Reading::Cancel => {
                self.sessions.remove(context.client(), &who).await?;
                self.cancelled(context).await?;
            }
            Reading::Other => return self.without_session(context).await,
        }
        Ok(true)
    }

    /// Asks the next question, or hands over the answers if there is none.
    async fn proceed(
        &self,
        context: &Context,
        conversation: &Conversation,
        who: String,
        answers: Vec<(String, String)>,
    ) -> HandlerResult {
        let at = answers.len();
        let Some(step) = self.steps.get(at) else {
            // Before it is forgotten, so that a crash loses no answers.
            let completed = match &self.on_complete {
                Some(handler) => handler(context.clone(), Answers::new(answers)).await,
                None => Ok(()),
            };
            self.sessions.remove(context.client(), &who).await?;
            return completed;
        };
        let message = context.message();
        let cause = message.id.to_string();
        let question = format!("{}:{}:{}", self.id, step.id, short(&cause));
        // Sent before it is kept: after a crash in between the same question is asked once more.
        let asked = self.question(step, &question, &cause, message.sent_at);
        asked.check()?;
        send(conversation, &asked).await?;
        let session = Session { step: at, question, asked_at: message.sent_at.as_nanos(), cause, answers };
        Ok(self.sessions.put(context.client(), who, session, self.ttl).await?)
    }

    fn question(&self, step: &Step, id: &str, cause: &str, now: Timestamp) -> Content {
        match &step.kind {
            Kind::Select(options) => {
                let actions: Vec<Action> = options.iter().cloned().chain(self.cancel_button(cause)).collect();
                Content::Actions(Actions::new(id, step.question.as_str(), actions).until(now.plus(self.ttl)))
            }
            Kind::Text if step.is_markdown => Content::markdown(step.question.as_str()),
            Kind::Text => Content::text(step.question.as_str()),
        }
    }

    /// Named after the message that led to the question, so that it is no button of the author.
    fn cancel_button(&self, cause: &str) -> Option<Action> {
        let label = self.cancel.as_ref()?;
        Some(Action::new(format!("cancel-{}", short(cause)), label.as_str()).styled(ActionStyle::Danger))
    }

    /// A button of a question of this form that is no longer open is told so; one that somebody else is asked is nobody's.
    async fn without_session(&self, context: &Context) -> Result<bool, crate::HandlerError> {
        let Content::Intent(intent) = context.content() else { return Ok(false) };
        if !intent.id.strip_prefix(&self.id).is_some_and(|rest| rest.starts_with(':')) {
            return Ok(false);
        }
        if !self.sessions.is_asked(context.client(), &intent.id).await? {
            let over = || format!("This question is no longer open. Send /{} to begin again.", self.id);
            context.reply(self.over.clone().unwrap_or_else(over)).await?;
        }
        Ok(true)
    }

    async fn cancelled(&self, context: &Context) -> HandlerResult {
        match &self.on_cancel {
            Some(handler) => handler(context.clone(), ()).await,
            None => Ok(()),
        }
    }

    fn is_command(&self, context: &Context) -> bool {
        let Content::Text(text) = context.content() else { return false };
        let names: Vec<&str> = context.shared().names.iter().map(String::as_str).collect();
        let wanted = format!("/{}", self.id.to_lowercase());
        commands::read(text, &names)
            .is_some_and(|reading| reading.command.is_some_and(|command| command == wanted) && reading.rest.is_empty())
    }
}

/// A conversation and a person in it. Two direct conversations with the same person are one.
fn who(context: &Context) -> String {
    if context.is_dm() { in_dm(context) } else { format!("{}:{}", context.id(), context.sender()) }
}

fn in_dm(context: &Context) -> String {
    format!("dm:{}", context.sender())
}

/// Enough of a message's id to tell it from others of the same conversation.
fn short(message: &str) -> &str {
    message.get(..16).unwrap_or(message)
}

/// Sends content; a message that is stored and waits for the network counts as sent.
async fn send(conversation: &Conversation, content: &Content) -> Result<(), ClientError> {
    match conversation.send(content.to_bytes(), content.should_push()).await {
        Err(ClientError::Queued { .. }) => Ok(()),
        sent => sent.map(drop),
    }
}

impl Middleware for ActionWizard {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        async move { if Self::handle(self, &context).await? { Ok(()) } else { next.run(context).await } }.boxed()
    }
}

impl fmt::Debug for ActionWizard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionWizard").field("id", &self.id).field("steps", &self.steps).finish_non_exhaustive()
    }
}
