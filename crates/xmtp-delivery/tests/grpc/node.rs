//! A node just big enough to talk to: the v3 services over an in-process network, which can be told to fail.
use futures::{StreamExt, stream::BoxStream};
use prost::Message;
use std::{
    collections::{HashMap, HashSet},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};
use tokio::sync::oneshot;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Code, Request, Response, Status,
    metadata::MetadataMap,
    transport::{Identity, Server, ServerTlsConfig},
};
use xmtp_delivery::{LocalTransport, Transport};
use xmtp_proto::xmtp::{
    identity::{
        api::v1::{
            self as identity, get_identity_updates_response, get_inbox_ids_response,
            identity_api_server::{IdentityApi, IdentityApiServer},
        },
        associations::{CreateInbox, IdentityAction, IdentityUpdate, identity_action},
    },
    mls::api::v1::{
        self as mls, fetch_key_packages_response, get_newest_group_message_response, group_message,
        group_message_input,
        mls_api_server::{MlsApi, MlsApiServer},
        welcome_message, welcome_message_input,
    },
};
use xmtp_types::{
    ClientEnvelope, Cursor, Delivered, GroupId, Identifier, InboxId, InstallationId, OriginatorId, Payload,
    PointerAlgorithm, SequenceId, Topic, WrapperAlgorithm,
};

/// An application message of `group`, framed as MLS does.
pub(crate) fn message(group: u8, body: &[u8]) -> Vec<u8> {
    framed(group, 1, body)
}

/// A commit of `group`, framed as MLS does.
pub(crate) fn commit(group: u8, body: &[u8]) -> Vec<u8> {
    framed(group, 3, body)
}

fn framed(group: u8, content_type: u8, body: &[u8]) -> Vec<u8> {
    [&[0, 1, 0, 2, 16][..], &[group; 16], &[0; 8], &[content_type], body].concat()
}

/// An identity update that gives `inbox` its first address.
pub(crate) fn update(inbox: &InboxId, address: &str) -> ClientEnvelope {
    let create = CreateInbox { initial_identifier: address.into(), ..Default::default() };
    let actions = vec![IdentityAction { kind: Some(identity_action::Kind::CreateInbox(create)) }];
    let update = IdentityUpdate { actions, client_timestamp_ns: 1, inbox_id: inbox.to_string() };
    ClientEnvelope { topic: Topic::identity(inbox), payload: Payload::IdentityUpdate(update.encode_to_vec()) }
}

pub(crate) struct Node {
    service: Service,
    address: SocketAddr,
    scheme: &'static str,
    running: Option<(oneshot::Sender<()>, thread::JoinHandle<()>)>,
}

impl Node {
    pub(crate) fn start() -> Self {
        Self::serve(None)
    }

    /// Also gives the certificate of the authority to trust, in PEM.
    pub(crate) fn start_with_tls() -> (Self, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.pem();
        let identity = Identity::from_pem(&certificate, made.signing_key.serialize_pem());
        (Self::serve(Some(identity)), certificate)
    }

    fn serve(identity: Option<Identity>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if identity.is_some() { "https" } else { "http" };
        let mut node =
            Self { service: Service::default(), address: listener.local_addr().unwrap(), scheme, running: None };
        node.run(listener, identity);
        node
    }

    /// Serves on a thread and runtime of its own: when they end, every connection ends, as with a process.
    fn run(&mut self, listener: TcpListener, identity: Option<Identity>) {
        let mut server = Server::builder();
        if let Some(identity) = identity {
            server = server.tls_config(ServerTlsConfig::new().identity(identity)).unwrap();
        }
        let (stop, stopped) = oneshot::channel();
        let routes = server
            .add_service(MlsApiServer::new(self.service.clone()))
            .add_service(IdentityApiServer::new(self.service.clone()));
        listener.set_nonblocking(true).unwrap();
        let serve = async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            tokio::select! {
                served = routes.serve_with_incoming(TcpListenerStream::new(listener)) => served.unwrap(),
                _ = stopped => {}
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        self.running = Some((stop, thread::spawn(move || runtime.block_on(serve))));
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.address.port())
    }

