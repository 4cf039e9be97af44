//! The URL of an endpoint, of which nothing but the host is ever shown, and the errors that name it.
use crate::ChainError;
use reqwest::Url;
use std::fmt;
use xmtp_types::ChainId;

/// The longest text of an endpoint that is passed on, in bytes.
const MAX_MESSAGE: usize = 200;
/// The shortest part of a URL that may be a key, in bytes.
const MIN_KEY: usize = 8;

/// Where a chain is reached.
pub(crate) struct EndpointUrl {
    chain: ChainId,
    url: Url,
}

impl EndpointUrl {
    /// Refuses what is no URL of an endpoint.
    ///
    /// # Errors
    /// [`ChainError::InvalidUrl`].
    pub(crate) fn parse(chain: ChainId, url: &str) -> Result<Self, ChainError> {
        let invalid = |reason| ChainError::InvalidUrl { chain, reason };
        let url = Url::parse(url.trim()).map_err(|_| invalid("no URL"))?;
        match url.scheme() {
            "http" | "https" => Ok(Self { chain, url }),
            _ => Err(invalid("neither http nor https")),
        }
    }

    /// The chain that is reached there.
    pub(crate) const fn chain(&self) -> ChainId {
        self.chain
    }

    /// All of it, for whoever connects.
    pub(crate) const fn secret(&self) -> &Url {
        &self.url
    }

    /// All of it that may be shown.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether `text` holds what may be a key.
    pub(crate) fn has_key_in(&self, text: &str) -> bool {
        self.keys().any(|key| text.contains(key))
    }

    /// A foreign text on one line, cut short, without what may be a key: endpoints repeat what they were given.
    pub(crate) fn without_keys(&self, text: &str) -> String {
        let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        for key in self.keys() {
            text = text.replace(key, "…");
        }
        text.truncate(text.floor_char_boundary(MAX_MESSAGE));
        text
    }

    /// The endpoint is away, or fails.
    pub(crate) fn unreachable(&self, reason: String) -> ChainError {
        ChainError::Unreachable { chain: self.chain, host: self.host(), reason }
    }

    /// The endpoint did not answer in time.
    pub(crate) fn timed_out(&self) -> ChainError {
        ChainError::TimedOut { chain: self.chain, host: self.host() }
    }

    /// The endpoint answered, and not with what was expected.
    pub(crate) fn not_understood(&self, expected: &'static str) -> ChainError {
        ChainError::NotUnderstood { chain: self.chain, host: self.host(), expected }
    }

    /// The endpoint answered that it will not.
    pub(crate) fn refused(&self, code: i64, message: &str) -> ChainError {
        ChainError::Refused { chain: self.chain, host: self.host(), code, message: self.without_keys(message) }
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        let queries = self.url.query().unwrap_or_default();
        let parts = self.url.path().split('/').chain(queries.split(['&', '=']));
        let parts = parts.chain([self.url.username(), self.url.password().unwrap_or_default()]);
        parts.filter(|part| part.len() >= MIN_KEY)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({} at {})", self.chain, self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::TestRunner};

    fn url(url: &str) -> EndpointUrl {
        EndpointUrl::parse(ChainId::new(1), url).unwrap()
    }

    #[test]
    fn a_foreign_text_is_short_plain_and_without_keys() {
        let url = url("https://rpc.example.org/v2/key-of-mine?token=token-value");
        let foreign = (any::<String>(), prop::sample::select(vec!["key-of-mine", "token-value"]), any::<String>());
        let shown = TestRunner::default().run(&foreign, |(before, key, after)| {
            let foreign = format!("{before}{key}{after}");
            prop_assert!(url.has_key_in(&foreign));
            let text = url.without_keys(&foreign);
            prop_assert!(!text.contains(key) && !url.has_key_in(&text));
            prop_assert!(text.len() <= MAX_MESSAGE && !text.chars().any(char::is_control));
            Ok(())
        });
        shown.unwrap();
    }

    #[test]
    fn a_port_is_shown_if_it_is_not_the_usual_one() {
        assert_eq!(url("http://127.0.0.1:8545/").host(), "127.0.0.1:8545");
        assert_eq!(url("https://rpc.example.org:443/v2").host(), "rpc.example.org");
    }
}
