//! What the services share.
use crate::{
    clock::Clock,
    error::Refusal,
    fanout::Live,
    limits::{Class, Limiter},
    log::Log,
};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::Request;
use xmtp_chain::Chains;

/// See the module. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) log: Log,
    pub(crate) live: Arc<Live>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) chains: Chains,
    pub(crate) clock: Clock,
    /// Cancelled when the node stops: streams end with it.
    pub(crate) stop: CancellationToken,
}

impl Context {
    /// Counts a request against its peer's share.
    ///
    /// # Errors
    /// [`Refusal::TooFast`].
    pub(crate) fn admit<T>(&self, request: &Request<T>, class: Class, cost: usize) -> Result<(), Refusal> {
        let peer = request.remote_addr().map(|address| address.ip());
        self.limiter.take(peer, class, cost, self.clock.now())
    }
}
