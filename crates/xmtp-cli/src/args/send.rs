//! What can be typed to say something.
use super::{LaterArgs, YesArgs};
use crate::target::Target;
use clap::{ArgGroup, Args, ValueHint};
use std::path::PathBuf;
use xmtp_client::MessageId;

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("what").required(true).args(["text", "file"])))]
pub(crate) struct SendArgs {
    /// Whom to write to
    #[arg(value_name = "WHO")]
    pub(crate) to: Target,
    /// What to say; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: Option<String>,
    /// The text is markdown
    #[arg(long, conflicts_with = "file")]
    pub(crate) markdown: bool,
    /// Send a file inside the message, at most 1 MB, or with --upload of any size
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// Seal the file, put it under this URL and send where it is, so that it can be of any size
    ///
    /// It is put there by a PUT request, with the environment variable XMTP_UPLOAD_AUTHORIZATION, if it is set, as its
    /// Authorization header. Whoever keeps the file cannot read it.
    #[arg(long, value_name = "URL", requires = "file", value_hint = ValueHint::Url)]
    pub(crate) upload: Option<String>,
    /// Where what is put under --upload can be fetched, if not there
    #[arg(long, value_name = "URL", requires = "upload", value_hint = ValueHint::Url)]
    pub(crate) public_url: Option<String>,
    /// The media type of the file, such as image/png [default: by its name]
    #[arg(long, value_name = "TYPE", requires = "file")]
    pub(crate) media_type: Option<String>,
    /// The message it answers
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) reply_to: Option<MessageId>,
    #[command(flatten)]
    pub(crate) later: LaterArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ReplyArgs {
    /// The message that is answered
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: MessageId,
    /// What to say; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
    /// The text is markdown
    #[arg(long)]
    pub(crate) markdown: bool,
    #[command(flatten)]
    pub(crate) later: LaterArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ReactArgs {
    /// The message it is about
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: MessageId,
    /// The emoji
    #[arg(value_name = "EMOJI")]
    pub(crate) emoji: String,
    /// Take it back
    #[arg(long)]
    pub(crate) remove: bool,
    #[command(flatten)]
    pub(crate) later: LaterArgs,
}

#[derive(Args, Debug)]
pub(crate) struct DeleteArgs {
    /// The message that goes
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: MessageId,
    #[command(flatten)]
    pub(crate) yes: YesArgs,
}
