//! Fetching what lies at a URL that a stranger gave.
use super::{AttachmentError, Downloader, http::failed};
use bytes::Bytes;
use reqwest::{Response, Url, header::LOCATION};
use xmtp_content_types::RemoteAttachment;

/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// What comes from a server, piece by piece and to a limit.
pub(super) struct Incoming {
    response: Response,
    left: u64,
    limit: u64,
}

impl Downloader {
    /// Asks for a sealed file, wherever it is by now. Each URL on the way is held to the same rules.
    pub(super) async fn fetch(&self, remote: &RemoteAttachment) -> Result<Incoming, AttachmentError> {
        let limit = self.limits.max_bytes;
        if remote.content_length.is_some_and(|announced| announced > limit) {
            return Err(AttachmentError::TooLarge { limit });
        }
        let mut url = Url::parse(&remote.url).map_err(|_| AttachmentError::NoUrl)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.client_for(&url)?.get(url.clone()).send().await.map_err(|error| failed(&error))?;
            if let Some(next) = redirected(&response) {
                url = url.join(&next).map_err(|_| AttachmentError::NoUrl)?;
                continue;
            }
            if !response.status().is_success() {
                return Err(AttachmentError::Status(response.status().as_u16()));
            }
            if response.content_length().is_some_and(|announced| announced > limit) {
                return Err(AttachmentError::TooLarge { limit });
            }
            return Ok(Incoming { response, left: limit, limit });
        }
        Err(AttachmentError::TooManyRedirects { limit: MAX_REDIRECTS })
    }
}

fn redirected(response: &Response) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.status().is_redirection().then(|| location.to_owned())
}

impl Incoming {
    /// The next piece, or none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, AttachmentError> {
        let Some(piece) = self.response.chunk().await.map_err(|error| failed(&error))? else { return Ok(None) };
        let too_large = AttachmentError::TooLarge { limit: self.limit };
        self.left = self.left.checked_sub(piece.len() as u64).ok_or(too_large)?;
        Ok(Some(piece))
    }
}
