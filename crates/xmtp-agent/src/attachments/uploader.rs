//! Where sealed files go.
use super::{AttachmentError, SealedFile};
use futures::future::BoxFuture;

/// Takes a sealed file somewhere where others can fetch it.
///
/// What is uploaded tells nothing of the file but about how long it is, so any server will do. The URL is seen by all who
/// read the message: others, and other clients, refuse what is not `https`.
///
/// ```
/// use futures::future::BoxFuture;
/// use xmtp_agent::attachments::{AttachmentError, SealedFile, Uploader};
///
/// struct MyStore;
///
/// impl Uploader for MyStore {
///     fn upload<'a>(&'a self, file: &'a SealedFile) -> BoxFuture<'a, Result<String, AttachmentError>> {
///         Box::pin(async move {
///             let _bytes = file.bytes().await?;
///             // Take them wherever you like, under the name `file.object_name()` or another.
///             Ok(format!("https://files.example/{}", file.object_name()))
///         })
///     }
/// }
/// ```
pub trait Uploader: Send + Sync {
    /// Uploads the file and answers with the URL at which it can be fetched.
    ///
    /// # Errors
    /// [`AttachmentError`]; of what has no variant of its own, [`AttachmentError::Upload`].
    fn upload<'a>(&'a self, file: &'a SealedFile) -> BoxFuture<'a, Result<String, AttachmentError>>;
}
