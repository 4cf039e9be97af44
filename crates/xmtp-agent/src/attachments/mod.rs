//! Files that lie on servers: seal, upload and send them, download and open them.
//!
//! Whoever sends a file seals it under fresh keys, uploads what is sealed, and sends a message with the URL and the keys.
//! The server sees neither the file nor its name. [`ConversationContext::send_remote_attachment`] does all of it; where the
//! file goes is up to an [`Uploader`], of which there is one for [plain HTTP](HttpUploader) and one for
//! [S3 and its kin](S3Uploader), and you can write others.
//!
//! Whoever reads such a message downloads with a [`Downloader`], which trusts neither the sender nor the server: only
//! `https`, no addresses of private networks, also not by way of redirects or names, a limit to size and time, and not
//! a byte of the file before all of it is known to be what was announced.
//!
//! ```no_run
//! use xmtp_agent::{attachments::{Downloader, HttpUploader}, prelude::*};
//! use xmtp_content_types::Attachment;
//!
//! # fn build() -> Result<Agent, Box<dyn std::error::Error>> {
//! let downloader = Downloader::new()?;
//! let uploader = HttpUploader::put("https://files.example/inbox/")?.with_header("authorization", "Bearer ...")?;
//! let agent = Agent::from_env()?.on_remote_attachment(move |ctx, remote| {
//!     let (downloader, uploader) = (downloader.clone(), uploader.clone());
//!     async move {
//!         let file: Attachment = downloader.download(&remote).await?;
//!         ctx.send_remote_attachment(&file, &uploader).await?;
//!         Ok(())
//!     }
//! });
//! # Ok(agent)
//! # }
//! ```
//!
//! Files that do not fit in memory are sealed with [`SealedFile::seal_file`] and fetched with [`Downloader::download_to`],
//! in constant memory. What is sealed, and what is downloaded and not yet checked, lies in files for temporary use that
//! nobody else can read and that are gone when it is over.
//!
//! [`ConversationContext::send_remote_attachment`]: crate::ConversationContext::send_remote_attachment

mod download;
mod downloader;
mod error;
mod http_upload;
mod s3_upload;
mod seal;
mod send;
mod uploader;

mod address;
mod body;
mod fetch;
mod file_name;
mod http;
mod open;

pub use address::is_public;
pub use download::DownloadedFile;
pub use downloader::{DownloadLimits, Downloader};
pub use error::AttachmentError;
pub use file_name::safe_file_name;
pub use http_upload::HttpUploader;
pub use s3_upload::S3Uploader;
pub use seal::SealedFile;
pub use uploader::Uploader;
