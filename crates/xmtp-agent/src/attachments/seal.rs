//! Sealing a file, so that it can lie where anybody can fetch it.
use super::{AttachmentError, Uploader, body::Body};
use bytes::Bytes;
use std::{
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
    pin::Pin,
};
use tokio::{io::AsyncRead, task::spawn_blocking};
use xmtp_content_types::{Attachment, Content, RemoteAttachment};
use xmtp_crypto::attachment::{AttachmentKeys, SealEnd};
use zeroize::Zeroizing;

/// Bytes that are sealed or opened at a time.
pub(super) const PIECE: usize = 64 * 1024;

/// The most bytes of a sealed file that a message can announce: released clients read the number as one of 32 bits.
const MAX_LENGTH: u64 = 0xffff_ffff;

/// A sealed file that is not uploaded yet, and the keys that open it.
///
/// What is sealed lies in memory or in a file for temporary use, which goes when this is dropped.
#[derive(Debug)]
pub struct SealedFile {
    body: Body,
    keys: AttachmentKeys,
    digest: [u8; 32],
    length: u64,
    filename: Option<String>,
    object_name: String,
}

impl SealedFile {
    /// Seals a file that is in memory, under keys of its own.
    ///
    /// # Errors
    /// [`AttachmentError::Crypto`] if the system has no randomness.
    pub fn seal(attachment: &Attachment) -> Result<Self, AttachmentError> {
        let keys = AttachmentKeys::generate()?;
        let plaintext = Zeroizing::new(Content::from(attachment.clone()).to_bytes());
        let sealed = keys.seal(&plaintext)?;
        let length = sealed.payload.len() as u64;
        let body = Body::Memory(sealed.payload.into());
        Self::new(body, keys, sealed.digest, length, attachment.filename.clone())
    }

    /// Seals a file of any size under keys of its own, in constant memory. Its name goes along, without the folder.
    ///
    /// # Errors
    /// [`AttachmentError::File`] if the file cannot be read, changes meanwhile, or there is no room to keep what is
    /// sealed; [`AttachmentError::Crypto`] if the system has no randomness.
    pub async fn seal_file(path: impl Into<PathBuf>, mime_type: impl Into<String>) -> Result<Self, AttachmentError> {
        let (path, mime_type) = (path.into(), mime_type.into());
        spawn_blocking(move || seal_file(&path, &mime_type))
            .await
            .map_err(|error| AttachmentError::temporary(error.into()))?
    }

    fn new(
        body: Body,
        keys: AttachmentKeys,
        digest: [u8; 32],
        length: u64,
        filename: Option<String>,
    ) -> Result<Self, AttachmentError> {
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|_| xmtp_crypto::CryptoError::NoRandomness)?;
        Ok(Self { body, keys, digest, length, filename, object_name: hex::encode(name) })
    }

    /// Bytes of what is uploaded.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// SHA-256 of what is uploaded.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// A name for what is uploaded that nobody can guess and that tells nothing: 32 hexadecimal digits.
    pub fn object_name(&self) -> &str {
        &self.object_name
    }

    /// What is uploaded, as a whole.
    ///
    /// # Errors
    /// [`AttachmentError::File`] if it cannot be read.
    pub async fn bytes(&self) -> Result<Bytes, AttachmentError> {
        self.body.bytes().await
    }

    /// What is uploaded, from its beginning on. Each call begins anew.
    ///
    /// # Errors
    /// [`AttachmentError::File`] if it cannot be read.
    pub async fn reader(&self) -> Result<Pin<Box<dyn AsyncRead + Send + Sync>>, AttachmentError> {
        self.body.reader().await
    }

    /// The content of the message about this file, given where it was uploaded to.
    pub fn at(&self, url: impl Into<String>) -> RemoteAttachment {
        let keys = &self.keys;
        let remote = RemoteAttachment::new(url, self.digest, keys.secret.clone(), keys.salt, keys.nonce);
        // Some released clients cannot read an attachment that has no name.
        remote.with_content_length(self.length).with_filename(self.filename.as_deref().unwrap_or("file"))
    }

    /// Uploads the file. What comes back is the content of the message about it.
    ///
    /// # Errors
    /// [`AttachmentError::TooLarge`] if it is larger than a message can say, which is 4 GiB; whatever the uploader
    /// answers; [`AttachmentError::Content`] if it answers with a URL that may not be sent, such as one of plain `http`.
    pub async fn upload(&self, uploader: &dyn Uploader) -> Result<RemoteAttachment, AttachmentError> {
        if self.length > MAX_LENGTH {
            return Err(AttachmentError::TooLarge { limit: MAX_LENGTH });
        }
        let remote = self.at(uploader.upload(self).await?);
        Content::from(remote.clone()).check()?;
        Ok(remote)
    }
}

fn seal_file(path: &Path, mime_type: &str) -> Result<SealedFile, AttachmentError> {
    let reading = || AttachmentError::file("reading", path);
    let mut file = File::open(path).map_err(reading())?;
    let length = file.metadata().map_err(reading())?.len();
    let filename = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let keys = AttachmentKeys::generate()?;

    let mut sealed = tempfile::NamedTempFile::new().map_err(AttachmentError::temporary)?;
    let mut head = Zeroizing::new(Attachment::encode_head(filename.as_deref(), mime_type, length));
    let mut out = BufWriter::new(sealed.as_file_mut());
    let mut sealer = keys.sealer()?;
    sealer.seal(&mut head)?;
    out.write_all(&head).map_err(AttachmentError::temporary)?;

    let mut piece = Zeroizing::new(vec![0; PIECE]);
    let mut left = length;
    loop {
        let read = file.read(&mut piece).map_err(reading())?;
        let piece = piece.get_mut(..read).unwrap_or_default();
        left = left.checked_sub(read as u64).ok_or_else(|| reading()(changed()))?;
        if piece.is_empty() {
            break;
        }
        sealer.seal(piece)?;
        out.write_all(piece).map_err(AttachmentError::temporary)?;
    }
    if left > 0 {
        return Err(reading()(changed()));
    }
    let SealEnd { tag, digest, length } = sealer.finish();
    out.write_all(&tag).and_then(|()| out.flush()).map_err(AttachmentError::temporary)?;
    drop(out);
    SealedFile::new(Body::File(sealed), keys, digest, length, filename)
}

fn changed() -> std::io::Error {
    std::io::Error::other("its length changed meanwhile")
}
