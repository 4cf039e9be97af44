//! The service: each method admits the peer and calls its verb.
use super::{commit_log, key_packages, newest, query, send, subscribe};
use crate::{error::Refusal, limits::Class, v3::Context};
use futures::stream::BoxStream;
use tonic::{Request, Response, Status, Streaming, async_trait};
use xmtp_proto::xmtp::mls::api::v1::{
    BatchPublishCommitLogRequest, BatchQueryCommitLogRequest, BatchQueryCommitLogResponse, FetchKeyPackagesRequest,
    FetchKeyPackagesResponse, GetIdentityUpdatesRequest, GetIdentityUpdatesResponse, GetNewestGroupMessageRequest,
    GetNewestGroupMessageResponse, GroupMessage, QueryGroupMessagesRequest, QueryGroupMessagesResponse,
    QueryWelcomeMessagesRequest, QueryWelcomeMessagesResponse, RegisterInstallationRequest,
    RegisterInstallationResponse, RevokeInstallationRequest, SendGroupMessagesRequest, SendWelcomeMessagesRequest,
    SubscribeGroupMessagesRequest, SubscribeRequest, SubscribeResponse, SubscribeWelcomeMessagesRequest,
    UploadKeyPackageRequest, WelcomeMessage, mls_api_server::MlsApi,
};

/// See the module.
#[derive(Debug)]
pub(crate) struct MlsService(Context);

type Answer<T> = Result<Response<T>, Status>;

impl MlsService {
    pub(crate) const fn new(context: Context) -> Self {
        Self(context)
    }

    fn publish<T>(&self, request: Request<T>, cost: impl FnOnce(&T) -> usize) -> Result<T, Refusal> {
        let cost = cost(request.get_ref());
        self.0.admit(&request, Class::Publish, cost)?;
        Ok(request.into_inner())
    }

    fn query<T>(&self, request: Request<T>) -> Result<T, Refusal> {
        self.0.admit(&request, Class::Query, 1)?;
        Ok(request.into_inner())
    }
}

#[async_trait]
impl MlsApi for MlsService {
    type SubscribeGroupMessagesStream = BoxStream<'static, Result<GroupMessage, Status>>;
    type SubscribeWelcomeMessagesStream = BoxStream<'static, Result<WelcomeMessage, Status>>;
    type SubscribeStream = BoxStream<'static, Result<SubscribeResponse, Status>>;

    async fn send_group_messages(&self, request: Request<SendGroupMessagesRequest>) -> Answer<()> {
        let request = self.publish(request, |request| request.messages.len())?;
        Ok(Response::new(send::group_messages(&self.0, request).await?))
    }

    async fn send_welcome_messages(&self, request: Request<SendWelcomeMessagesRequest>) -> Answer<()> {
        let request = self.publish(request, |request| request.messages.len())?;
        Ok(Response::new(send::welcomes(&self.0, request).await?))
    }

    async fn register_installation(
        &self,
        request: Request<RegisterInstallationRequest>,
    ) -> Answer<RegisterInstallationResponse> {
        let request = self.publish(request, |_| 1)?;
        let installation = key_packages::upload(&self.0, request.key_package).await?;
        Ok(Response::new(RegisterInstallationResponse { installation_key: installation.as_bytes().to_vec().into() }))
    }

    async fn upload_key_package(&self, request: Request<UploadKeyPackageRequest>) -> Answer<()> {
        let request = self.publish(request, |_| 1)?;
        key_packages::upload(&self.0, request.key_package).await?;
        Ok(Response::new(()))
    }

    async fn fetch_key_packages(&self, request: Request<FetchKeyPackagesRequest>) -> Answer<FetchKeyPackagesResponse> {
        let request = self.query(request)?;
        Ok(Response::new(key_packages::fetch(&self.0, request).await?))
    }

    async fn revoke_installation(&self, _: Request<RevokeInstallationRequest>) -> Answer<()> {
        Err(Refusal::NotOffered.into())
    }

    async fn get_identity_updates(&self, _: Request<GetIdentityUpdatesRequest>) -> Answer<GetIdentityUpdatesResponse> {
        Err(Refusal::NotOffered.into())
    }

    async fn query_group_messages(
        &self,
        request: Request<QueryGroupMessagesRequest>,
    ) -> Answer<QueryGroupMessagesResponse> {
        let request = self.query(request)?;
        Ok(Response::new(query::group_messages(&self.0, request).await?))
    }

    async fn query_welcome_messages(
        &self,
        request: Request<QueryWelcomeMessagesRequest>,
    ) -> Answer<QueryWelcomeMessagesResponse> {
        let request = self.query(request)?;
        Ok(Response::new(query::welcomes(&self.0, request).await?))
    }

    async fn subscribe_group_messages(
        &self,
        request: Request<SubscribeGroupMessagesRequest>,
    ) -> Answer<Self::SubscribeGroupMessagesStream> {
        let request = self.query(request)?;
        Ok(Response::new(subscribe::group_messages(&self.0, request)?))
    }

    async fn subscribe_welcome_messages(
        &self,
        request: Request<SubscribeWelcomeMessagesRequest>,
    ) -> Answer<Self::SubscribeWelcomeMessagesStream> {
        let request = self.query(request)?;
        Ok(Response::new(subscribe::welcomes(&self.0, request)?))
    }

    async fn subscribe(&self, _: Request<Streaming<SubscribeRequest>>) -> Answer<Self::SubscribeStream> {
        Err(Refusal::NotOffered.into())
    }

    async fn batch_publish_commit_log(&self, request: Request<BatchPublishCommitLogRequest>) -> Answer<()> {
        let request = self.query(request)?;
        Ok(Response::new(commit_log::publish(&self.0, request).await?))
    }

    async fn batch_query_commit_log(
        &self,
        request: Request<BatchQueryCommitLogRequest>,
    ) -> Answer<BatchQueryCommitLogResponse> {
        let request = self.query(request)?;
        Ok(Response::new(commit_log::query(&self.0, request).await?))
    }

    async fn get_newest_group_message(
        &self,
        request: Request<GetNewestGroupMessageRequest>,
    ) -> Answer<GetNewestGroupMessageResponse> {
        let request = self.query(request)?;
        Ok(Response::new(newest::newest(&self.0, request).await?))
    }
}
