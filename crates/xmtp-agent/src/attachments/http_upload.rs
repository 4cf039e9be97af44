//! Uploads by plain HTTP: PUT under a URL, or POST to one that answers where the file is.
use super::{
    AttachmentError, SealedFile, Uploader,
    http::{self, failed, own_url},
};
use futures::future::BoxFuture;
use reqwest::{
    Client, Response, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION},
};
use std::{fmt, time::Duration};

/// The longest answer to an upload that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Uploads by plain HTTP.
///
/// The URL must be `https`, or `http` to this very machine.
#[derive(Clone)]
pub struct HttpUploader {
    client: Client,
    how: How,
    url: Url,
    headers: HeaderMap,
    public: Option<Url>,
}

#[derive(Clone, Debug)]
enum How {
    Put,
    Post(Option<Vec<String>>),
}

impl HttpUploader {
    /// Uploads by PUT to this URL followed by a name that nobody can guess, where it can be fetched afterwards.
    ///
    /// # Errors
    /// [`AttachmentError::NoUrl`], [`AttachmentError::NotHttps`] or [`AttachmentError::Setup`].
    pub fn put(under: &str) -> Result<Self, AttachmentError> {
        Self::new(under, How::Put)
    }

    /// Uploads by POST to this URL. Where the file can be fetched afterwards, the server says: in a `Location` header, or
    /// else in an answer that is the URL and nothing else.
    ///
    /// # Errors
    /// [`AttachmentError::NoUrl`], [`AttachmentError::NotHttps`] or [`AttachmentError::Setup`].
    pub fn post(to: &str) -> Result<Self, AttachmentError> {
        Self::new(to, How::Post(None))
    }

    /// The server answers with JSON in which the URL stands under these names, one within the other.
    #[must_use]
    pub fn url_in_json(mut self, names: &[&str]) -> Self {
        self.how = How::Post(Some(names.iter().map(|name| (*name).to_owned()).collect()));
        self
    }

    /// What is uploaded by PUT can be fetched under this URL rather than the one it is uploaded to.
    ///
    /// # Errors
    /// [`AttachmentError::NoUrl`] or [`AttachmentError::NotHttps`].
    pub fn public_under(mut self, url: &str) -> Result<Self, AttachmentError> {
        self.public = Some(own_url(url)?);
        Ok(self)
    }

    /// Sends a header along, such as one that says who uploads. Its value never shows in `Debug`.
    ///
    /// # Errors
    /// [`AttachmentError::Setup`] if name or value cannot stand in a header.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, AttachmentError> {
        let name: HeaderName = name.parse().map_err(|_| AttachmentError::Setup("no name of a header".to_owned()))?;
        let mut value: HeaderValue =
            value.parse().map_err(|_| AttachmentError::Setup("no value of a header".to_owned()))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Gives up when an upload takes longer.
    ///
    /// # Errors
    /// [`AttachmentError::Setup`].
    pub fn with_timeout(mut self, timeout: Duration) -> Result<Self, AttachmentError> {
        self.client = http::client(Some(timeout), None)?;
        Ok(self)
    }

    fn new(url: &str, how: How) -> Result<Self, AttachmentError> {
        let (url, client) = (own_url(url)?, http::client(None, None)?);
        Ok(Self { client, how, url, headers: HeaderMap::new(), public: None })
    }

    async fn send(&self, request: reqwest::RequestBuilder, file: &SealedFile) -> Result<Response, AttachmentError> {
        let request = request.header(CONTENT_TYPE, "application/octet-stream").headers(self.headers.clone());
        http::send(request, file).await
    }

    async fn put_file(&self, file: &SealedFile) -> Result<String, AttachmentError> {
        let to = below(&self.url, file.object_name())?;
        self.send(self.client.put(to.clone()), file).await?;
        match &self.public {
            Some(public) => Ok(below(public, file.object_name())?.into()),
            None => Ok(to.into()),
        }
    }

    async fn post_file(&self, file: &SealedFile, names: Option<&[String]>) -> Result<String, AttachmentError> {
        let response = self.send(self.client.post(self.url.clone()), file).await?;
        let location = response.headers().get(LOCATION).and_then(|url| url.to_str().ok()).map(str::to_owned);
        let text = match (names, location) {
            (None, Some(location)) => location,
            (None, None) => text(response).await?.trim().to_owned(),
            (Some(names), _) => {
                let json: serde_json::Value = serde_json::from_str(&text(response).await?)
                    .map_err(|_| AttachmentError::Answer("it is not JSON"))?;
                let found = names.iter().try_fold(&json, |json, name| json.get(name));
                let found = found.and_then(serde_json::Value::as_str);
                found.ok_or(AttachmentError::Answer("its JSON has no such text"))?.to_owned()
            }
        };
        // A location may be relative.
        Ok(self.url.join(&text).map_err(|_| AttachmentError::Answer("it is no URL"))?.into())
    }
}

/// A URL with one more part at its end; the query stays.
pub(super) fn below(url: &Url, name: &str) -> Result<Url, AttachmentError> {
    let mut url = url.clone();
    url.path_segments_mut().map_err(|()| AttachmentError::NoUrl)?.pop_if_empty().push(name);
    Ok(url)
}

async fn text(mut response: Response) -> Result<String, AttachmentError> {
    let mut answer = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failed(&error))? {
        if answer.len() + piece.len() > MAX_ANSWER {
            return Err(AttachmentError::Answer("it is too long"));
        }
        answer.extend_from_slice(&piece);
    }
    match String::from_utf8(answer) {
        Ok(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(AttachmentError::Answer("it is empty or no text")),
    }
}

impl Uploader for HttpUploader {
    fn upload<'a>(&'a self, file: &'a SealedFile) -> BoxFuture<'a, Result<String, AttachmentError>> {
        Box::pin(async move {
            match &self.how {
                How::Put => self.put_file(file).await,
                How::Post(names) => self.post_file(file, names.as_deref()).await,
            }
        })
    }
}

impl fmt::Debug for HttpUploader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpUploader").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}
