//! What is uploaded: bytes in memory, or a file.
use super::AttachmentError;
use bytes::Bytes;
use std::{fmt, io::Cursor, pin::Pin};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Sealed bytes.
pub(super) enum Body {
    Memory(Bytes),
    File(NamedTempFile),
}

impl Body {
    pub(super) async fn bytes(&self) -> Result<Bytes, AttachmentError> {
        let mut bytes = Vec::new();
        match self {
            Self::Memory(bytes) => return Ok(bytes.clone()),
            Self::File(_) => self.reader().await?.read_to_end(&mut bytes).await.map_err(AttachmentError::temporary)?,
        };
        Ok(bytes.into())
    }

    pub(super) async fn reader(&self) -> Result<Pin<Box<dyn AsyncRead + Send + Sync>>, AttachmentError> {
        Ok(match self {
            Self::Memory(bytes) => Box::pin(Cursor::new(bytes.clone())),
            Self::File(file) => Box::pin(tokio::fs::File::open(file.path()).await.map_err(AttachmentError::temporary)?),
        })
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory(_) => "Memory",
            Self::File(_) => "File",
        })
    }
}
