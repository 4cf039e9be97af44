//! What the tests of the node share: a node on free ports, clients of it, and messages to send.
use bytes::Bytes;
use std::{net::SocketAddr, path::Path};
use tonic::{Status, transport::Channel};
use xmtp_node::{DataLocation, Node, NodeConfig, RunningNode};
use xmtp_proto::xmtp::{
    identity::api::v1::identity_api_client::IdentityApiClient,
    mls::{
        api::v1::{
            GroupMessageInput, PagingInfo, QueryGroupMessagesRequest, SendGroupMessagesRequest,
            SendWelcomeMessagesRequest, SortDirection, WelcomeMessageInput, group_message, group_message_input,
            mls_api_client::MlsApiClient, welcome_message_input,
        },
        message_contents::WelcomeWrapperAlgorithm,
    },
};

pub(crate) type Mls = MlsApiClient<Channel>;
pub(crate) type Identity = IdentityApiClient<Channel>;

pub(crate) const APPLICATION: u8 = 1;
pub(crate) const PROPOSAL: u8 = 2;
pub(crate) const COMMIT: u8 = 3;

pub(crate) async fn node() -> RunningNode {
    Node::start(NodeConfig::ephemeral()).await.unwrap()
}

pub(crate) fn config_in(folder: &Path) -> NodeConfig {
    let mut config = NodeConfig::ephemeral();
    config.data = DataLocation::Folder(folder.to_owned());
    config
}

pub(crate) async fn channel(address: SocketAddr) -> Channel {
    Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap()
}

pub(crate) async fn mls(node: &RunningNode) -> Mls {
    mls_at(node.addresses().native).await
}

pub(crate) async fn mls_at(address: SocketAddr) -> Mls {
    let most = 64 * 1024 * 1024;
    MlsApiClient::new(channel(address).await).max_decoding_message_size(most).max_encoding_message_size(most)
}

pub(crate) async fn identity(node: &RunningNode) -> Identity {
    IdentityApiClient::new(channel(node.addresses().native).await)
}

/// A `PrivateMessage` as the network sees it: framing that holds, content that nobody can open.
pub(crate) fn mls_message(group: &[u8], content: u8, ciphertext: &[u8]) -> Bytes {
    let mut bytes = vec![0, 1, 0, 2];
    push_vector(&mut bytes, group);
    bytes.extend_from_slice(&7u64.to_be_bytes());
    bytes.push(content);
    push_vector(&mut bytes, &[]);
    push_vector(&mut bytes, &[0; 12]);
    push_vector(&mut bytes, ciphertext);
    bytes.into()
}

fn push_vector(into: &mut Vec<u8>, content: &[u8]) {
    match u32::try_from(content.len()).unwrap() {
        short @ 0..64 => into.push(u8::try_from(short).unwrap()),
        middle @ 64..0x4000 => into.extend_from_slice(&(0x4000 | u16::try_from(middle).unwrap()).to_be_bytes()),
        long => into.extend_from_slice(&(0x8000_0000 | long).to_be_bytes()),
    }
    into.extend_from_slice(content);
}

pub(crate) fn input(data: Bytes) -> GroupMessageInput {
    let message = group_message_input::V1 { data, sender_hmac: Bytes::from_static(&[9; 32]), should_push: true };
    GroupMessageInput { version: Some(group_message_input::Version::V1(message)) }
}

pub(crate) fn text(group: &[u8], text: &str) -> GroupMessageInput {
    input(mls_message(group, APPLICATION, text.as_bytes()))
}

pub(crate) async fn send(mls: &mut Mls, messages: Vec<GroupMessageInput>) -> Result<(), Status> {
    mls.send_group_messages(SendGroupMessagesRequest { messages }).await.map(drop)
}

pub(crate) async fn send_texts(mls: &mut Mls, group: &[u8], texts: impl IntoIterator<Item = String>) {
    send(mls, texts.into_iter().map(|content| text(group, &content)).collect()).await.unwrap();
}

pub(crate) fn welcome(installation: &[u8], data: &str) -> WelcomeMessageInput {
    let version = welcome_message_input::Version::V1(welcome_message_input::V1 {
        installation_key: Bytes::copy_from_slice(installation),
        data: Bytes::copy_from_slice(data.as_bytes()),
        hpke_public_key: Bytes::from_static(&[5; 32]),
        wrapper_algorithm: WelcomeWrapperAlgorithm::XwingMlkem768Draft6.into(),
        welcome_metadata: Bytes::from_static(b"meta"),
    });
    WelcomeMessageInput { version: Some(version) }
}

pub(crate) async fn send_welcomes(mls: &mut Mls, messages: Vec<WelcomeMessageInput>) -> Result<(), Status> {
    mls.send_welcome_messages(SendWelcomeMessagesRequest { messages }).await.map(drop)
}

pub(crate) fn ascending(limit: u32, id_cursor: u64) -> PagingInfo {
    PagingInfo { direction: SortDirection::Ascending.into(), limit, id_cursor }
}

pub(crate) async fn page(
    mls: &mut Mls,
    group: &[u8],
    paging: Option<PagingInfo>,
) -> (Vec<group_message::V1>, PagingInfo) {
    let request = QueryGroupMessagesRequest { group_id: Bytes::copy_from_slice(group), paging_info: paging };
    let answer = mls.query_group_messages(request).await.unwrap().into_inner();
    (answer.messages.into_iter().map(v1).collect(), answer.paging_info.unwrap())
}

/// Everything in a group, read page by page as clients do.
pub(crate) async fn everything(mls: &mut Mls, group: &[u8]) -> Vec<group_message::V1> {
    let (mut all, mut cursor) = (Vec::new(), 0);
    loop {
        let (rows, paging) = page(mls, group, Some(ascending(100, cursor))).await;
        all.extend(rows);
        cursor = paging.id_cursor;
        if cursor == 0 {
            return all;
        }
    }
}

pub(crate) fn v1(message: xmtp_proto::xmtp::mls::api::v1::GroupMessage) -> group_message::V1 {
    let Some(group_message::Version::V1(message)) = message.version else { panic!("a message without content") };
    message
}

pub(crate) fn ids(rows: &[group_message::V1]) -> Vec<u64> {
    rows.iter().map(|row| row.id).collect()
}