    /// Closes the port and every connection; what was taken is kept.
    pub(crate) fn stop(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.send(()).unwrap();
        running.join().unwrap();
    }

    pub(crate) fn start_again(&mut self) {
        self.run(TcpListener::bind(self.address).unwrap(), None);
    }

    /// Answers the next `times` calls with `code`.
    pub(crate) fn fail_next(&self, code: Code, times: u32) {
        self.service.0.lock().unwrap().failures = Some((code, times));
    }

    /// How often a method was called.
    pub(crate) fn calls(&self, method: &str) -> u32 {
        self.service.0.lock().unwrap().calls.get(method).copied().unwrap_or_default()
    }

    /// How many connections calls came over.
    pub(crate) fn connections(&self) -> usize {
        self.service.0.lock().unwrap().callers.len()
    }

    /// A header of the last call.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let state = self.service.0.lock().unwrap();
        state.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }
}

#[derive(Clone, Default)]
struct Service(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    network: LocalTransport,
    calls: HashMap<&'static str, u32>,
    failures: Option<(Code, u32)>,
    headers: MetadataMap,
    callers: HashSet<SocketAddr>,
}

impl Service {
    /// Notes a call and gives what it asks for, and the network; or the failure it was told to give.
    fn enter<T>(&self, method: &'static str, request: Request<T>) -> Result<(T, LocalTransport), Status> {
        let mut state = self.0.lock().unwrap();
        *state.calls.entry(method).or_default() += 1;
        state.headers = request.metadata().clone();
        state.callers.extend(request.remote_addr());
        if let Some((code, times)) = &mut state.failures
            && *times > 0
        {
            *times -= 1;
            return Err(Status::new(*code, "as told"));
        }
        Ok((request.into_inner(), state.network.clone()))
    }

    async fn publish(&self, network: LocalTransport, envelopes: Vec<ClientEnvelope>) -> Result<Response<()>, Status> {
        network.publish(&envelopes).await.map_err(failed)?;
        Ok(Response::new(()))
    }

    async fn follow<M: 'static>(
        &self,
        network: LocalTransport,
        topics: Vec<(Topic, Cursor)>,
        write: fn(Delivered) -> M,
    ) -> Result<Response<BoxStream<'static, Result<M, Status>>>, Status> {
        let deliveries = network.subscribe(&topics).await.map_err(failed)?;
        Ok(Response::new(deliveries.map(move |item| item.map(write).map_err(failed)).boxed()))
    }
}

fn failed(error: xmtp_delivery::DeliveryError) -> Status {
    Status::invalid_argument(error.to_string())
}

fn cursor(id: u64) -> Cursor {
    Cursor::from_iter([(OriginatorId::V3_MESSAGES, SequenceId::new(id))])
}

fn installation(bytes: &[u8]) -> InstallationId {
    InstallationId::try_from(bytes).unwrap()
}

fn full_page(page: &xmtp_delivery::Page) -> Option<mls::PagingInfo> {
    let last = page.envelopes.last().filter(|_| page.envelopes.len() == 100);
    let id_cursor = last.map_or(0, |last| last.sequence_id.as_u64());
    Some(mls::PagingInfo { direction: 1, limit: 100, id_cursor })
}

fn group_message(found: Delivered) -> mls::GroupMessage {
    let Payload::GroupMessage { data, sender_hmac, should_push } = found.payload else { panic!() };
    let v1 = group_message::V1 {
        id: found.sequence_id.as_u64(),
        created_ns: found.created.as_nanos(),
        group_id: found.topic.id().to_vec().into(),
        data: data.into(),
        sender_hmac: sender_hmac.into(),
        should_push,
        is_commit: found.originator == OriginatorId::V3_COMMITS,
    };
    mls::GroupMessage { version: Some(group_message::Version::V1(v1)) }
}

