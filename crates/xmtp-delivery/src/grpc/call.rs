//! One unary call: try, translate the status, try again where that is safe.
use super::{GrpcTransport, status};
use crate::{DeliveryError, persist};
use tonic::{Response, Status};

impl GrpcTransport {
    /// Makes a call that may be taken twice.
    pub(super) async fn call<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, DeliveryError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        persist(&self.patience, self.random, || async {
            let reply = attempt().await;
            reply.map(Response::into_inner).map_err(|status| status::translate(&self.address, &status))
        })
        .await
    }

    /// Makes a call that must not be taken twice: it is tried again only when it certainly did not arrive. The outer
    /// result is for [`persist`], the inner one for the caller.
    pub(super) async fn call_once<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, DeliveryError>
    where
        F: Future<Output = Result<Response<T>, Status>>,
    {
        persist(&self.patience, self.random, || async {
            match attempt().await {
                Ok(reply) => Ok(Ok(reply.into_inner())),
                Err(status) => match status::translate(&self.address, &status) {
                    // DELIVERY.R7
                    error if error.was_not_taken() => Err(error),
                    error => Ok(Err(error)),
                },
            }
        })
        .await?
    }
}
