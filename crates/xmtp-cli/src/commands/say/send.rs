//! `xmtp send`: one message.
use super::{say, words::words};
use crate::{
    args::{GlobalOptions, SendArgs},
    error::CliError,
    progress, session,
    thread::Thread,
};
use std::{env, fs, path::Path};
use xmtp_agent::attachments::{HttpUploader, SealedFile};
use xmtp_content_types::{Attachment, Content, Reply};

/// The largest file that is put into a message. Unit: bytes. Source of fact: XMTP documentation, which lets a message have
/// 1 MB; the rest is for what surrounds the file.
const LARGEST_FILE: u64 = 1_000_000;
/// What the server that takes files is told about whose they are. A secret: not for the command line, which others can see.
const AUTHORIZATION: &str = "XMTP_UPLOAD_AUTHORIZATION";

/// Sends a message, or keeps it; prints its id.
///
/// # Errors
/// [`CliError`]; if the message was kept to be sent later its id is printed all the same.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: SendArgs) -> Result<(), CliError> {
    let content = content(&args).await?;
    let client = session::open(options).await?.client;
    let finding = async {
        // Conversations that others began, and members who came and went.
        client.conversations().sync().await?;
        let conversation = Thread::find(&client, &args.to).await?.to_write_to(&client).await?;
        if !args.later.later {
            conversation.sync().await?;
        }
        Ok::<_, CliError>(conversation)
    };
    let conversation = progress::during("syncing", finding).await?;
    say(options, &conversation, &content, args.later).await
}

async fn content(args: &SendArgs) -> Result<Content, CliError> {
    let content = match (&args.file, &args.upload) {
        (Some(path), Some(url)) => uploaded(path, url, args).await?,
        (Some(path), None) => Content::from(file(path, args.media_type.as_deref())?),
        (None, _) => words(args.text.clone().unwrap_or_default(), args.markdown)?,
    };
    Ok(match args.reply_to {
        Some(message) => Content::from(Reply::new(message, content)),
        None => content,
    })
}

/// A file as part of a message.
///
/// # Errors
/// [`CliError`] if it cannot be read, or has no room in a message.
fn file(path: &Path, media_type: Option<&str>) -> Result<Attachment, CliError> {
    let reading = |source| CliError::io(format!("read {}", path.display()), source);
    let size = fs::metadata(path).map_err(reading)?.len();
    if size > LARGEST_FILE {
        return Err(CliError::usage(format!(
            "{} has {size} bytes, and a message has room for {LARGEST_FILE}: put it on a server with --upload",
            path.display()
        )));
    }
    let data = fs::read(path).map_err(reading)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Attachment::new(name, type_of(path, media_type), data))
}

/// A file that was sealed and put on a server, where anybody may see it and whoever is told can open it.
///
/// # Errors
/// [`CliError::Attachment`] if the server does not take it, or others could not fetch it there.
async fn uploaded(path: &Path, url: &str, args: &SendArgs) -> Result<Content, CliError> {
    let mut uploader = HttpUploader::put(url)?;
    if let Some(public) = &args.public_url {
        uploader = uploader.public_under(public)?;
    }
    if let Ok(secret) = env::var(AUTHORIZATION) {
        uploader = uploader.with_header("Authorization", &secret)?;
    }
    let uploading = async {
        let sealed = SealedFile::seal_file(path, type_of(path, args.media_type.as_deref())).await?;
        sealed.upload(&uploader).await
    };
    Ok(Content::from(progress::during("uploading", uploading).await?))
}

fn type_of(path: &Path, given: Option<&str>) -> String {
    given.map_or_else(|| mime_guess::from_path(path).first_or_octet_stream().to_string(), str::to_owned)
}