fn welcome(found: Delivered) -> mls::WelcomeMessage {
    let (id, created_ns) = (found.sequence_id.as_u64(), found.created.as_nanos());
    let installation_key = found.topic.id().to_vec().into();
    let version = match found.payload {
        Payload::Welcome { data, hpke_public_key, metadata, .. } => welcome_message::Version::V1(welcome_message::V1 {
            id,
            created_ns,
            installation_key,
            data: data.into(),
            hpke_public_key: hpke_public_key.into(),
            wrapper_algorithm: 2,
            welcome_metadata: metadata.into(),
        }),
        Payload::WelcomePointer { pointer, hpke_public_key, .. } => {
            welcome_message::Version::WelcomePointer(welcome_message::WelcomePointer {
                id,
                created_ns,
                installation_key,
                welcome_pointer: pointer.into(),
                hpke_public_key: hpke_public_key.into(),
                wrapper_algorithm: 2,
            })
        }
        other => panic!("{other:?}"),
    };
    mls::WelcomeMessage { version: Some(version) }
}

fn welcome_input(message: mls::WelcomeMessageInput) -> ClientEnvelope {
    match message.version.unwrap() {
        welcome_message_input::Version::V1(v1) => ClientEnvelope {
            topic: Topic::welcome(&installation(&v1.installation_key)),
            payload: Payload::Welcome {
                data: v1.data.into(),
                hpke_public_key: v1.hpke_public_key.into(),
                algorithm: WrapperAlgorithm::XWingMlKem768Draft6,
                metadata: v1.welcome_metadata.into(),
            },
        },
        welcome_message_input::Version::WelcomePointer(pointer) => ClientEnvelope {
            topic: Topic::welcome(&installation(&pointer.installation_key)),
            payload: Payload::WelcomePointer {
                pointer: pointer.welcome_pointer.into(),
                hpke_public_key: pointer.hpke_public_key.into(),
                algorithm: PointerAlgorithm::XWingMlKem768Draft6,
            },
        },
    }
}

#[tonic::async_trait]
impl MlsApi for Service {
    type SubscribeGroupMessagesStream = BoxStream<'static, Result<mls::GroupMessage, Status>>;
    type SubscribeWelcomeMessagesStream = BoxStream<'static, Result<mls::WelcomeMessage, Status>>;
    type SubscribeStream = BoxStream<'static, Result<mls::SubscribeResponse, Status>>;

    async fn send_group_messages(
        &self,
        request: Request<mls::SendGroupMessagesRequest>,
    ) -> Result<Response<()>, Status> {
        let (request, network) = self.enter("SendGroupMessages", request)?;
        let envelope = |message: mls::GroupMessageInput| {
            let group_message_input::Version::V1(v1) = message.version.unwrap();
            let group = GroupId::from(&v1.data[5..21]);
            ClientEnvelope::group_message(&group, v1.data.into(), v1.sender_hmac.into(), v1.should_push)
        };
        self.publish(network, request.messages.into_iter().map(envelope).collect()).await
    }

    async fn send_welcome_messages(
        &self,
        request: Request<mls::SendWelcomeMessagesRequest>,
    ) -> Result<Response<()>, Status> {
        let (request, network) = self.enter("SendWelcomeMessages", request)?;
        self.publish(network, request.messages.into_iter().map(welcome_input).collect()).await
    }

    /// Takes the first 32 bytes for the installation key.
    async fn upload_key_package(&self, request: Request<mls::UploadKeyPackageRequest>) -> Result<Response<()>, Status> {
        let (request, network) = self.enter("UploadKeyPackage", request)?;
        let bytes = request.key_package.unwrap().key_package_tls_serialized;
        let envelope = ClientEnvelope::key_package(&installation(&bytes[..32]), bytes.into());
        self.publish(network, vec![envelope]).await
    }

    async fn fetch_key_packages(
        &self,
        request: Request<mls::FetchKeyPackagesRequest>,
    ) -> Result<Response<mls::FetchKeyPackagesResponse>, Status> {
        let (request, network) = self.enter("FetchKeyPackages", request)?;
        let keys: Vec<_> = request.installation_keys.iter().map(|key| installation(key)).collect();
        let entry = |found: Option<Vec<u8>>| fetch_key_packages_response::KeyPackage {
            key_package_tls_serialized: found.unwrap_or_default().into(),
        };
        let found = network.key_packages(&keys).await.map_err(failed)?;
        let key_packages = found.into_iter().map(entry).collect();
        Ok(Response::new(mls::FetchKeyPackagesResponse { key_packages }))
    }

