use crate::{
    downloader_for,
    server::{Server, TOKEN},
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use xmtp_agent::{attachments::HttpUploader, prelude::*};
use xmtp_client::{Clock, LocalWallet, StreamPosition, SystemClock, Transport};
use xmtp_content_types::Attachment;
use xmtp_delivery::LocalTransport;

async fn client(network: &Arc<dyn Transport>) -> Client {
    Client::builder(LocalWallet::generate().unwrap()).transport(network.clone()).in_memory().build().await.unwrap()
}

#[tokio::test]
async fn an_agent_opens_a_file_that_it_is_sent_and_sends_it_back_under_other_keys() {
    let network: Arc<dyn Transport> = Arc::new(LocalTransport::with_clock(|| SystemClock.now()));
    let server = Server::start().await;
    let uploader = HttpUploader::put(&server.url("/files")).unwrap().with_header("authorization", TOKEN).unwrap();
    let downloader = downloader_for(&[&server.host]);

    let (sends, opens) = (uploader.clone(), downloader.clone());
    let agent = Agent::new(client(&network).await).on_remote_attachment(move |ctx, remote| {
        let (sends, opens) = (sends.clone(), opens.clone());
        async move {
            let file = opens.download(&remote).await?;
            ctx.send_remote_attachment(&file, &sends).await?;
            Ok(())
        }
    });
    let inbox = agent.client().inbox_id();
    let running = agent.start().await.unwrap();

    let bo = client(&network).await;
    let mut heard = bo.stream_messages_from(StreamPosition::Start).await.unwrap();
    let logo = Attachment::new("logo.svg", "image/svg+xml", "<svg/>");
    let sent = xmtp_agent::attachments::SealedFile::seal(&logo).unwrap().upload(&uploader).await.unwrap();
    let dm = bo.conversations().dm(inbox).await.unwrap();
    dm.send(Content::from(sent.clone()).to_bytes(), true).await.unwrap();

    let answer = timeout(Duration::from_secs(30), async {
        loop {
            let message = heard.next().await.unwrap().unwrap();
            match Content::from_bytes(&message.content) {
                Content::RemoteAttachment(remote) if message.sender == inbox => break remote,
                _ => {}
            }
        }
    });
    let answer = answer.await.unwrap();
    assert_eq!(downloader.download(&answer).await.unwrap(), logo);
    assert!(answer.secret != sent.secret && answer.url != sent.url && answer.content_digest != sent.content_digest);
    running.stop().await.unwrap();
}
