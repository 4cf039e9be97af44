//! How an id looks in a log.
use std::fmt;

/// Shows the first four bytes of an id and no more: enough to tell two apart, too little to find a person.
#[derive(Clone, Copy)]
pub struct Redacted<'a>(pub &'a [u8]);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.get(..4) {
            Some(head) => write!(f, "{}…", hex::encode(head)),
            None => f.write_str(&hex::encode(self.0)),
        }
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
