//! Hands envelopes to the network.
use super::GrpcTransport;
use crate::{
    DeliveryError,
    wire::{self, Publish},
};
use futures::{StreamExt, TryStreamExt, stream};
use xmtp_types::ClientEnvelope;

/// Calls with welcomes that are open at once: their order means nothing, each goes to installations of its own.
const WELCOME_CALLS: usize = 4;

pub(super) async fn publish(network: &GrpcTransport, envelopes: &[ClientEnvelope]) -> Result<(), DeliveryError> {
    let calls = wire::publish(envelopes)?;
    for run in calls.chunk_by(|one, next| matches!((one, next), (Publish::Welcomes(_), Publish::Welcomes(_)))) {
        stream::iter(run.to_vec()).map(|call| make(network, call)).buffered(WELCOME_CALLS).try_collect::<()>().await?;
    }
    Ok(())
}

async fn make(network: &GrpcTransport, call: Publish) -> Result<(), DeliveryError> {
    let GrpcTransport { mls, identity, .. } = network;
    match call {
        Publish::GroupMessages(request) => {
            let send = || {
                let (mut mls, request) = (mls.clone(), request.clone());
                async move { mls.send_group_messages(request).await }
            };
            network.call(send).await
        }
        Publish::Welcomes(request) => {
            let send = || {
                let (mut mls, request) = (mls.clone(), request.clone());
                async move { mls.send_welcome_messages(request).await }
            };
            network.call(send).await
        }
        Publish::KeyPackage(request) => {
            let send = || {
                let (mut mls, request) = (mls.clone(), request.clone());
                async move { mls.upload_key_package(request).await }
            };
            network.call(send).await
        }
        Publish::IdentityUpdate(request) => {
            let send = || {
                let (mut identity, request) = (identity.clone(), request.clone());
                async move { identity.publish_identity_update(request).await }
            };
            network.call_once(send).await.map(drop)
        }
    }
}
