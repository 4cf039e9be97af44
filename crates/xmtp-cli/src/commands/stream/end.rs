//! When a stream ends: after so many, after a time, or when it is told to.
use crate::{args::StreamArgs, error::CliError};
use std::{cell::Cell, future::Future};

/// How many came.
#[derive(Debug, Default)]
pub(super) struct Count {
    came: Cell<u64>,
    wanted: Option<u64>,
}

impl Count {
    /// Notes that one more came. Says whether it was the last that was wanted.
    pub(super) fn is_full(&self) -> bool {
        self.came.set(self.came.get().saturating_add(1));
        self.wanted.is_some_and(|wanted| self.came.get() >= wanted)
    }
}

/// Follows a stream until it has given what was wanted, its time is over, or a signal comes.
///
/// # Errors
/// [`CliError::TooFew`] if its time is over and fewer came than were wanted.
pub(super) async fn until<F: Future<Output = Result<(), CliError>>>(
    args: &StreamArgs,
    follow: impl FnOnce(std::rc::Rc<Count>) -> F,
) -> Result<(), CliError> {
    let count = std::rc::Rc::new(Count { came: Cell::default(), wanted: args.count });
    let mut stop = xmtp_agent::Shutdown::listen()?;
    let over = async {
        match args.timeout {
            Some(time) => tokio::time::sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = follow(std::rc::Rc::clone(&count)) => ended,
        () = over => match args.count {
            Some(wanted) => Err(CliError::TooFew { came: count.came.get(), wanted }),
            None => Ok(()),
        },
        () = stop.requested() => Ok(()),
    }
}
