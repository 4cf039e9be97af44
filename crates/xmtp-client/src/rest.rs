//! What a client gives back while nothing happens: a process may be a thousand agents, of which most wait most of the time.
use crate::machine::Machine;
use std::{sync::Arc, time::Duration};

/// How long nothing must have been asked of the database before it rests. Waking it costs about a millisecond.
const QUIET: Duration = Duration::from_secs(2);

/// Lets the database rest whenever it was not gone to for a while. Never ends by itself.
pub(crate) async fn rest_when_quiet(machine: Arc<Machine>) {
    loop {
        machine.entered().await;
        let mut before = None;
        while before != Some(machine.statistics()) {
            before = Some(machine.statistics());
            tokio::time::sleep(QUIET).await;
        }
        machine.rest().await;
    }
}
