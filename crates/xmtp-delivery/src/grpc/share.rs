//! Connections that transports of one process share.
//!
//! A process may be a thousand agents. Each follows its topics by two streams and asks for little: a connection of its own
//! would cost each a socket, its buffers and, with TLS, the certificates of all authorities. A few share one and not all,
//! for networks limit the streams of a connection, and what breaks one should not cut off everybody.
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::runtime;
use tonic::transport::Channel;

/// Transports on one connection at most. Each has two streams open, a few more while it finds new topics, and one for each
/// request under way; a network that allows less than a hundred is not known.
const TRANSPORTS: usize = 8;

static LINES: Mutex<Vec<Weak<Line>>> = Mutex::new(Vec::new());

/// What transports must have in common to share a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Destination {
    /// A connection lives and dies with the runtime it was made in.
    pub(super) runtime: runtime::Id,
    pub(super) url: String,
    pub(super) root_certificates: Vec<String>,
}

/// The place of one transport on a connection. The connection is closed when its last one is given up.
pub(super) struct Seat(Arc<Line>);

struct Line {
    destination: Destination,
    channel: Channel,
}

impl Seat {
    /// Takes a place on a connection to `destination` that has one free, or on one that is made by `dial`.
    pub(super) fn take<E>(destination: Destination, dial: impl FnOnce() -> Result<Channel, E>) -> Result<Self, E> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|line| line.strong_count() > 0);
        let is_free = |line: &Weak<Line>| line.strong_count() < TRANSPORTS;
        let mut free = lines.iter().filter(|line| is_free(line)).filter_map(Weak::upgrade);
        if let Some(line) = free.find(|line| line.destination == destination) {
            return Ok(Self(line));
        }
        let line = Arc::new(Line { destination, channel: dial()? });
        lines.push(Arc::downgrade(&line));
        Ok(Self(line))
    }

    /// The connection.
    pub(super) fn channel(&self) -> Channel {
        self.0.channel.clone()
    }
}