    async fn query_group_messages(
        &self,
        request: Request<mls::QueryGroupMessagesRequest>,
    ) -> Result<Response<mls::QueryGroupMessagesResponse>, Status> {
        let (request, network) = self.enter("QueryGroupMessages", request)?;
        let after = cursor(request.paging_info.unwrap().id_cursor);
        let topic = Topic::group(&GroupId::from(request.group_id.as_ref()));
        let page = network.query(&topic, &after).await.map_err(failed)?;
        let paging_info = full_page(&page);
        let messages = page.envelopes.into_iter().map(group_message).collect();
        Ok(Response::new(mls::QueryGroupMessagesResponse { messages, paging_info }))
    }

    async fn query_welcome_messages(
        &self,
        request: Request<mls::QueryWelcomeMessagesRequest>,
    ) -> Result<Response<mls::QueryWelcomeMessagesResponse>, Status> {
        let (request, network) = self.enter("QueryWelcomeMessages", request)?;
        let after = cursor(request.paging_info.unwrap().id_cursor);
        let topic = Topic::welcome(&installation(&request.installation_key));
        let page = network.query(&topic, &after).await.map_err(failed)?;
        let paging_info = full_page(&page);
        let messages = page.envelopes.into_iter().map(welcome).collect();
        Ok(Response::new(mls::QueryWelcomeMessagesResponse { messages, paging_info }))
    }

    async fn subscribe_group_messages(
        &self,
        request: Request<mls::SubscribeGroupMessagesRequest>,
    ) -> Result<Response<Self::SubscribeGroupMessagesStream>, Status> {
        let (request, network) = self.enter("SubscribeGroupMessages", request)?;
        let topics = request.filters.into_iter();
        let topics =
            topics.map(|filter| (Topic::group(&GroupId::from(filter.group_id.as_ref())), cursor(filter.id_cursor)));
        self.follow(network, topics.collect(), group_message).await
    }

    async fn subscribe_welcome_messages(
        &self,
        request: Request<mls::SubscribeWelcomeMessagesRequest>,
    ) -> Result<Response<Self::SubscribeWelcomeMessagesStream>, Status> {
        let (request, network) = self.enter("SubscribeWelcomeMessages", request)?;
        if request.filters.is_empty() {
            return Err(Status::invalid_argument("no filters"));
        }
        let topics = request.filters.into_iter();
        let topics =
            topics.map(|filter| (Topic::welcome(&installation(&filter.installation_key)), cursor(filter.id_cursor)));
        self.follow(network, topics.collect(), welcome).await
    }

    async fn get_newest_group_message(
        &self,
        request: Request<mls::GetNewestGroupMessageRequest>,
    ) -> Result<Response<mls::GetNewestGroupMessageResponse>, Status> {
        let (request, network) = self.enter("GetNewestGroupMessage", request)?;
        let groups: Vec<_> = request.group_ids.iter().map(|group| GroupId::from(group.as_ref())).collect();
        let entry = |newest: Option<xmtp_delivery::Newest>| {
            let message = newest.map(|newest| mls::GroupMessage {
                version: Some(group_message::Version::V1(group_message::V1 {
                    id: newest.sequence_id.as_u64(),
                    is_commit: newest.originator == OriginatorId::V3_COMMITS,
                    ..Default::default()
                })),
            });
            get_newest_group_message_response::Response { group_message: message }
        };
        let responses = network.newest(&groups).await.map_err(failed)?.into_iter().map(entry).collect();
        Ok(Response::new(mls::GetNewestGroupMessageResponse { responses }))
    }

    async fn register_installation(
        &self,
        _: Request<mls::RegisterInstallationRequest>,
    ) -> Result<Response<mls::RegisterInstallationResponse>, Status> {
        Err(Status::unimplemented("not served here"))
    }

