//! One JSON-RPC request over HTTP. Never shows more of a URL than its host.
//!
//! Source of fact: JSON-RPC 2.0, and the Ethereum execution API for methods and their parameters.
use crate::ChainError;
use alloy_json_rpc::{ErrorPayload, Id, Request, Response, ResponsePayload};
use reqwest::{Client, StatusCode, Url, header::CONTENT_TYPE, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde::{Serialize, de::DeserializeOwned};
use std::{error::Error as _, fmt, sync::Arc, time::Duration};
use xmtp_types::ChainId;

/// How long one request to an endpoint may take, from connecting to the last byte of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes. What is asked for takes a hundred.
const MAX_ANSWER: usize = 1 << 20;
/// The longest text of an endpoint that is passed on, in bytes.
const MAX_MESSAGE: usize = 200;
/// The shortest part of a URL that may be a key, in bytes.
const MIN_KEY: usize = 8;

/// Speaks JSON-RPC to one URL.
pub(crate) struct Rpc {
    chain: ChainId,
    url: Url,
    client: Client,
}

/// What a call came to, if it was answered at all.
#[derive(Debug)]
pub(crate) enum Called<T> {
    /// It ran to its end.
    Returned(T),
    /// The contract that was called gave up, and all it did is undone.
    Reverted,
}

impl Rpc {
    /// Refuses what is no URL of an endpoint. Nothing is connected yet.
    ///
    /// # Errors
    /// [`ChainError::InvalidUrl`], [`ChainError::Setup`].
    pub(crate) fn new(chain: ChainId, url: &str) -> Result<Self, ChainError> {
        let invalid = |reason| ChainError::InvalidUrl { chain, reason };
        let url = Url::parse(url.trim()).map_err(|_| invalid("no URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("neither http nor https"));
        }
        let setup = |reason: String| ChainError::Setup { chain, reason };
        let client = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| setup(error.to_string()))?)
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| setup(cause(&error)))?;
        Ok(Self { chain, url, client })
    }

    /// What `method`, which takes nothing, returns as a number.
    ///
    /// # Errors
    /// [`ChainError`]: unreachable, timed out, not understood, refused.
    pub(crate) async fn number(&self, method: &'static str) -> Result<u64, ChainError> {
        const EXPECTED: &str = "number";
        match self.call::<String>(method, (), EXPECTED).await? {
            Called::Returned(text) => quantity(&text).ok_or_else(|| self.not_understood(EXPECTED)),
            Called::Reverted => Err(self.not_understood(EXPECTED)),
        }
    }

    /// What `method`, which runs a contract, came to.
    ///
    /// # Errors
    /// As [`Rpc::number`].
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: impl Serialize + Clone + fmt::Debug + Send + Sync + Unpin,
        expected: &'static str,
    ) -> Result<Called<T>, ChainError> {
        let request = serde_json::to_vec(&Request::new(method, Id::Number(1), parameters))
            .map_err(|_| self.not_understood(expected))?;
        let body = self.post(request).await?;
        let response: Response = serde_json::from_slice(&body).map_err(|_| self.not_understood(expected))?;
        match response.payload {
            ResponsePayload::Success(value) => {
                serde_json::from_str(value.get()).map(Called::Returned).map_err(|_| self.not_understood(expected))
            }
            ResponsePayload::Failure(error) if is_revert(&error) => Ok(Called::Reverted),
            ResponsePayload::Failure(error) => Err(ChainError::Refused {
                chain: self.chain,
                host: self.host(),
                code: error.code,
                message: self.without_keys(&error.message),
            }),
        }
    }

    async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, ChainError> {
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        let mut response = request.send().await.map_err(|error| self.failed(&error))?;
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(self.not_understood("short answer"));
            }
            answer.extend_from_slice(&chunk);
        }
        let status = response.status();
        // Some endpoints send JSON-RPC errors with a status of their own; what is none is told by the status alone.
        if status.is_success() || serde_json::from_slice::<Response>(&answer).is_ok() {
            return Ok(answer);
        }
        Err(self.unreachable(format!("answered with status {}", status.as_u16()) + meaning(status)))
    }

    fn failed(&self, error: &reqwest::Error) -> ChainError {
        if error.is_timeout() {
            return ChainError::TimedOut { chain: self.chain, host: self.host() };
        }
        let doing = if error.is_connect() { "cannot be reached" } else { "broke the connection" };
        self.unreachable(format!("{doing} ({})", self.without_keys(&cause(error))))
    }

    fn unreachable(&self, reason: String) -> ChainError {
        ChainError::Unreachable { chain: self.chain, host: self.host(), reason }
    }

    /// The endpoint answered, and not with what was expected.
    pub(crate) fn not_understood(&self, expected: &'static str) -> ChainError {
        ChainError::NotUnderstood { chain: self.chain, host: self.host(), expected }
    }

    /// All of the URL that may be shown.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// A foreign text on one line, cut short, without what may be a key: endpoints repeat what they were given.
    fn without_keys(&self, text: &str) -> String {
        let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let queries = self.url.query().unwrap_or_default();
        let parts = self.url.path().split('/').chain(queries.split(['&', '=']));
        let parts = parts.chain([self.url.username(), self.url.password().unwrap_or_default()]);
        for key in parts.filter(|part| part.len() >= MIN_KEY) {
            text = text.replace(key, "…");
        }
        text.truncate(text.floor_char_boundary(MAX_MESSAGE));
        text
    }
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rpc({} at {})", self.chain, self.host())
    }
}

