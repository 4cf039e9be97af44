//! The service: each method admits the peer and calls its verb.
use super::{contract_signatures, inboxes::Inboxes, look_up, publish, updates};
use crate::{limits::Class, v3::Context};
use std::sync::Arc;
use tonic::{Request, Response, Status, async_trait};
use xmtp_proto::xmtp::identity::api::v1::{
    GetIdentityUpdatesRequest, GetIdentityUpdatesResponse, GetInboxIdsRequest, GetInboxIdsResponse,
    PublishIdentityUpdateRequest, PublishIdentityUpdateResponse, VerifySmartContractWalletSignaturesRequest,
    VerifySmartContractWalletSignaturesResponse, identity_api_server::IdentityApi,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct IdentityService {
    context: Context,
    inboxes: Arc<Inboxes>,
}

type Answer<T> = Result<Response<T>, Status>;

impl IdentityService {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, inboxes: Arc::default() }
    }
}

#[async_trait]
impl IdentityApi for IdentityService {
    async fn publish_identity_update(
        &self,
        request: Request<PublishIdentityUpdateRequest>,
    ) -> Answer<PublishIdentityUpdateResponse> {
        self.context.admit(&request, Class::Publish, 1)?;
        let update = request.into_inner().identity_update;
        publish::publish(self.context.clone(), Arc::clone(&self.inboxes), update).await?;
        Ok(Response::new(PublishIdentityUpdateResponse {}))
    }

    async fn get_identity_updates(
        &self,
        request: Request<GetIdentityUpdatesRequest>,
    ) -> Answer<GetIdentityUpdatesResponse> {
        self.context.admit(&request, Class::Query, 1)?;
        Ok(Response::new(updates::updates(&self.context, request.into_inner()).await?))
    }

    async fn get_inbox_ids(&self, request: Request<GetInboxIdsRequest>) -> Answer<GetInboxIdsResponse> {
        self.context.admit(&request, Class::Query, 1)?;
        Ok(Response::new(look_up::inbox_ids(&self.context, request.into_inner()).await?))
    }

    async fn verify_smart_contract_wallet_signatures(
        &self,
        request: Request<VerifySmartContractWalletSignaturesRequest>,
    ) -> Answer<VerifySmartContractWalletSignaturesResponse> {
        // Each signature is a request to a chain.
        self.context.admit(&request, Class::Query, request.get_ref().signatures.len().max(1))?;
        Ok(Response::new(contract_signatures::verify(&self.context, request.into_inner()).await?))
    }
}
