//! The most talkative log, libraries included, holds no more of a URL than its host.
use crate::{
    endpoints::{SECRETS, at},
    support::{Fake, any_question, http, result},
};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{
    filter::LevelFilter,
    fmt::{MakeWriter, format::FmtSpan},
};
use xmtp_anvil::Anvil;
use xmtp_chain::Chains;
use xmtp_types::ContractAnswer;

/// All that is logged in this process.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn everything() -> Self {
        let captured = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(captured.clone())
            .init();
        captured
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn no_log_of_any_crate_holds_the_key_of_an_endpoint() {
    let log = Captured::everything();
    let fake = Fake::start(|body| match () {
        () if body.contains("eth_chainId") => result("\"0x7a69\""),
        () if body.contains("eth_blockNumber") => result("\"0x5\""),
        () => result("\"0x01\""),
    });
    let chains = at(&fake.await.host);
    tracing::trace!(?chains, "a caller that logs what it can");
    assert_eq!(chains.ask(&any_question()).await, Ok(ContractAnswer::Signed { block: Some(5) }));

    let echo = SECRETS.join(" ");
    for answer in [
        result(&format!("\"{echo}\"")),
        result(&format!("{{\"code\":1,\"message\":\"{echo}\"}}")),
        http("200 OK", &format!(r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":-32005,"message":"{echo}"}}}}"#)),
        http("200 OK", &format!("<html>{echo}</html>")),
        http("401 Unauthorized", &echo),
        http("307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/key-of-mine", ""),
        "no HTTP at all\r\n\r\n".to_owned(),
    ] {
        let fake = Fake::start(move |_| answer.clone()).await;
        note(&at(&fake.host)).await;
    }
    let nobody = Anvil::url_of_nobody().unwrap();
    note(&at(nobody.strip_prefix("http://").unwrap())).await;

    let logged = log.text();
    for who in ["alloy_rpc_client::", "alloy_json_rpc::", "hyper_util::", "xmtp_chain::", "a caller that logs"] {
        assert!(logged.contains(who), "the log of {who} was not captured");
    }
    for line in logged.lines() {
        assert!(SECRETS.iter().all(|secret| !line.contains(secret)), "{line}");
    }
    tracing::trace!(leaked = echo);
    assert!(SECRETS.iter().all(|secret| log.text().contains(secret)), "a key would not be found");
}

/// Logs why there is no answer.
async fn note(chains: &Chains) {
    let error = chains.ask(&any_question()).await.unwrap_err();
    tracing::trace!(%error, shown = ?error, "no answer");
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
