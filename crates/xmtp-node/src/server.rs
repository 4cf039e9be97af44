//! Starts a node and stops it.
//!
//! Order matters: first the ports, then the folder, then the log, so that whatever is refused, nothing was touched. On
//! the way down: streams are told, calls that were begun are answered, the last transaction becomes durable, and only
//! then does the folder become free.
use crate::{
    config::{NodeConfig, TlsIdentity},
    error::NodeError,
    fanout::Live,
    limits::Limiter,
    log::{Log, sqlite::WriterThread},
    v3::{Context, IdentityService, MlsService},
    web,
};
use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tonic::{
    service::Routes,
    transport::{Identity, Server, ServerTlsConfig, server::TcpIncoming},
};
use tonic_web::GrpcWebLayer;
use xmtp_proto::xmtp::{
    identity::api::v1::identity_api_server::IdentityApiServer, mls::api::v1::mls_api_server::MlsApiServer,
};

/// The largest request taken, in bytes. Source of fact: observed on the official node.
const MAX_REQUEST: usize = 50 * 1024 * 1024;
/// How long connections may take to end after the node was told to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// How often an idle client is asked whether it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(300);
/// Streams a connection may have open. One client opens one per kind, an agent's connection carries many clients.
const MAX_STREAMS: u32 = 10_000;
/// Resets not yet dealt with before a peer counts as hostile. Released clients cancel a stream each time a conversation
/// is added, so the libraries' 20 would cut off a busy one.
const MAX_PENDING_RESETS: usize = 10_000;
/// Bytes a peer may send ahead: one large message at once per stream.
const STREAM_WINDOW: u32 = 4 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// An XMTP network node.
#[derive(Debug)]
pub struct Node;

/// A node that serves. Dropping it stops it without waiting: call [`RunningNode::shutdown`] to wait.
#[derive(Debug)]
pub struct RunningNode {
    addresses: Addresses,
    stop: CancellationToken,
    servers: JoinSet<Result<(), tonic::transport::Error>>,
    writer: Option<WriterThread>,
}

/// Where a node listens: with port 0 in the configuration, these are the ports it was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Addresses {
    /// Native gRPC.
    pub native: SocketAddr,
    /// grpc-web, if it is served.
    pub web: Option<SocketAddr>,
}

impl Node {
    /// Starts a node. When this returns it answers.
    ///
    /// # Errors
    /// [`NodeError`]: a port or folder in use, a log of a newer version or of another program, a certificate that
    /// cannot be used. Nothing was touched then.
    pub async fn start(config: NodeConfig) -> Result<RunningNode, NodeError> {
        let tls = config.tls.as_ref().map(tls_config);
        let native_server = with_tls(server(), tls.as_ref())?;
        let web_server = with_tls(server().accept_http1(true), tls.as_ref())?;
        // NODE.R14
        let native = listen(config.native).await?;
        let web = match config.web {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let addresses = Addresses {
            native: local_address(&native, config.native)?,
            web: web.as_ref().zip(config.web).map(|(listener, asked)| local_address(listener, asked)).transpose()?,
        };

        let live = Arc::new(Live::default());
        let (log, writer) = Log::open(&config.data, config.clock.clone(), Arc::clone(&live) as Arc<_>)?;
        let stop = CancellationToken::new();
        let limiter = Arc::new(Limiter::new(config.rate_limits));
        let routes =
            routes(Context { log, live, limiter, chains: config.chains, clock: config.clock, stop: stop.clone() });

        let mut servers = JoinSet::new();
        let stopped = stop.clone().cancelled_owned();
        let router = native_server.clone().add_routes(routes.clone());
        servers.spawn(router.serve_with_incoming_shutdown(incoming(native), stopped));
        if let Some(listener) = web {
            let router = web_server.layer(web::cors()).layer(GrpcWebLayer::new()).add_routes(routes);
            servers.spawn(router.serve_with_incoming_shutdown(incoming(listener), stop.clone().cancelled_owned()));
        }
        tracing::info!(native = %addresses.native, web = ?addresses.web, "node started");
        Ok(RunningNode { addresses, stop, servers, writer: Some(writer) })
    }
}

impl RunningNode {
    /// Where it listens.
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Waits until a listener fails. It does not return while the node is well.
    ///
    /// # Errors
    /// [`NodeError::Serve`] if a listener failed.
    pub async fn failed(&mut self) -> Result<(), NodeError> {
        match self.servers.join_next().await {
            Some(Ok(Err(error))) => Err(NodeError::Serve(error)),
            _ => Ok(()),
        }
    }

    /// Stops it: streams end, calls that were begun are answered, the last transaction becomes durable, the folder is
    /// free. Connections that do not end within seconds are cut.
    ///
    /// # Errors
    /// [`NodeError::Serve`] if a listener had failed; the node is stopped all the same.
    pub async fn shutdown(mut self) -> Result<(), NodeError> {
        self.stop.cancel();
        let mut outcome = Ok(());
        let drained = timeout(DRAIN, async {
            while let Some(ended) = self.servers.join_next().await {
                if let Ok(Err(error)) = ended {
                    outcome = Err(NodeError::Serve(error));
                }
            }
        });
        if drained.await.is_err() {
            tracing::warn!("connections did not end in time and were cut");
            self.servers.shutdown().await;
        }
        if let Some(writer) = self.writer.take() {
            // The thread ends with the last clone of the log, and a request that was cut may still hold one.
            timeout(DRAIN, tokio::task::spawn_blocking(|| writer.join())).await.ok();
        }
        tracing::info!("node stopped");
        outcome
    }
}

impl Drop for RunningNode {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn server() -> Server {
    Server::builder()
        .tcp_nodelay(true)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(MAX_STREAMS)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS))
        .http2_max_local_error_reset_streams(Some(MAX_PENDING_RESETS))
}

fn routes(context: Context) -> Routes {
    let identity = IdentityApiServer::new(IdentityService::new(context.clone()))
        .max_decoding_message_size(MAX_REQUEST)
        .max_encoding_message_size(usize::MAX);
    let mls = MlsApiServer::new(MlsService::new(context))
        .max_decoding_message_size(MAX_REQUEST)
        .max_encoding_message_size(usize::MAX);
    Routes::new(identity).add_service(mls)
}

fn tls_config(identity: &TlsIdentity) -> ServerTlsConfig {
    ServerTlsConfig::new().identity(Identity::from_pem(&identity.certificates, &identity.key))
}

fn with_tls(server: Server, tls: Option<&ServerTlsConfig>) -> Result<Server, NodeError> {
    match tls {
        Some(tls) => server.tls_config(tls.clone()).map_err(NodeError::Tls),
        None => Ok(server),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, NodeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => NodeError::PortInUse(address),
        _ => NodeError::Listen { address, source },
    })
}

fn local_address(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, NodeError> {
    listener.local_addr().map_err(|source| NodeError::Listen { address: asked, source })
}

fn incoming(listener: TcpListener) -> TcpIncoming {
    TcpIncoming::from(listener).with_nodelay(Some(true))
}
