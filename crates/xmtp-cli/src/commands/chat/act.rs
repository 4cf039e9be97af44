//! Doing what was typed in a chat.
use super::{
    Chat,
    command::{HELP, Place, Wish},
};
use crate::{
    error::CliError,
    show::{Known, minute, role},
    thread::Thread,
};
use xmtp_client::{ClientError, GroupQuery, MessageId};
use xmtp_content_types::{Content, Intent, Reaction, Reply};

/// Conversations listed at most.
const LISTED: u32 = 30;

impl Chat {
    /// Does it. What was refused is told, and is no reason to leave; nor is what only waits for the network.
    ///
    /// # Errors
    /// [`CliError`] if the terminal or the database is gone.
    pub(super) async fn act(&mut self, wish: Wish) -> Result<(), CliError> {
        let done = match wish {
            Wish::Say(text) => self.say(text).await,
            Wish::List => self.list().await,
            Wish::Open(place) => self.open(place).await,
            Wish::Members => self.members().await,
            Wish::History => self.show_history().await,
            Wish::Reply(at, text) => self.reply(at, text).await,
            Wish::React(at, emoji) => self.react(at, emoji, true).await,
            Wish::Unreact(at, emoji) => self.react(at, emoji, false).await,
            Wish::Choose(at) => self.choose(at).await,
            Wish::Delete(at) => self.delete(at).await,
            Wish::Read => self.send(Content::ReadReceipt).await.map(drop),
            Wish::Seen => self.seen().await,
            Wish::Help => self.help(),
            Wish::Exit => Ok(()),
        };
        match done {
            Err(error @ (CliError::Usage(_) | CliError::Refused(_) | CliError::Client(_))) => {
                self.screen.notice(&error.with_causes())
            }
            done => done,
        }
    }

    /// Says a line.
    ///
    /// # Errors
    /// [`CliError`] if it cannot be sent, not even later.
    pub(super) async fn say(&mut self, text: String) -> Result<(), CliError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let id = self.send(Content::text(text)).await?;
        self.own_newest = Some(id);
        if self.is_interactive {
            let number = self.screen.number(id);
            self.screen.notice(&format!("sent: {number}"))?;
        }
        Ok(())
    }

    async fn send(&mut self, content: Content) -> Result<MessageId, CliError> {
        let conversation = self.thread.to_write_to(&self.client).await?;
        match conversation.send(content.to_bytes(), content.should_push()).await {
            Err(ClientError::Queued { message, .. }) => {
                self.screen.notice("The network is away: this message is kept and goes out when it is back.")?;
                Ok(message)
            }
            sent => Ok(sent?),
        }
    }

    /// Sends what is not seen on the line that was typed, and shows it.
    async fn send_and_show(&mut self, content: Content) -> Result<(), CliError> {
        let id = self.send(content).await?;
        self.own_newest = Some(id);
        match self.client.message(id).await? {
            Some(message) => self.screen.message(&message).await,
            None => Ok(()),
        }
    }

    fn named(&self, number: usize) -> Result<MessageId, CliError> {
        let named = self.screen.named(number);
        named.ok_or_else(|| CliError::usage(format!("no message has number {number}: /history shows them")))
    }

    async fn reply(&mut self, number: usize, text: String) -> Result<(), CliError> {
        let id = self.named(number)?;
        let reply = Reply::new(id, Content::text(text));
        let reply = match self.client.message(id).await? {
            Some(answered) => reply.to_inbox(answered.sender),
            None => reply,
        };
        self.send_and_show(Content::from(reply)).await
    }

    async fn react(&mut self, number: usize, emoji: String, adds: bool) -> Result<(), CliError> {
        let id = self.named(number)?;
        let reaction = if adds { Reaction::added(id, emoji) } else { Reaction::removed(id, emoji) };
        let reaction = match self.client.message(id).await? {
            Some(about) => reaction.to_inbox(about.sender),
            None => reaction,
        };
        self.send_and_show(Content::from(reaction)).await
    }

    async fn choose(&mut self, number: usize) -> Result<(), CliError> {
        let question = self.screen.question().ok_or_else(|| CliError::usage("nobody has asked a question yet"))?;
        let chosen = number.checked_sub(1).and_then(|at| question.actions.get(at));
        let chosen = chosen.ok_or_else(|| {
            CliError::usage(format!("the newest question has options 1 to {}", question.actions.len()))
        })?;
        let intent = Intent::new(question.id.clone(), chosen.id.clone());
        self.send_and_show(Content::from(intent)).await
    }

    async fn delete(&mut self, number: Option<usize>) -> Result<(), CliError> {
        let id = match number {
            Some(number) => self.named(number)?,
            None => self.own_newest.ok_or_else(|| CliError::usage("you have said nothing here yet"))?,
        };
        let conversation = self.thread.to_write_to(&self.client).await?;
        match conversation.delete_message(id).await {
            Err(ClientError::Queued { .. }) => {
                self.screen.notice("deleted here; the others are told when the network is back")
            }
            deleted => {
                deleted?;
                self.screen.notice("deleted")
            }
        }
    }

    async fn list(&mut self) -> Result<(), CliError> {
        let query = GroupQuery { limit: Some(LISTED), ..GroupQuery::default() };
        let found = self.client.conversations().list(query).await?;
        self.listed = found.iter().map(|conversation| conversation.id().clone()).collect();
        let mut lines = Vec::with_capacity(found.len());
        for (at, conversation) in found.iter().enumerate() {
            let title = Known::read(conversation).await?.title(&self.client, &mut self.names).await;
            lines.push(format!("{:>3}  {title}", at + 1));
        }
        self.screen.print(lines.join("\n"))
    }

    async fn open(&mut self, place: Place) -> Result<(), CliError> {
        let target = match place {
            Place::Named(target) => target,
            Place::Listed(number) => {
                let listed = number.checked_sub(1).and_then(|at| self.listed.get(at)).cloned();
                let id = listed
                    .ok_or_else(|| CliError::usage(format!("no conversation has number {number}: /list shows them")))?;
                crate::target::Target::Conversation(id)
            }
        };
        self.thread = Thread::find(&self.client, &target).await?;
        self.turn_to().await
    }

    async fn members(&mut self) -> Result<(), CliError> {
        let Some(conversation) = self.thread.to_read(&self.client).await? else {
            return self.screen.notice("nobody yet: the first message begins the conversation");
        };
        let mut lines = Vec::new();
        for (inbox, member) in conversation.info().await?.members {
            let name = self.names.of(inbox).await;
            lines.push(format!("  {name:<13}{:<13}{inbox}", role(member.role).replace('_', " ")));
        }
        self.screen.print(lines.join("\n"))
    }

    async fn seen(&mut self) -> Result<(), CliError> {
        let times = match self.thread.to_read(&self.client).await? {
            Some(conversation) => conversation.last_read_times().await?,
            None => Default::default(),
        };
        if times.is_empty() {
            return self.screen.notice("nobody has told that they read this");
        }
        let mut lines = Vec::with_capacity(times.len());
        for (inbox, at) in times {
            lines.push(format!("  {:<13}{}", self.names.of(inbox).await, minute(at)));
        }
        self.screen.print(lines.join("\n"))
    }

    fn help(&mut self) -> Result<(), CliError> {
        let lines: Vec<_> = HELP.iter().map(|(form, what)| format!("  {form:<18}{what}")).collect();
        self.screen.print(lines.join("\n"))
    }
}
