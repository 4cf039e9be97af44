use crate::{
    downloader_for, example,
    server::{Server, TOKEN},
};
use std::sync::Arc;
use xmtp_agent::{attachments::HttpUploader, prelude::*, testing::TestNetwork};
use xmtp_content_types::{Attachment, RemoteAttachment};

/// The next file that somebody hears of.
fn file(content: Content) -> RemoteAttachment {
    match content {
        Content::RemoteAttachment(remote) => remote,
        other => panic!("{other:?} is no file"),
    }
}

#[tokio::test]
async fn the_example_sends_its_logo_and_sends_files_back_under_other_keys() {
    let (network, server) = (TestNetwork::new(), Server::start().await);
    let uploader = HttpUploader::put(&server.url("/files")).unwrap().with_header("authorization", TOKEN).unwrap();
    let downloader = downloader_for(&[&server.host]);
    let build = |agent| example::attachments(agent, Arc::new(uploader.clone()), downloader.clone());
    let agent = network.agent(build).await.unwrap();
    let mut bo = network.user().await.unwrap();

    bo.say_to(&agent, "who are you?").await.unwrap();
    let sent = file(bo.hears().await.unwrap());
    assert_eq!(downloader.download(&sent).await.unwrap(), example::logo());

    bo.say_to(&agent, sent.clone()).await.unwrap();
    let back = file(bo.hears().await.unwrap());
    assert_eq!(downloader.download(&back).await.unwrap(), example::logo());
    assert!(back.secret != sent.secret && back.url != sent.url && back.content_digest != sent.content_digest);
}

#[tokio::test]
async fn an_agent_sends_a_file_from_its_disk() {
    let (network, server) = (TestNetwork::new(), Server::start().await);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, vec![7; 300_000]).unwrap();
    let uploader = HttpUploader::put(&server.url("/files")).unwrap().with_header("authorization", TOKEN).unwrap();
    let build = |agent: Agent| {
        agent.on_text(move |ctx, _| {
            let (path, uploader) = (path.clone(), uploader.clone());
            async move {
                ctx.send_remote_file(path, "application/pdf", &uploader).await?;
                Ok(())
            }
        })
    };
    let agent = network.agent(build).await.unwrap();
    let mut bo = network.user().await.unwrap();
    bo.say_to(&agent, "the report, please").await.unwrap();
    let remote = file(bo.hears().await.unwrap());
    assert_eq!(remote.filename.as_deref(), Some("report.pdf"));
    let report = downloader_for(&[&server.host]).download(&remote).await.unwrap();
    assert_eq!(report, Attachment::new("report.pdf", "application/pdf", vec![7; 300_000]));
}

#[tokio::test]
async fn an_agent_sends_several_files_in_one_message() {
    let (network, server) = (TestNetwork::new(), Server::start().await);
    let uploader = HttpUploader::put(&server.url("/files")).unwrap().with_header("authorization", TOKEN).unwrap();
    let files = [Attachment::new("a.txt", "text/plain", "a"), Attachment::new("b.txt", "text/plain", "b")];
    let sent = files.clone();
    let build = |agent: Agent| {
        agent.on_text(move |ctx, _| {
            let (sent, uploader) = (sent.clone(), uploader.clone());
            async move {
                ctx.send_remote_attachments(&sent, &uploader).await?;
                Ok(())
            }
        })
    };
    let agent = network.agent(build).await.unwrap();
    let mut bo = network.user().await.unwrap();
    bo.say_to(&agent, "both, please").await.unwrap();
    let Content::MultiRemoteAttachment(several) = bo.hears().await.unwrap() else { panic!("not several files") };
    let mut opened = Vec::new();
    for remote in &several.attachments {
        opened.push(downloader_for(&[&server.host]).download(remote).await.unwrap());
    }
    assert_eq!(opened, files);
}
