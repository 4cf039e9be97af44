//! What the user types: with a line editor at a terminal, line by line from anything else.
//!
//! The editor keeps no history on disk, and a paste of several lines is one message.
use super::{
    command::{Wish, wish},
    complete::Commands,
    screen::Printer,
    terminal::Terminal,
};
use crate::error::CliError;
use rustyline::{Config, Editor, error::ReadlineError, history::MemHistory};
use std::{
    io::{self, BufRead, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};
use tokio::sync::mpsc;

/// What stands before the line that is being typed.
const PROMPT: &str = "› ";

type LineEditor = Editor<Commands, MemHistory>;

/// What came from the user.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Typed {
    /// A message.
    Text(String),
    /// Nothing more will come.
    End,
}

/// Reads in a thread of its own, because reading from a terminal cannot be interrupted.
#[derive(Debug)]
pub(super) struct Input {
    lines: mpsc::Receiver<io::Result<String>>,
    /// The line editor waits here until what was said before is shown.
    begin: Option<std::sync::mpsc::Sender<()>>,
    interactive: bool,
    _terminal: Option<Terminal>,
}

impl Input {
    /// Opens standard input, and the way to print without disturbing what is being typed.
    ///
    /// # Errors
    /// [`CliError::Io`] if the terminal cannot be used.
    pub(super) fn open() -> Result<(Self, Printer), CliError> {
        let (to, lines) = mpsc::channel(16);
        let (begin, wait) = std::sync::mpsc::channel();
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        let mut printer = Printer::Plain;
        let mut editor = None;
        let is_editing = Arc::new(AtomicBool::new(false));
        let terminal = interactive.then(|| Terminal::note(Arc::clone(&is_editing)));
        if interactive {
            let mut made = editor_of_terminal().map_err(|error| CliError::io("use the terminal", into_io(error)))?;
            // A terminal that cannot move its cursor has no such printer.
            if let Ok(external) = made.create_external_printer() {
                printer = Printer::Editor(Box::new(external));
            }
            editor = Some(made);
        }
        thread::spawn(move || {
            // An error means that the chat has gone before it began.
            if wait.recv().is_ok() {
                match editor {
                    Some(editor) => edit(editor, &to, &is_editing),
                    None => read(&to),
                }
            }
        });
        Ok((Self { lines, begin: Some(begin), interactive, _terminal: terminal }, printer))
    }

    /// Whether a person types.
    pub(super) const fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// What the user types next. The prompt appears with the first call. Nothing is lost if it is dropped while it waits.
    ///
    /// # Errors
    /// [`CliError::Io`] if the input cannot be read.
    pub(super) async fn next(&mut self) -> Result<Typed, CliError> {
        if let Some(begin) = self.begin.take() {
            begin.send(()).ok();
        }
        match self.lines.recv().await {
            Some(Ok(text)) => Ok(Typed::Text(text)),
            Some(Err(source)) => Err(CliError::io("read what is typed", source)),
            None => Ok(Typed::End),
        }
    }
}

fn editor_of_terminal() -> rustyline::Result<LineEditor> {
    let config = Config::builder().auto_add_history(true).build();
    let history = MemHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    editor.set_helper(Some(Commands));
    Ok(editor)
}

/// Until Ctrl-D, Ctrl-C or the end of the chat.
fn edit(mut editor: LineEditor, to: &mpsc::Sender<io::Result<String>>, is_editing: &AtomicBool) {
    loop {
        is_editing.store(true, Ordering::Release);
        let read = editor.readline(PROMPT);
        is_editing.store(false, Ordering::Release);
        let line = match read {
            Ok(line) => Ok(line),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return,
            Err(error) => Err(into_io(error)),
        };
        // After the last line the terminal is left alone: nobody would put it back.
        let is_last = line.as_ref().map_or(true, |text| matches!(wish(text), Ok(Wish::Exit)));
        if to.blocking_send(line).is_err() || is_last {
            return;
        }
    }
}

fn read(to: &mpsc::Sender<io::Result<String>>) {
    for line in io::stdin().lock().lines() {
        let failed = line.is_err();
        if to.blocking_send(line).is_err() || failed {
            return;
        }
    }
}

fn into_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}
