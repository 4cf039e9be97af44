//! Files that messages carry, written down.
use crate::{error::CliError, output, progress};
use std::{fs::OpenOptions, io::Write, path::Path};
use xmtp_agent::attachments::{DownloadLimits, Downloader, safe_file_name};
use xmtp_client::Message;
use xmtp_content_types::{Attachment, Content, RemoteAttachment};

/// What a file is called whose sender gave it no name, or one that is no name here.
const UNNAMED: &str = "file";

/// Writes the file of a message to `path`, or its files into `path` if that is a folder. What is there is never written
/// over.
///
/// # Errors
/// [`CliError::Refused`] if there is no file, [`CliError::Attachment`] if one on a server cannot be had or trusted.
pub(super) async fn save(message: &Message, path: &Path, hosts: Vec<String>) -> Result<(), CliError> {
    if message.deleted.is_some() {
        return Err(CliError::Refused("this message was deleted".to_owned()));
    }
    let content = match Content::from_bytes(&message.content) {
        Content::Reply(reply) => *reply.content,
        content => content,
    };
    match content {
        Content::Attachment(file) => write(&file, path),
        Content::RemoteAttachment(file) => fetch(&[file], path, hosts).await,
        Content::MultiRemoteAttachment(files) if path.is_dir() => fetch(&files.attachments, path, hosts).await,
        Content::MultiRemoteAttachment(files) => match files.attachments.as_slice() {
            only @ [_] => fetch(only, path, hosts).await,
            files => {
                let count = files.len();
                Err(CliError::usage(format!("this message carries {count} files: name a folder that is there")))
            }
        },
        _ => Err(CliError::Refused("this message carries no file".to_owned())),
    }
}

fn write(file: &Attachment, path: &Path) -> Result<(), CliError> {
    let path = if path.is_dir() {
        let name = file.filename.as_deref().and_then(safe_file_name);
        path.join(name.unwrap_or_else(|| UNNAMED.to_owned()))
    } else {
        path.to_owned()
    };
    let new = OpenOptions::new().write(true).create_new(true).open(&path);
    new.and_then(|mut new| new.write_all(&file.data))
        .map_err(|source| CliError::io(format!("write {}", path.display()), source))?;
    output::note(&format!("wrote {} bytes to {}", file.data.len(), path.display()));
    Ok(())
}

async fn fetch(files: &[RemoteAttachment], path: &Path, hosts: Vec<String>) -> Result<(), CliError> {
    let limits = DownloadLimits { allowed_hosts: hosts, ..DownloadLimits::default() };
    let downloader = Downloader::with_limits(limits)?;
    for file in files {
        if path.is_dir() {
            let fetched = progress::during("fetching", downloader.download_to(file, path)).await?;
            output::note(&format!("wrote {} bytes to {}", fetched.length, fetched.path.display()));
        } else {
            write(&progress::during("fetching", downloader.download(file)).await?, path)?;
        }
    }
    Ok(())
}
