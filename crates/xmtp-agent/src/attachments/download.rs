//! Download and open in one call, into memory or into a folder.
use super::{
    AttachmentError, Downloader,
    open::{self, Verified},
};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tokio::{io::AsyncWriteExt, task::spawn_blocking};
use xmtp_content_types::{Attachment, Content, ContentError, ContentTypeId, RemoteAttachment};
use xmtp_crypto::attachment::AttachmentKeys;
use zeroize::Zeroizing;

/// A file that was downloaded and opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DownloadedFile {
    /// Where it is: in the folder that was given, under a name of its own.
    pub path: PathBuf,
    /// What its sender called it, if anything. Content of a peer, and no path.
    pub filename: Option<String>,
    /// What its sender says it is, such as `image/png`. Empty if nothing was said.
    pub mime_type: String,
    /// Bytes of the file.
    pub length: u64,
}

impl Downloader {
    /// Downloads a file, checks that it is the one that was announced, and opens it, in memory.
    ///
    /// # Errors
    /// Why it was not asked for ([`AttachmentError::NotHttps`], [`AttachmentError::PrivateAddress`]), why it did not come
    /// ([`AttachmentError::Status`], [`AttachmentError::Connection`], [`AttachmentError::TimedOut`]), or why it was
    /// refused ([`AttachmentError::TooLarge`], [`AttachmentError::Crypto`], [`AttachmentError::Content`]).
    pub async fn download(&self, remote: &RemoteAttachment) -> Result<Attachment, AttachmentError> {
        let wrong = |found: ContentTypeId| ContentError::WrongType { expected: ContentTypeId::ATTACHMENT, found };
        match self.download_content(remote).await? {
            Content::Attachment(attachment) => Ok(attachment),
            Content::Unknown(unknown) => match unknown.error() {
                ContentError::UnknownType(id) => Err(wrong(id.clone()).into()),
                broken => Err(broken.clone().into()),
            },
            other => Err(wrong(other.type_id()).into()),
        }
    }

    /// Like [`Downloader::download`], of what is sealed content of any type, which XIP-17 allows and no known client does.
    ///
    /// # Errors
    /// As for [`Downloader::download`].
    pub async fn download_content(&self, remote: &RemoteAttachment) -> Result<Content, AttachmentError> {
        let mut incoming = self.fetch(remote).await?;
        let mut payload = Vec::new();
        while let Some(piece) = incoming.next().await? {
            payload.extend_from_slice(&piece);
        }
        let plaintext = Zeroizing::new(keys(remote).open(&remote.content_digest, &payload)?);
        Ok(Content::from_bytes(&plaintext))
    }

    /// Downloads a file of any size into a folder, in constant memory. Nothing of it is there before all of it is known
    /// to be what was announced, and nothing that is there is overwritten: the name is that which its sender gave, made
    /// safe by [`safe_file_name`](super::safe_file_name), with a number if it is taken.
    ///
    /// The file is for the owner of this process alone, and is not to be run.
    ///
    /// # Errors
    /// As for [`Downloader::download`], and [`AttachmentError::File`] if it cannot be written.
    pub async fn download_to(
        &self,
        remote: &RemoteAttachment,
        folder: impl AsRef<Path>,
    ) -> Result<DownloadedFile, AttachmentError> {
        let folder = folder.as_ref().to_owned();
        let mut incoming = self.fetch(remote).await?;
        let sealed = NamedTempFile::new_in(&folder).map_err(AttachmentError::file("writing into", &folder))?;
        let mut file = tokio::fs::File::from_std(sealed.reopen().map_err(AttachmentError::temporary)?);
        let mut checker = keys(remote).checker()?;
        while let Some(piece) = incoming.next().await? {
            checker.check(&piece)?;
            file.write_all(&piece).await.map_err(AttachmentError::temporary)?;
        }
        file.flush().await.map_err(AttachmentError::temporary)?;
        let opener = checker.finish(&remote.content_digest)?;
        let (verified, announced) = (Verified { sealed, opener }, remote.filename.clone());
        spawn_blocking(move || open::open_into(verified, &folder, announced))
            .await
            .map_err(|error| AttachmentError::temporary(error.into()))?
    }
}

fn keys(remote: &RemoteAttachment) -> AttachmentKeys {
    AttachmentKeys { secret: remote.secret.clone(), salt: remote.salt, nonce: remote.nonce }
}
