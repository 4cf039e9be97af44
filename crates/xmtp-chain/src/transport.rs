//! JSON-RPC over HTTP, for alloy to speak over.
//!
//! alloy has such a transport, which shows the whole URL of an endpoint in the spans of its logs and reads an answer
//! however long it is. This one shows no more than the host, and bounds how much is read and how long it takes.
use crate::{ChainError, url::EndpointUrl};
use alloy_json_rpc::{RequestPacket, Response, ResponsePacket};
use alloy_transport::{TransportError, TransportErrorKind, TransportFut};
use reqwest::{Client, StatusCode, header::CONTENT_TYPE, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::{
    error::Error as _,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_service::Service;

/// How long one request to an endpoint may take, from connecting to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes. What is asked for takes a hundred.
const MAX_ANSWER: usize = 1 << 20;

/// Posts requests to one URL. Whatever fails is a [`ChainError`] in [`TransportErrorKind::Custom`].
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    url: Arc<EndpointUrl>,
    client: Client,
}

impl Transport {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`ChainError::Setup`].
    pub(crate) fn new(url: Arc<EndpointUrl>) -> Result<Self, ChainError> {
        let setup = |reason| ChainError::Setup { chain: url.chain(), reason };
        let client = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| setup(error.to_string()))?)
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| setup(cause(&error)))?;
        Ok(Self { url, client })
    }

    /// Answers one request. Of many in a packet, none is answered: they are never sent that way.
    async fn answer(self, request: RequestPacket) -> Result<ResponsePacket, ChainError> {
        let request = serde_json::to_vec(&request).map_err(|_| self.url.not_understood("request"))?;
        let (status, answer) = self.post(request).await?;
        // Some endpoints send JSON-RPC errors with a status of their own; what is none is told by the status alone.
        let Ok(response) = serde_json::from_slice::<Response>(&answer) else {
            return Err(match status.is_success() {
                true => self.url.not_understood("JSON-RPC"),
                false => self.url.unreachable(format!("answered with status {}", status.as_u16()) + meaning(status)),
            });
        };
        // alloy logs results. What is asked for holds nothing of the URL, so this is something else.
        if response.payload.as_success().is_some_and(|result| self.url.has_key_in(result.get())) {
            return Err(self.url.not_understood("result"));
        }
        Ok(ResponsePacket::Single(response))
    }

    async fn post(&self, body: Vec<u8>) -> Result<(StatusCode, Vec<u8>), ChainError> {
        let request = self.client.post(self.url.secret().clone()).header(CONTENT_TYPE, "application/json").body(body);
        let mut response = request.send().await.map_err(|error| self.failed(&error))?;
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(self.url.not_understood("short answer"));
            }
            answer.extend_from_slice(&chunk);
        }
        Ok((response.status(), answer))
    }

    fn failed(&self, error: &reqwest::Error) -> ChainError {
        if error.is_timeout() {
            return self.url.timed_out();
        }
        let doing = if error.is_connect() { "cannot be reached" } else { "broke the connection" };
        self.url.unreachable(format!("{doing} ({})", self.url.without_keys(&cause(error))))
    }
}

impl Service<RequestPacket> for Transport {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        let transport = self.clone();
        Box::pin(async move { transport.answer(request).await.map_err(TransportErrorKind::custom) })
    }
}

/// The innermost cause of an error, which unlike the outer ones holds no URL.
fn cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "no cause given".to_owned(), ToString::to_string)
}

/// What whoever runs this can do about a status.
fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ", which is to say that its key is wrong",
        StatusCode::TOO_MANY_REQUESTS => ", which is to say too many requests",
        _ if status.is_redirection() => ", which is to say that it moved",
        _ => "",
    }
}

/// TLS by rustls, trusting the authorities of the web and those of this machine.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
