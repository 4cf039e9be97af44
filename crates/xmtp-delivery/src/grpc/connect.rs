//! Opens the connection: address, TLS, keep-alive, limits, and the headers of every request.
//!
//! Source of fact: window sizes, keep-alive, timeouts and header names are those observed on released clients 1.9 and
//! 1.10. The name in `user-agent` and `x-app-version` is our own.
use super::{
    GrpcTransport,
    share::{Destination, Seat},
};
use crate::{DeliveryError, Patience, persist::system_random, wire::MESSAGE_LIMIT};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Handle;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use xmtp_proto::xmtp::{
    identity::api::v1::identity_api_client::IdentityApiClient, mls::api::v1::mls_api_client::MlsApiClient,
};

/// The protocol level we speak, sent as `x-libxmtp-version`: what a released client of this version sends and
/// understands on the wire. Nodes refuse versions that are too old.
pub const LIBXMTP_VERSION: &str = "1.10.0";

/// Our name and version: the `user-agent`, and `x-app-version` until an application names itself.
const OWN_VERSION: &str = concat!("xmtp-rs/", env!("CARGO_PKG_VERSION"));

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time until the headers of a reply; a stream may live on for ever after.
const REPLY_TIMEOUT: Duration = Duration::from_secs(120);
/// Interval of HTTP/2 pings, and of TCP keep-alive. Nodes allow one ping every 15 seconds.
const KEEP_ALIVE: Duration = Duration::from_secs(16);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes in flight for one stream.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
/// Bytes in flight for the connection: the most HTTP/2 has.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;
const HEADER_LIST_LIMIT: u32 = 16 * 1024;

/// Collects what a connection needs.
#[derive(Clone, Debug)]
#[must_use = "call connect"]
pub struct Connect {
    url: String,
    app_version: String,
    root_certificates: Vec<String>,
    patience: Patience,
    random: fn() -> u64,
}

/// A channel that puts our headers on every request.
pub(super) type Line = InterceptedService<Channel, Headers>;

impl Connect {
    pub(super) fn to(url: String) -> Self {
        Self {
            url,
            app_version: OWN_VERSION.into(),
            root_certificates: Vec::new(),
            patience: Patience::CALL,
            random: system_random,
        }
    }

    /// Names the application and its version to the network, as `name/version`.
    pub fn app_version(mut self, version: impl Into<String>) -> Self {
        self.app_version = version.into();
        self
    }

    /// Trusts one more authority: a certificate in PEM.
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// How often a unary call is tried: [`Patience::CALL`] unless set.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Draws the jitter between attempts: from the operating system unless set.
    pub fn random(mut self, random: fn() -> u64) -> Self {
        self.random = random;
        self
    }

    /// Makes a transport that connects with the first call, and again whenever the connection is lost. A few transports
    /// of a process that go to one address share a connection. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`DeliveryError::InvalidAddress`] if the address, a certificate or the app version cannot be used;
    /// [`DeliveryError::Unsupported`] outside a tokio runtime.
    pub fn connect(self) -> Result<GrpcTransport, DeliveryError> {
        let Ok(runtime) = Handle::try_current() else {
            return Err(DeliveryError::Unsupported("connecting outside a tokio runtime".into()));
        };
        let headers = Headers {
            app_version: MetadataValue::try_from(self.app_version.as_str())
                .map_err(|_| invalid(&self.app_version, "an app version must be printable ASCII"))?,
            libxmtp_version: MetadataValue::from_static(LIBXMTP_VERSION),
        };
        let destination = Destination {
            runtime: runtime.id(),
            url: self.url.clone(),
            root_certificates: self.root_certificates.clone(),
        };
        let seat = Seat::take(destination, || Ok(self.endpoint()?.connect_lazy()))?;
        let line = InterceptedService::new(seat.channel(), headers);
        Ok(GrpcTransport {
            mls: MlsApiClient::new(line.clone())
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            identity: IdentityApiClient::new(line)
                .max_decoding_message_size(MESSAGE_LIMIT)
                .max_encoding_message_size(MESSAGE_LIMIT),
            address: self.url.into(),
            patience: self.patience,
            random: self.random,
            _seat: Arc::new(seat),
        })
    }

    fn endpoint(&self) -> Result<Endpoint, DeliveryError> {
        let expected = "expected http://host:port or https://host:port";
        let endpoint = Endpoint::from_shared(self.url.clone()).map_err(|_| invalid(&self.url, expected))?;
        let secure = match endpoint.uri().scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid(&self.url, expected)),
        };
        let endpoint = endpoint
            .user_agent(OWN_VERSION)
            .map_err(|error| invalid(&self.url, &error.to_string()))?
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REPLY_TIMEOUT)
            .tcp_keepalive(Some(KEEP_ALIVE))
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .keep_alive_while_idle(true)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_header_list_size(HEADER_LIST_LIMIT);
        if secure { self.trust(endpoint) } else { Ok(endpoint) }
    }

    /// Trusts the operating system's certificates where it has any, Mozilla's, and those given.
    fn trust(&self, endpoint: Endpoint) -> Result<Endpoint, DeliveryError> {
        let certificates = self.root_certificates.iter().map(Certificate::from_pem);
        let known = ClientTlsConfig::new().with_webpki_roots().ca_certificates(certificates);
        // A machine without a certificate store is common among containers and no reason to fail.
        endpoint
            .clone()
            .tls_config(known.clone().with_native_roots())
            .or_else(|_| endpoint.tls_config(known))
            .map_err(|error| invalid(&self.url, &format!("a root certificate was not accepted: {error}")))
    }
}

/// Puts our headers on every request.
#[derive(Clone, Debug)]
pub(super) struct Headers {
    app_version: MetadataValue<Ascii>,
    libxmtp_version: MetadataValue<Ascii>,
}

impl Interceptor for Headers {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        // DELIVERY.R11
        request.metadata_mut().insert("x-app-version", self.app_version.clone());
        request.metadata_mut().insert("x-libxmtp-version", self.libxmtp_version.clone());
        Ok(request)
    }
}

fn invalid(address: &str, cause: &str) -> DeliveryError {
    DeliveryError::InvalidAddress { address: address.into(), cause: cause.into() }
}
