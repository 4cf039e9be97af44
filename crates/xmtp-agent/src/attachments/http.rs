//! HTTP as files are fetched and uploaded: TLS of rustls, no proxies, no cookies, redirects by hand.
use super::{AttachmentError, SealedFile, address::is_public};
use reqwest::{
    Body, Client, ClientBuilder, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::CONTENT_LENGTH,
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::{
    error::Error as _,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio_util::io::ReaderStream;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a server may say nothing.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A client that follows no redirects and goes through no proxy, which would resolve names for us.
///
/// # Errors
/// [`AttachmentError::Setup`].
pub(super) fn client(timeout: Option<Duration>, resolver: Option<PublicOnly>) -> Result<Client, AttachmentError> {
    let setup = |error: &dyn fmt::Display| AttachmentError::Setup(error.to_string());
    let builder = Client::builder()
        .tls_backend_preconfigured(tls().map_err(|error| setup(&error))?)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(IDLE_TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy();
    let with_timeout = |builder: ClientBuilder| match timeout {
        Some(timeout) => builder.timeout(timeout),
        None => builder,
    };
    let with_resolver = |builder: ClientBuilder| match resolver {
        Some(resolver) => builder.dns_resolver(Arc::new(resolver)),
        None => builder,
    };
    with_resolver(with_timeout(builder)).build().map_err(|error| setup(&cause(&error)))
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

/// Resolves names to public addresses alone. What is connected to is what was checked, so a name that changes its
/// address in between gains nothing.
#[derive(Debug)]
pub(super) struct PublicOnly;

/// A name has no public address.
#[derive(Debug)]
struct OnlyPrivate;

impl fmt::Display for OnlyPrivate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has private addresses alone")
    }
}

impl std::error::Error for OnlyPrivate {}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(OnlyPrivate.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// What went wrong, without the URL.
pub(super) fn failed(error: &reqwest::Error) -> AttachmentError {
    if error.is_timeout() {
        return AttachmentError::TimedOut;
    }
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.is::<OnlyPrivate>() {
            return AttachmentError::PrivateAddress;
        }
        source = inner.source();
    }
    AttachmentError::Connection(cause(error))
}

/// The innermost cause of an error, which unlike the outer ones holds no URL.
fn cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "no cause given".to_owned(), ToString::to_string)
}

/// A URL of an uploader's own: `https`, or `http` to this very machine.
///
/// # Errors
/// [`AttachmentError::NoUrl`] or [`AttachmentError::NotHttps`].
pub(super) fn own_url(text: &str) -> Result<Url, AttachmentError> {
    let url = Url::parse(text).map_err(|_| AttachmentError::NoUrl)?;
    let this_machine = url.host_str() == Some("localhost") || literal(&url).is_some_and(|it| it.is_loopback());
    match url.scheme() {
        "https" => Ok(url),
        "http" if this_machine => Ok(url),
        _ => Err(AttachmentError::NotHttps),
    }
}

/// The address that stands in a URL in place of a name, if one does.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Sends a sealed file as the body of a request. Answers with success alone.
///
/// # Errors
/// [`AttachmentError::Status`] and whatever keeps the server from answering.
pub(super) async fn send(
    request: reqwest::RequestBuilder,
    file: &SealedFile,
) -> Result<reqwest::Response, AttachmentError> {
    let body = Body::wrap_stream(ReaderStream::new(file.reader().await?));
    // Said ahead, since not every server takes a body without it.
    let request = request.header(CONTENT_LENGTH, file.length()).body(body);
    let response = request.send().await.map_err(|error| failed(&error))?;
    match response.status() {
        status if status.is_success() => Ok(response),
        status => Err(AttachmentError::Status(status.as_u16())),
    }
}
