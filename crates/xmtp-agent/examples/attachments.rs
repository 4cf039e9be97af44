//! Sends a logo to whoever writes, and sends files that it is sent back: downloaded, opened, sealed anew and uploaded.
//!
//! `xmtp keys new`, set `S3_ENDPOINT`, `S3_BUCKET`, `S3_REGION`, `S3_KEY` and `S3_SECRET` to a bucket that anybody may read
//! from, then `cargo run -p xmtp-agent --example attachments`.
use std::{env, error::Error, sync::Arc};
use xmtp_agent::{
    attachments::{Downloader, S3Uploader, Uploader},
    prelude::*,
};
use xmtp_content_types::Attachment;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let agent = Agent::from_env()?;
    let set = |name: &str| env::var(name).map_err(|_| format!("{name} is not set: name a bucket for files"));
    let bucket = S3Uploader::new(
        &set("S3_ENDPOINT")?,
        &set("S3_BUCKET")?,
        &set("S3_REGION")?,
        &set("S3_KEY")?,
        &set("S3_SECRET")?,
    )?;
    Ok(attachments(agent, Arc::new(bucket), Downloader::new()?).run().await?)
}

pub(crate) fn attachments(agent: Agent, uploader: Arc<dyn Uploader>, downloader: Downloader) -> Agent {
    let for_files = Arc::clone(&uploader);
    agent
        .on_text(move |ctx, _| {
            let uploader = Arc::clone(&uploader);
            async move {
                ctx.send_remote_attachment(&logo(), &*uploader).await?;
                Ok(())
            }
        })
        .on_remote_attachment(move |ctx, remote| {
            let (uploader, downloader) = (Arc::clone(&for_files), downloader.clone());
            async move {
                let file = downloader.download(&remote).await?;
                ctx.send_remote_attachment(&file, &*uploader).await?;
                Ok(())
            }
        })
}

pub(crate) fn logo() -> Attachment {
    let circle = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#fc4f37"/></svg>"##;
    Attachment::new("logo.svg", "image/svg+xml", circle)
}
