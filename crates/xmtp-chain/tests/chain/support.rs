//! Questions, and endpoints that misbehave.
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use xmtp_anvil::Anvil;
use xmtp_chain::Chains;
use xmtp_identity::{Erc1271Signature, LocalWallet};
use xmtp_types::{AccountId, ChainId, ContractQuestion};

pub(crate) const TEXT: &str = "a text that a wallet signs";

pub(crate) const ANVIL: ChainId = ChainId::new(31_337);

pub(crate) fn key(number: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([number; 32])).unwrap()
}

/// The chain, reached through `xmtp-chain`.
pub(crate) fn chains(anvil: &Anvil) -> Chains {
    Chains::none().with_endpoint(ANVIL, anvil.rpc_url()).unwrap()
}

/// Whether `account` signed [`TEXT`], as of the newest block.
pub(crate) fn question(account: &AccountId, signature: impl Into<Vec<u8>>) -> ContractQuestion {
    Erc1271Signature::fresh(account, signature.into(), TEXT).1
}

/// A question about an account that nothing is at.
pub(crate) fn any_question() -> ContractQuestion {
    question(&format!("{ANVIL}:0x{}", "ab".repeat(20)).parse().unwrap(), [1; 65])
}

/// An endpoint that answers each request with what `answer` makes of its body, and counts them.
pub(crate) struct Fake {
    pub(crate) host: String,
    pub(crate) requests: Arc<AtomicUsize>,
}

impl Fake {
    pub(crate) async fn start(answer: impl Fn(&str) -> String + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let fake = Self { host: listener.local_addr().unwrap().to_string(), requests: Arc::default() };
        let requests = Arc::clone(&fake.requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), Arc::clone(&requests)));
            }
        });
        fake
    }

    pub(crate) fn asked(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, answer: impl Fn(&str) -> String, requests: Arc<AtomicUsize>) {
    let mut request = String::new();
    let mut bytes = [0; 4096];
    // Requests end with the one closing brace that nothing follows.
    while !request.ends_with('}') {
        let Ok(read @ 1..) = stream.read(&mut bytes).await else { return };
        request.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let body = &request[request.find("\r\n\r\n").unwrap()..];
    // Whoever asked may not want to hear it all.
    stream.write_all(answer(body).as_bytes()).await.ok();
}

/// An HTTP answer.
pub(crate) fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A JSON-RPC answer with this result, which is JSON.
pub(crate) fn result(result: &str) -> String {
    http("200 OK", &format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#))
}
