//! Opening a sealed file that has been checked, into a folder.
use super::{AttachmentError, DownloadedFile, file_name, seal::PIECE};
use std::{
    fs::File,
    io::{BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use xmtp_content_types::{AttachmentDecoder, AttachmentHead, MAX_DECOMPRESSED};
use xmtp_crypto::attachment::Opener;
use zeroize::Zeroizing;

/// How many names are tried in a folder that has files of the same name.
const MAX_TWINS: u32 = 1000;

/// A sealed file, digest and tag of which are right.
pub(super) struct Verified {
    pub(super) sealed: NamedTempFile,
    pub(super) opener: Opener,
}

/// Opens a file into a folder, under the name its sender gave, `announced` if there is none with the file.
pub(super) fn open_into(
    verified: Verified,
    folder: &Path,
    announced: Option<String>,
) -> Result<DownloadedFile, AttachmentError> {
    let mut plain = NamedTempFile::new_in(folder).map_err(AttachmentError::file("writing into", folder))?;
    let head = open(verified, plain.as_file_mut())?;
    let (filename, mime_type) = (head.filename.clone().or(announced), head.mime_type.clone());
    if head.is_compressed() {
        plain = decompressed(head, &plain, folder)?;
    }
    let file = plain.as_file();
    file.sync_all().map_err(AttachmentError::temporary)?;
    let length = file.metadata().map_err(AttachmentError::temporary)?.len();
    let path = keep(plain, folder, filename.as_deref())?;
    Ok(DownloadedFile { path, filename, mime_type, length })
}

fn open(verified: Verified, plain: &mut File) -> Result<AttachmentHead, AttachmentError> {
    let Verified { sealed, mut opener } = verified;
    let mut sealed = sealed.reopen().map_err(AttachmentError::temporary)?;
    let (mut out, mut decoder) = (BufWriter::new(plain), AttachmentDecoder::new());
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    loop {
        let read = sealed.read(&mut piece).map_err(AttachmentError::temporary)?;
        if read == 0 {
            break;
        }
        let mut opened = opener.open(piece.get_mut(..read).unwrap_or_default())?;
        while !opened.is_empty() {
            out.write_all(decoder.take(&mut opened)?).map_err(AttachmentError::temporary)?;
        }
    }
    out.flush().map_err(AttachmentError::temporary)?;
    Ok(decoder.finish()?)
}

/// Few clients compress, and none of them large files: those that grow past what a message may are refused.
fn decompressed(head: AttachmentHead, packed: &NamedTempFile, folder: &Path) -> Result<NamedTempFile, AttachmentError> {
    let limit = MAX_DECOMPRESSED as u64;
    let mut data = Vec::new();
    let packed = packed.reopen().map_err(AttachmentError::temporary)?;
    packed.take(limit + 1).read_to_end(&mut data).map_err(AttachmentError::temporary)?;
    if data.len() > MAX_DECOMPRESSED {
        return Err(AttachmentError::TooLarge { limit });
    }
    let mut plain = NamedTempFile::new_in(folder).map_err(AttachmentError::file("writing into", folder))?;
    plain.write_all(&head.with_data(data)?.data).map_err(AttachmentError::temporary)?;
    Ok(plain)
}

/// Gives a file its name, and no other file's.
fn keep(mut file: NamedTempFile, folder: &Path, filename: Option<&str>) -> Result<PathBuf, AttachmentError> {
    let name = filename.and_then(file_name::safe_file_name).unwrap_or_else(|| "file".to_owned());
    for twin in 0..MAX_TWINS {
        let path = folder.join(file_name::numbered(&name, twin));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => file = taken.file,
            Err(other) => return Err(AttachmentError::file("writing", &path)(other.error)),
        }
    }
    Err(AttachmentError::file("writing", &folder.join(name))(ErrorKind::AlreadyExists.into()))
}
