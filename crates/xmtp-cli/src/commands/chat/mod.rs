//! `xmtp chat`: a conversation at the prompt.

mod input;
mod screen;

use crate::{
    args::{ChatArgs, GlobalOptions},
    error::CliError,
    progress, session,
    show::Label,
    target::Target,
    thread::Thread,
};
use input::{Input, Typed};
use screen::Screen;
use std::collections::HashSet;
use xmtp_client::{Client, ClientError, MessageStream};
use xmtp_content_types::Content;

/// Chats until the input ends or a signal comes.
///
/// # Errors
/// [`CliError`] if there is nobody to chat with, or the network is away when the chat begins.
pub(super) async fn run(options: &GlobalOptions, args: ChatArgs) -> Result<(), CliError> {
    let target: Target = args.to.parse()?;
    let mut stop = xmtp_agent::Shutdown::listen()?;
    tokio::select! {
        ended = chat(options, target, &args) => ended,
        () = stop.requested() => Ok(()),
    }
}

async fn chat(options: &GlobalOptions, target: Target, args: &ChatArgs) -> Result<(), CliError> {
    let client = session::open(options).await?.client;
    let (thread, messages) = progress::during("syncing", begin(&client, target)).await?;
    let (input, printer) = Input::open()?;
    let screen = Screen::new(&client, printer, options.json, Label::None);
    let mut chat = Chat { client, thread, screen, shown: HashSet::new() };
    if input.is_interactive() {
        chat.screen.notice(&format!("Chat with {}. Enter sends, Ctrl-D leaves.", args.to.trim()))?;
        chat.show_history(args.history).await?;
    }
    chat.run(input, messages).await
}

/// Catches up, then follows: what arrives from here on is in the stream.
async fn begin(client: &Client, target: Target) -> Result<(Thread, MessageStream), CliError> {
    client.conversations().sync_all().await?;
    let thread = Thread::find(client, target).await?;
    Ok((thread, client.stream_messages().await?))
}

struct Chat {
    client: Client,
    thread: Thread,
    screen: Screen,
    /// Messages of the history, which can come in the stream as well.
    shown: HashSet<xmtp_client::MessageId>,
}

impl Chat {
    async fn show_history(&mut self, count: u32) -> Result<(), CliError> {
        for message in self.thread.messages(&self.client, count, None).await? {
            self.screen.message(&message).await?;
            self.shown.insert(message.id);
        }
        Ok(())
    }

    async fn run(&mut self, mut input: Input, mut messages: MessageStream) -> Result<(), CliError> {
        loop {
            tokio::select! {
                typed = input.next() => match typed? {
                    Typed::Text(text) => self.send(text).await?,
                    Typed::End => return Ok(()),
                },
                message = messages.next() => {
                    let Some(message) = message? else { return Ok(()) };
                    if !self.shown.remove(&message.id) && self.thread.holds(&self.client, &message).await? {
                        self.screen.message(&message).await?;
                    }
                }
            }
        }
    }

    /// Sends a line. What only waits for the network is no reason to leave.
    async fn send(&mut self, text: String) -> Result<(), CliError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let conversation = self.thread.to_write_to(&self.client).await?;
        let content = Content::text(text);
        match conversation.send(content.to_bytes(), content.should_push()).await {
            Err(ClientError::Queued { .. }) => {
                self.screen.notice("The network is away: this message is kept and goes out when it is back.")
            }
            sent => Ok(sent.map(drop)?),
        }
    }
}