    async fn revoke_installation(&self, _: Request<mls::RevokeInstallationRequest>) -> Result<Response<()>, Status> {
        Err(Status::unimplemented("not served here"))
    }

    async fn get_identity_updates(
        &self,
        _: Request<mls::GetIdentityUpdatesRequest>,
    ) -> Result<Response<mls::GetIdentityUpdatesResponse>, Status> {
        Err(Status::unimplemented("not served here"))
    }

    async fn subscribe(
        &self,
        _: Request<tonic::Streaming<mls::SubscribeRequest>>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        Err(Status::unimplemented("not served here"))
    }

    async fn batch_publish_commit_log(
        &self,
        _: Request<mls::BatchPublishCommitLogRequest>,
    ) -> Result<Response<()>, Status> {
        Err(Status::unimplemented("not served here"))
    }

    async fn batch_query_commit_log(
        &self,
        _: Request<mls::BatchQueryCommitLogRequest>,
    ) -> Result<Response<mls::BatchQueryCommitLogResponse>, Status> {
        Err(Status::unimplemented("not served here"))
    }
}

#[tonic::async_trait]
impl IdentityApi for Service {
    async fn publish_identity_update(
        &self,
        request: Request<identity::PublishIdentityUpdateRequest>,
    ) -> Result<Response<identity::PublishIdentityUpdateResponse>, Status> {
        let (request, network) = self.enter("PublishIdentityUpdate", request)?;
        let update = request.identity_update.unwrap();
        let topic = Topic::identity(&update.inbox_id.parse().unwrap());
        let envelope = ClientEnvelope { topic, payload: Payload::IdentityUpdate(update.encode_to_vec()) };
        self.publish(network, vec![envelope]).await?;
        Ok(Response::new(identity::PublishIdentityUpdateResponse {}))
    }

    async fn get_identity_updates(
        &self,
        request: Request<identity::GetIdentityUpdatesRequest>,
    ) -> Result<Response<identity::GetIdentityUpdatesResponse>, Status> {
        let (request, network) = self.enter("GetIdentityUpdates", request)?;
        let mut responses = Vec::new();
        for request in request.requests {
            let asked = (request.inbox_id.parse().unwrap(), SequenceId::new(request.sequence_id));
            let found = network.identity_updates(&[asked]).await.map_err(failed)?;
            let entry = |found: Delivered| {
                let Payload::IdentityUpdate(bytes) = &found.payload else { panic!() };
                get_identity_updates_response::IdentityUpdateLog {
                    sequence_id: found.sequence_id.as_u64(),
                    server_timestamp_ns: found.created.as_nanos(),
                    update: Some(IdentityUpdate::decode(bytes.as_slice()).unwrap()),
                }
            };
            let updates = found.into_iter().flatten().map(entry).collect();
            responses.push(get_identity_updates_response::Response { inbox_id: request.inbox_id, updates });
        }
        Ok(Response::new(identity::GetIdentityUpdatesResponse { responses }))
    }

    async fn get_inbox_ids(
        &self,
        request: Request<identity::GetInboxIdsRequest>,
    ) -> Result<Response<identity::GetInboxIdsResponse>, Status> {
        let (request, network) = self.enter("GetInboxIds", request)?;
        let asked: Vec<_> =
            request.requests.iter().map(|entry| Identifier::Ethereum(entry.identifier.clone())).collect();
        let found = network.inbox_ids(&asked).await.map_err(failed)?;
        let entry = |(identifier, inbox): (Identifier, Option<InboxId>)| get_inbox_ids_response::Response {
            identifier: identifier.to_string(),
            inbox_id: inbox.map(|inbox| inbox.to_string()),
            identifier_kind: 0,
        };
        let responses = asked.into_iter().zip(found).map(entry).collect();
        Ok(Response::new(identity::GetInboxIdsResponse { responses }))
    }

    async fn verify_smart_contract_wallet_signatures(
        &self,
        _: Request<identity::VerifySmartContractWalletSignaturesRequest>,
    ) -> Result<Response<identity::VerifySmartContractWalletSignaturesResponse>, Status> {
        Err(Status::unimplemented("not served here"))
    }
}
