//! grpc-web as browsers speak it, byte by byte over HTTP/1.1.

use crate::support::{self, mls, node, send_texts, text};
use bytes::{Buf, Bytes};
use prost::Message;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use xmtp_node::RunningNode;
use xmtp_proto::xmtp::mls::api::v1::{
    QueryGroupMessagesRequest, QueryGroupMessagesResponse, SendGroupMessagesRequest, SubscribeGroupMessagesRequest,
    subscribe_group_messages_request::Filter,
};

const GROUP: [u8; 16] = [1; 16];

/// A browser's connection: writes requests as text, reads responses as they come.
struct Browser {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Browser {
    async fn open(node: &RunningNode) -> Self {
        let address: SocketAddr = node.addresses().web.unwrap();
        Self { stream: TcpStream::connect(address).await.unwrap(), read: Vec::new() }
    }

    async fn post(&mut self, method: &str, message: &impl Message) {
        let mut body = vec![0];
        body.extend_from_slice(&u32::try_from(message.encoded_len()).unwrap().to_be_bytes());
        body.extend_from_slice(&message.encode_to_vec());
        let head = format!(
            "POST /xmtp.mls.api.v1.MlsApi/{method} HTTP/1.1\r\nhost: localhost:5557\r\norigin: https://app.example\r\n\
             content-type: application/grpc-web+proto\r\naccept: application/grpc-web+proto\r\nx-grpc-web: 1\r\n\
             x-app-version: \r\nx-libxmtp-version: 1.10.0\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.stream.write_all(&body).await.unwrap();
    }

    async fn read_until(&mut self, done: impl Fn(&[u8]) -> bool) {
        while !done(&self.read) {
            let count = self.stream.read_buf(&mut self.read).await.unwrap();
            assert!(count > 0, "closed after {:?}", String::from_utf8_lossy(&self.read));
        }
    }

    /// Reads a response head: its status line and headers, in lower case.
    async fn head(&mut self) -> String {
        let end = |read: &[u8]| read.windows(4).position(|four| four == b"\r\n\r\n");
        self.read_until(|read| end(read).is_some()).await;
        let at = end(&self.read).unwrap() + 4;
        String::from_utf8(self.read.drain(..at).collect()).unwrap().to_lowercase()
    }

    /// Reads one chunk of a chunked body; an empty one is the last.
    async fn chunk(&mut self) -> Bytes {
        let line_end = |read: &[u8]| read.windows(2).position(|two| two == b"\r\n");
        self.read_until(|read| line_end(read).is_some()).await;
        let at = line_end(&self.read).unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&self.read[..at]).unwrap(), 16).unwrap();
        self.read_until(|read| read.len() >= at + 2 + size + 2).await;
        let chunk = Bytes::copy_from_slice(&self.read[at + 2..at + 2 + size]);
        self.read.drain(..at + 2 + size + 2);
        chunk
    }

    /// Reads a whole chunked body and splits it into frames: flag and content.
    async fn frames(&mut self) -> Vec<(u8, Bytes)> {
        let mut body = Vec::new();
        loop {
            let chunk = self.chunk().await;
            if chunk.is_empty() {
                return split_frames(body.into());
            }
            body.extend_from_slice(&chunk);
        }
    }
}

fn split_frames(mut body: Bytes) -> Vec<(u8, Bytes)> {
    let mut frames = Vec::new();
    while body.has_remaining() {
        let (flag, length) = (body.get_u8(), body.get_u32() as usize);
        frames.push((flag, body.split_to(length)));
    }
    frames
}

#[tokio::test]
async fn a_page_may_ask_whether_it_may_call() {
    let node = node().await;
    let mut browser = Browser::open(&node).await;
    let preflight = "OPTIONS /xmtp.mls.api.v1.MlsApi/SendGroupMessages HTTP/1.1\r\nhost: localhost:5557\r\n\
                     origin: https://app.example\r\naccess-control-request-method: POST\r\n\
                     access-control-request-headers: content-type,x-app-version,x-grpc-web,x-libxmtp-version\r\n\r\n";
    browser.stream.write_all(preflight.as_bytes()).await.unwrap();
    let head = browser.head().await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for expected in [
        "access-control-allow-origin: *",
        "access-control-allow-methods: post",
        "content-type,x-app-version,x-grpc-web,x-libxmtp-version",
        "access-control-max-age: 1728000",
    ] {
        assert!(head.contains(expected), "{expected} not in {head}");
    }
}

#[tokio::test]
async fn a_page_sends_and_queries() {
    let node = node().await;
    let mut browser = Browser::open(&node).await;
    browser.post("SendGroupMessages", &SendGroupMessagesRequest { messages: vec![text(&GROUP, "from a page")] }).await;
    let head = browser.head().await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for expected in [
        "content-type: application/grpc-web+proto",
        "access-control-allow-origin: *",
        "access-control-expose-headers: grpc-status,grpc-message,grpc-status-details-bin",
    ] {
        assert!(head.contains(expected), "{expected} not in {head}");
    }
    let frames = browser.frames().await;
    assert_eq!(frames.iter().map(|frame| frame.0).collect::<Vec<_>>(), [0, 0x80]);
    assert!(frames[1].1.starts_with(b"grpc-status:0"), "{frames:?}");

    let query = QueryGroupMessagesRequest { group_id: Bytes::copy_from_slice(&GROUP), paging_info: None };
    browser.post("QueryGroupMessages", &query).await;
    browser.head().await;
    let frames = browser.frames().await;
    let answer = QueryGroupMessagesResponse::decode(frames[0].1.clone()).unwrap();
    assert_eq!(answer.messages.len(), 1);
}

#[tokio::test]
async fn a_page_reads_why_it_was_refused() {
    let node = node().await;
    let mut browser = Browser::open(&node).await;
    browser.post("SendGroupMessages", &SendGroupMessagesRequest { messages: vec![] }).await;
    let head = browser.head().await;
    assert!(head.starts_with("http/1.1 200") && head.contains("grpc-status: 3"), "{head}");
    assert!(head.contains("access-control-expose-headers: grpc-status,grpc-message"), "{head}");
}

#[tokio::test]
async fn a_stream_begins_at_once_and_each_message_comes_when_it_is_sent() {
    let node = node().await;
    let mut mls = mls(&node).await;
    let mut browser = Browser::open(&node).await;
    let filter = Filter { group_id: Bytes::copy_from_slice(&GROUP), id_cursor: 0 };
    browser.post("SubscribeGroupMessages", &SubscribeGroupMessagesRequest { filters: vec![filter] }).await;
    assert!(browser.head().await.starts_with("http/1.1 200"));
    for number in 1..=3 {
        send_texts(&mut mls, &GROUP, [number.to_string()]).await;
        let frames = split_frames(browser.chunk().await);
        let [(0, message)] = frames.as_slice() else { panic!("{frames:?}") };
        let message = xmtp_proto::xmtp::mls::api::v1::GroupMessage::decode(message.clone()).unwrap();
        assert_eq!(support::v1(message).id, number);
    }
}
