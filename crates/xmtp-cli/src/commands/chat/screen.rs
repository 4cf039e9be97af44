//! What the chat shows, above the line that is being typed.
use crate::{
    error::CliError,
    output,
    show::{Label, Margin, Transcript, message_json},
};
use console::style;
use rustyline::ExternalPrinter;
use std::fmt;
use xmtp_client::{Client, Message, MessageId, MessageKind};
use xmtp_content_types::{Actions, Content};

/// Prints without disturbing what is being typed.
pub(super) enum Printer {
    /// Nobody types here.
    Plain,
    /// The line editor makes room.
    Editor(Box<dyn ExternalPrinter + Send>),
}

/// Where a chat is shown. A person can name what was said by the number in front of it.
#[derive(Debug)]
pub(super) struct Screen {
    printer: Printer,
    transcript: Transcript,
    as_json: bool,
    /// What has a number: the first is 1.
    numbered: Vec<MessageId>,
    is_numbering: bool,
    /// The question with buttons that was shown last.
    question: Option<Actions>,
}

impl Screen {
    pub(super) fn new(client: &Client, printer: Printer, as_json: bool) -> Self {
        let is_numbering = !as_json && matches!(printer, Printer::Editor(_));
        let transcript = Transcript::new(client.clone(), Label::None);
        Self { printer, transcript, as_json, numbered: Vec::new(), is_numbering, question: None }
    }

    /// Shows a message.
    pub(super) async fn message(&mut self, message: &Message) -> Result<(), CliError> {
        if self.as_json {
            return self.print(message_json(message).to_string());
        }
        if let Content::Actions(question) = Content::from_bytes(&message.content) {
            self.question = Some(question);
        }
        let can_be_named = message.kind == MessageKind::Application && message.deleted.is_none();
        let number = (self.is_numbering && can_be_named).then(|| self.number(message.id));
        let margin = match number {
            Some(number) => Margin::Number(number),
            None if self.is_numbering => Margin::Empty,
            None => Margin::None,
        };
        // As wide as the terminal is now: it may have been made larger or smaller.
        let lines = self.transcript.lines_beside(message, output::columns(), margin).await;
        self.print(lines)
    }

    /// The number of a message that was shown or sent.
    pub(super) fn number(&mut self, id: MessageId) -> usize {
        match self.numbered.iter().position(|known| *known == id) {
            Some(at) => at + 1,
            None => {
                self.numbered.push(id);
                self.numbered.len()
            }
        }
    }

    /// The message with this number.
    pub(super) fn named(&self, number: usize) -> Option<MessageId> {
        self.numbered.get(number.checked_sub(1)?).copied()
    }

    /// The question that `/choose` answers.
    pub(super) const fn question(&self) -> Option<&Actions> {
        self.question.as_ref()
    }

    /// Another conversation begins: numbers begin anew.
    pub(super) fn turn_over(&mut self) {
        self.question = None;
        self.numbered.clear();
    }

    /// Says something that is not a message.
    pub(super) fn notice(&mut self, text: &str) -> Result<(), CliError> {
        if matches!(self.printer, Printer::Plain) {
            output::note(text);
            return Ok(());
        }
        self.print(style(text).dim().to_string())
    }

    /// Shows lines that are no message and matter more than a notice.
    pub(super) fn print(&mut self, text: String) -> Result<(), CliError> {
        match &mut self.printer {
            Printer::Plain => output::line(&text),
            Printer::Editor(printer) => printer
                .print(text + "\n")
                .map_err(|error| CliError::io("write to the terminal", std::io::Error::other(error.to_string()))),
        }
    }
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "Plain",
            Self::Editor(_) => "Editor",
        })
    }
}
