//! `xmtp send`: one message.
use super::{say, words::words};
use crate::{
    args::{GlobalOptions, SendArgs},
    error::CliError,
    progress, session,
    thread::Thread,
};
use std::{fs, path::Path};
use xmtp_content_types::{Attachment, Content, Reply};

/// The largest file that is put into a message. Unit: bytes. Source of fact: XMTP documentation, which lets a message have
/// 1 MB; the rest is for what surrounds the file.
const LARGEST_FILE: u64 = 1_000_000;

/// Sends a message, or keeps it; prints its id.
///
/// # Errors
/// [`CliError`]; if the message was kept to be sent later its id is printed all the same.
pub(in crate::commands) async fn run(options: &GlobalOptions, args: SendArgs) -> Result<(), CliError> {
    let content = content(&args)?;
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

fn content(args: &SendArgs) -> Result<Content, CliError> {
    let content = match &args.file {
        Some(path) => Content::from(file(path, args.media_type.as_deref())?),
        None => words(args.text.clone().unwrap_or_default(), args.markdown)?,
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
            "{} has {size} bytes, and a message has room for {LARGEST_FILE}: put it on a server and send its address",
            path.display()
        )));
    }
    let data = fs::read(path).map_err(reading)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let guessed = || mime_guess::from_path(path).first_or_octet_stream().to_string();
    Ok(Attachment::new(name, media_type.map_or_else(guessed, str::to_owned), data))
}
