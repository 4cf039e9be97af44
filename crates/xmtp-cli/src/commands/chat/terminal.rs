//! The terminal as it was before the chat took it over, put back however the chat ends.
//!
//! The line editor turns off echo and line breaks while it waits for a key, and puts them back when the key has come. A
//! signal ends the chat while it waits, so somebody else has to.
use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Stop telling pastes apart from typing; a line of its own for what comes next.
const LEAVE: &str = "\u{1b}[?2004l\r\n";

/// Puts the terminal back when it is dropped.
#[derive(Debug)]
pub(super) struct Terminal {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
    is_editing: Arc<AtomicBool>,
}

impl Terminal {
    /// Notes how standard input is now. `is_editing` says whether the line editor has it.
    pub(super) fn note(is_editing: Arc<AtomicBool>) -> Self {
        Self {
            #[cfg(unix)]
            before: rustix::termios::tcgetattr(io::stdin()).ok(),
            is_editing,
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !self.is_editing.load(Ordering::Acquire) {
            return;
        }
        #[cfg(unix)]
        if let Some(before) = &self.before {
            rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, before).ok();
        }
        let mut out = io::stdout();
        out.write_all(LEAVE.as_bytes()).and_then(|()| out.flush()).ok();
    }
}
