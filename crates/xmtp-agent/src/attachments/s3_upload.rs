//! Uploads to S3 and to servers that speak as it does: AWS, Cloudflare R2, Backblaze B2, Filebase, MinIO.
use super::{
    AttachmentError, SealedFile, Uploader,
    http::{self, own_url},
    http_upload::below,
};
use futures::future::BoxFuture;
use reqwest::{Client, Url, header::CONTENT_TYPE};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::{fmt, time::Duration};

/// How long the signature of an upload holds.
const UPLOAD_SIGNED_FOR: Duration = Duration::from_secs(3600);
/// The longest that the signature of a download may hold: seven days, as S3 has it.
const MAX_SIGNED_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// Uploads to a bucket of S3 or of a server that speaks as it does.
///
/// The file is then at the URL of the object, which must be readable for anybody: see [`Self::public_under`] for a bucket
/// that is read by another name, and [`Self::readable_for`] for one that is private.
#[derive(Clone)]
pub struct S3Uploader {
    client: Client,
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
    public: Option<Url>,
    readable_for: Option<Duration>,
}

impl S3Uploader {
    /// A bucket at an endpoint such as `https://s3.eu-central-1.amazonaws.com`, in a region such as `eu-central-1`, and the
    /// id and the secret of a key that may write to it.
    ///
    /// # Errors
    /// [`AttachmentError::NoUrl`], [`AttachmentError::NotHttps`] or [`AttachmentError::Setup`].
    pub fn new(endpoint: &str, bucket: &str, region: &str, key: &str, secret: &str) -> Result<Self, AttachmentError> {
        let bucket = Bucket::new(own_url(endpoint)?, UrlStyle::Path, bucket.to_owned(), region.to_owned())
            .map_err(|error| AttachmentError::Setup(error.to_string()))?;
        Ok(Self {
            client: http::client(None, None)?,
            bucket,
            credentials: Credentials::new(key, secret),
            prefix: String::new(),
            public: None,
            readable_for: None,
        })
    }

    /// Begins the names of all objects with this, such as `inbox/`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Objects are read under this URL, such as that of a content delivery network.
    ///
    /// # Errors
    /// [`AttachmentError::NoUrl`] or [`AttachmentError::NotHttps`].
    pub fn public_under(mut self, url: &str) -> Result<Self, AttachmentError> {
        self.public = Some(own_url(url)?);
        Ok(self)
    }

    /// The bucket is private: URLs are signed, and good for this long.
    ///
    /// # Errors
    /// [`AttachmentError::Setup`] for more than seven days, which no server takes.
    pub fn readable_for(mut self, time: Duration) -> Result<Self, AttachmentError> {
        if time > MAX_SIGNED_FOR {
            return Err(AttachmentError::Setup("a signed URL is good for seven days at most".to_owned()));
        }
        self.readable_for = Some(time);
        Ok(self)
    }

    async fn put(&self, file: &SealedFile) -> Result<String, AttachmentError> {
        let object = format!("{}{}", self.prefix, file.object_name());
        let to = self.bucket.put_object(Some(&self.credentials), &object).sign(UPLOAD_SIGNED_FOR);
        let request = self.client.put(to).header(CONTENT_TYPE, "application/octet-stream");
        http::send(request, file).await?;
        if let Some(time) = self.readable_for {
            return Ok(self.bucket.get_object(Some(&self.credentials), &object).sign(time).into());
        }
        match &self.public {
            Some(public) => {
                let mut parts = object.split('/').filter(|part| !part.is_empty());
                parts.try_fold(public.clone(), |url, part| below(&url, part)).map(Into::into)
            }
            None => Ok(self.bucket.object_url(&object).into()),
        }
    }
}

impl Uploader for S3Uploader {
    fn upload<'a>(&'a self, file: &'a SealedFile) -> BoxFuture<'a, Result<String, AttachmentError>> {
        Box::pin(self.put(file))
    }
}

impl fmt::Debug for S3Uploader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Uploader").field("bucket", &self.bucket.name()).finish_non_exhaustive()
    }
}
