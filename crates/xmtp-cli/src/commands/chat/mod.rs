//! `xmtp chat`: a conversation at the prompt.

mod act;
mod command;
mod complete;
mod input;
mod screen;
mod terminal;

use crate::{
    args::{ChatArgs, GlobalOptions},
    error::CliError,
    progress, session,
    show::{Known, Names},
    target::Target,
    thread::Thread,
};
use command::{Wish, wish};
use input::{Input, Typed};
use screen::Screen;
use std::collections::HashSet;
use xmtp_client::{Client, GroupId, Message, MessageId, MessageKind, MessageStream};

/// Chats until the input ends or a signal comes.
///
/// # Errors
/// [`CliError`] if there is nobody to chat with, or the network is away when the chat begins.
pub(super) async fn run(options: &GlobalOptions, args: ChatArgs) -> Result<(), CliError> {
    let mut stop = xmtp_agent::Shutdown::listen()?;
    tokio::select! {
        ended = chat(options, &args) => ended,
        () = stop.requested() => Ok(()),
    }
}

async fn chat(options: &GlobalOptions, args: &ChatArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    progress::sync_all(&client, &[]).await?;
    let (thread, messages) = progress::during("connecting", begin(&client, &args.to)).await?;
    let (input, printer) = Input::open()?;
    let screen = Screen::new(&client, printer, options.json);
    let mut chat = Chat {
        names: Names::new(client.clone()),
        client,
        thread,
        screen,
        shown: HashSet::new(),
        listed: Vec::new(),
        own_newest: None,
        history: args.history,
        is_interactive: input.is_interactive(),
        told: HashSet::new(),
    };
    if input.is_interactive() {
        chat.turn_to().await?;
    }
    chat.run(input, messages).await
}

/// Finds whom to chat with, and follows: what arrives from here on is in the stream.
async fn begin(client: &Client, target: &Target) -> Result<(Thread, MessageStream), CliError> {
    let thread = Thread::find(client, target).await?;
    Ok((thread, client.stream_messages().await?))
}

struct Chat {
    client: Client,
    thread: Thread,
    screen: Screen,
    names: Names,
    /// Messages of the history, which can come in the stream as well.
    shown: HashSet<MessageId>,
    /// The conversations that were listed last; the first has number 1.
    listed: Vec<GroupId>,
    /// What was said here last.
    own_newest: Option<MessageId>,
    /// How many earlier messages are shown.
    history: u32,
    is_interactive: bool,
    /// Conversations whose news were told.
    told: HashSet<GroupId>,
}

impl Chat {
    /// Says which conversation this is, and shows what was said before.
    async fn turn_to(&mut self) -> Result<(), CliError> {
        self.screen.turn_over();
        self.own_newest = None;
        self.told.clear();
        let title = match &self.thread {
            Thread::Dm { peer, .. } => self.names.of(*peer).await,
            Thread::One(group) => Known::read(group).await?.title(&self.client, &mut self.names).await,
        };
        self.screen.notice(&format!("Chat with {title}. Enter sends, Ctrl-D leaves, /help tells more."))?;
        self.show_history().await
    }

    async fn show_history(&mut self) -> Result<(), CliError> {
        for message in self.thread.newest(&self.client, self.history).await? {
            self.screen.message(&message).await?;
            self.shown.insert(message.id);
            if message.sender == self.client.inbox_id() {
                self.own_newest = Some(message.id);
            }
        }
        Ok(())
    }

    async fn run(&mut self, mut input: Input, mut messages: MessageStream) -> Result<(), CliError> {
        loop {
            tokio::select! {
                typed = input.next() => match typed? {
                    Typed::Text(text) if !self.is_interactive => self.say(text).await?,
                    Typed::Text(text) => match wish(&text) {
                        Ok(Wish::Exit) => return Ok(()),
                        Ok(wish) => self.act(wish).await?,
                        Err(hint) => self.screen.notice(&hint)?,
                    },
                    Typed::End => return Ok(()),
                },
                message = messages.next() => {
                    let Some(message) = message? else { return Ok(()) };
                    self.hear(&message).await?;
                }
            }
        }
    }

    /// Shows a message of this conversation, and says once that there is news in another one.
    async fn hear(&mut self, message: &Message) -> Result<(), CliError> {
        if self.shown.remove(&message.id) {
            return Ok(());
        }
        if self.thread.holds(&self.client, message).await? {
            return self.screen.message(message).await;
        }
        let is_news = message.kind == MessageKind::Application && message.sender != self.client.inbox_id();
        if self.is_interactive && is_news && self.told.insert(message.conversation.clone()) {
            let conversation = self.client.conversations().find(&message.conversation).await?;
            let title = Known::read(&conversation).await?.title(&self.client, &mut self.names).await;
            return self.screen.notice(&format!("There is a message in {title}: /list and /chat lead there."));
        }
        Ok(())
    }
}