/// A number as the execution API writes it: hexadecimal after `0x`, at least one digit.
fn quantity(text: &str) -> Option<u64> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u64::from_str_radix(digits, 16).ok()
}

/// Whether a call was run and gave up, rather than not run.
///
/// Source of fact: code 3 is that of the execution API for a revert; other failures of an execution have no code of
/// their own, and are told by the words that the clients of chains have in common.
fn is_revert(error: &ErrorPayload) -> bool {
    const GAVE_UP: [&str; 6] =
        ["revert", "out of gas", "outofgas", "invalid opcode", "invalidfeopcode", "stack underflow"];
    let message = error.message.to_ascii_lowercase();
    error.code == 3 || GAVE_UP.iter().any(|words| message.contains(words))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::TestRunner};

    #[test]
    fn a_foreign_text_is_short_plain_and_without_keys() {
        let rpc = Rpc::new(ChainId::new(1), "https://rpc.example.org/v2/key-of-mine?token=token-value").unwrap();
        let foreign = (any::<String>(), prop::sample::select(vec!["key-of-mine", "token-value"]), any::<String>());
        let shown = TestRunner::default().run(&foreign, |(before, key, after)| {
            let text = rpc.without_keys(&format!("{before}{key}{after}"));
            prop_assert!(!text.contains(key));
            prop_assert!(text.len() <= MAX_MESSAGE && !text.chars().any(char::is_control));
            Ok(())
        });
        shown.unwrap();
    }

    proptest! {
        #[test]
        fn a_number_is_read_back_and_nothing_else_is_one(number in any::<u64>(), text in ".{0,20}") {
            prop_assert_eq!(quantity(&format!("{number:#x}")), Some(number));
            if let Some(read) = quantity(&text) {
                prop_assert!(u64::from_str_radix(&text[2..], 16) == Ok(read) && text.starts_with("0x"));
            }
        }
    }

    #[test]
    fn a_number_has_its_prefix_and_a_digit() {
        for text in ["", "0x", "1", "0X1", "0x+1", "0x-1", "0x 1", "0x10000000000000000"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn a_port_is_shown_if_it_is_not_the_usual_one() {
        let host = |url| Rpc::new(ChainId::new(1), url).unwrap().host();
        assert_eq!(host("http://127.0.0.1:8545/"), "127.0.0.1:8545");
        assert_eq!(host("https://rpc.example.org:443/v2"), "rpc.example.org");
    }
}
