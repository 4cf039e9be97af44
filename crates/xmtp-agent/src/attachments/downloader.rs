//! Who downloads, and how far it trusts anybody.
use super::{
    AttachmentError,
    address::is_public,
    http::{self, PublicOnly, literal},
};
use reqwest::{Client, Url};
use std::time::Duration;

/// What a [`Downloader`] takes.
#[derive(Clone, Debug)]
pub struct DownloadLimits {
    /// The most bytes of a sealed file; 100 MiB. [`Downloader::download`] needs twice that much memory.
    pub max_bytes: u64,
    /// How long a download may take, from connecting to the last byte; ten minutes. A server that says nothing for 30
    /// seconds is given up in any case.
    pub timeout: Duration,
    /// Whether URLs may be plain `http`; not.
    pub allow_http: bool,
    /// Whether URLs may lead to this machine and to private networks; not. If an agent takes messages of strangers, this
    /// lets them ask there in its name.
    pub allow_private_addresses: bool,
    /// Hosts that may be private and reached by plain `http`, such as `files.internal` (at any port) or `10.0.0.7:9000`.
    pub allowed_hosts: Vec<String>,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self {
            max_bytes: 100 * 1024 * 1024,
            timeout: Duration::from_secs(600),
            allow_http: false,
            allow_private_addresses: false,
            allowed_hosts: Vec::new(),
        }
    }
}

/// Downloads and opens sealed files, trusting neither who announced them nor who keeps them. Clones share connections.
#[derive(Clone, Debug)]
pub struct Downloader {
    pub(super) limits: DownloadLimits,
    /// Reaches public addresses alone.
    strict: Client,
    /// Reaches any address.
    open: Client,
}

impl Downloader {
    /// A downloader with the limits that suit an agent which anybody may write to.
    ///
    /// # Errors
    /// [`AttachmentError::Setup`] if TLS cannot be set up.
    pub fn new() -> Result<Self, AttachmentError> {
        Self::with_limits(DownloadLimits::default())
    }

    /// A downloader with limits of your own.
    ///
    /// # Errors
    /// As for [`Downloader::new`].
    pub fn with_limits(limits: DownloadLimits) -> Result<Self, AttachmentError> {
        let timeout = Some(limits.timeout);
        Ok(Self { limits, strict: http::client(timeout, Some(PublicOnly))?, open: http::client(timeout, None)? })
    }

    /// Who asks for this URL, if it may be asked for. A name is looked at when it is resolved.
    ///
    /// # Errors
    /// [`AttachmentError::NotHttps`] or [`AttachmentError::PrivateAddress`].
    pub(super) fn client_for(&self, url: &Url) -> Result<&Client, AttachmentError> {
        let is_allowed = self.is_allowed(url);
        match url.scheme() {
            "https" => {}
            "http" if is_allowed || self.limits.allow_http => {}
            _ => return Err(AttachmentError::NotHttps),
        }
        if is_allowed || self.limits.allow_private_addresses {
            return Ok(&self.open);
        }
        match literal(url) {
            Some(address) if !is_public(address) => Err(AttachmentError::PrivateAddress),
            _ => Ok(&self.strict),
        }
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let place = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        self.limits.allowed_hosts.iter().any(|allowed| allowed == host || *allowed == place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(downloader: &Downloader, url: &str) -> Option<AttachmentError> {
        downloader.client_for(&Url::parse(url).unwrap()).err()
    }

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        let downloader = Downloader::new().unwrap();
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://0/",
        ] {
            assert!(matches!(refusal(&downloader, url), Some(AttachmentError::PrivateAddress)), "{url}");
        }
        assert!(refusal(&downloader, "https://1.1.1.1/").is_none());
    }

    #[test]
    fn only_https_is_asked_for_unless_more_is_allowed() {
        let downloader = Downloader::new().unwrap();
        for url in ["http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "data:,x"] {
            assert!(matches!(refusal(&downloader, url), Some(AttachmentError::NotHttps)), "{url}");
        }
        let limits = DownloadLimits { allow_http: true, ..DownloadLimits::default() };
        let downloader = Downloader::with_limits(limits).unwrap();
        assert!(refusal(&downloader, "http://1.1.1.1/").is_none());
        assert!(matches!(refusal(&downloader, "file:///etc/passwd"), Some(AttachmentError::NotHttps)));
        assert!(matches!(refusal(&downloader, "http://10.0.0.1/"), Some(AttachmentError::PrivateAddress)));
    }

    #[test]
    fn an_allowed_host_opens_no_other_and_no_other_port() {
        let allowed_hosts = vec!["10.0.0.7:9000".to_owned(), "files.internal".to_owned()];
        let limits = DownloadLimits { allowed_hosts, ..DownloadLimits::default() };
        let downloader = Downloader::with_limits(limits).unwrap();
        for url in ["http://10.0.0.7:9000/f", "https://10.0.0.7:9000/f", "http://files.internal:81/f"] {
            assert!(refusal(&downloader, url).is_none(), "{url}");
        }
        for url in ["https://10.0.0.7:9001/f", "https://10.0.0.8:9000/f", "http://other.files.internal/f"] {
            assert!(refusal(&downloader, url).is_some(), "{url}");
        }
    }
}
