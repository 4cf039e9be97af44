//! What the chat shows, above the line that is being typed.
use crate::{
    error::CliError,
    output,
    show::{Label, Transcript, message_json},
};
use console::style;
use rustyline::ExternalPrinter;
use std::fmt;
use xmtp_client::{Client, Message};

/// Prints without disturbing what is being typed.
pub(super) enum Printer {
    /// Nobody types here.
    Plain,
    /// The line editor makes room.
    Editor(Box<dyn ExternalPrinter + Send>),
}

/// Where a chat is shown.
#[derive(Debug)]
pub(super) struct Screen {
    printer: Printer,
    transcript: Transcript,
    as_json: bool,
}

impl Screen {
    pub(super) fn new(client: &Client, printer: Printer, as_json: bool, label: Label) -> Self {
        Self { printer, transcript: Transcript::new(client.clone(), label), as_json }
    }

    /// Shows a message.
    pub(super) async fn message(&mut self, message: &Message) -> Result<(), CliError> {
        if self.as_json {
            return self.print(message_json(message).to_string());
        }
        let lines = self.transcript.lines(message, output::columns()).await;
        self.print(lines)
    }

    /// Says something that is not a message.
    pub(super) fn notice(&mut self, text: &str) -> Result<(), CliError> {
        if matches!(self.printer, Printer::Plain) {
            output::note(text);
            return Ok(());
        }
        self.print(style(text).dim().to_string())
    }

    fn print(&mut self, text: String) -> Result<(), CliError> {
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
