//! When to stop: Ctrl-C, and SIGTERM where there is such a thing.
use crate::AgentError;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears the signals that ask a process to stop. From its creation on they no longer end the process.
#[derive(Debug)]
pub struct Shutdown {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl Shutdown {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`AgentError::Signal`] if the system does not let this process listen.
    pub fn listen() -> Result<Self, AgentError> {
        Ok(Self {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt()).map_err(AgentError::Signal)?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate()).map_err(AgentError::Signal)?,
        })
    }

    /// Waits for the next signal.
    #[cfg(unix)]
    pub async fn requested(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for the next Ctrl-C.
    #[cfg(not(unix))]
    pub async fn requested(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
