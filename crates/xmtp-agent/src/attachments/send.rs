//! Sending files that lie on servers.
use super::{AttachmentError, SealedFile, Uploader};
use crate::ConversationContext;
use std::path::PathBuf;
use xmtp_client::MessageId;
use xmtp_content_types::{Attachment, MultiRemoteAttachment};

impl ConversationContext {
    /// Seals a file, uploads it, and sends the message about it.
    ///
    /// # Errors
    /// Whatever the uploader answers, [`AttachmentError::Content`] if its URL may not be sent, and
    /// [`AttachmentError::Send`] if the conversation cannot be written to.
    pub async fn send_remote_attachment(
        &self,
        attachment: &Attachment,
        uploader: &dyn Uploader,
    ) -> Result<MessageId, AttachmentError> {
        let remote = SealedFile::seal(attachment)?.upload(uploader).await?;
        Ok(self.send(remote).await?)
    }

    /// Seals several files, each under keys of its own, uploads them, and sends one message about them.
    ///
    /// # Errors
    /// As for [`ConversationContext::send_remote_attachment`]; nothing is sent then, and what was uploaded stays.
    pub async fn send_remote_attachments(
        &self,
        attachments: &[Attachment],
        uploader: &dyn Uploader,
    ) -> Result<MessageId, AttachmentError> {
        let mut files = Vec::new();
        for attachment in attachments {
            files.push(SealedFile::seal(attachment)?.upload(uploader).await?);
        }
        Ok(self.send(MultiRemoteAttachment::new(files)).await?)
    }

    /// Like [`ConversationContext::send_remote_attachment`], of a file of any size, in constant memory.
    ///
    /// # Errors
    /// As there, and [`AttachmentError::File`] if the file cannot be read.
    pub async fn send_remote_file(
        &self,
        path: impl Into<PathBuf>,
        mime_type: impl Into<String>,
        uploader: &dyn Uploader,
    ) -> Result<MessageId, AttachmentError> {
        let remote = SealedFile::seal_file(path, mime_type).await?.upload(uploader).await?;
        Ok(self.send(remote).await?)
    }
}
