//! Endpoints that are away, wrong, slow, or talk nonsense. Each is an error that can be mended, and none shows the key.
use crate::support::{ANVIL, Fake, any_question, chains, http, question, result};
use alloy_primitives::Address;
use serde_json::{Value, json};
use std::{
    future::pending,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use xmtp_anvil::Anvil;
use xmtp_chain::{ChainError, Chains};
use xmtp_types::{AccountId, ChainId, ContractAnswer, ContractQuestion};

pub(crate) const SECRETS: [&str; 4] = ["user-name", "pass-word", "key-of-mine", "token-value"];

/// The endpoint at this host, with a key at each place that a URL has.
pub(crate) fn at(host: &str) -> Chains {
    let url = format!("http://user-name:pass-word@{host}/v2/key-of-mine?token=token-value");
    Chains::none().with_endpoint(ANVIL, &url).unwrap()
}

async fn error_of(host: &str) -> ChainError {
    let error = at(host).ask(&any_question()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(SECRETS.iter().all(|secret| !shown.contains(secret)), "{shown}");
    assert!(error.is_retryable(), "{shown}");
    error
}

#[tokio::test]
async fn an_endpoint_that_is_away_is_unreachable() {
    let url = Anvil::url_of_nobody().unwrap();
    let error = error_of(url.strip_prefix("http://").unwrap()).await;
    assert!(matches!(error, ChainError::Unreachable { .. }), "{error}");
    let error = error_of("nowhere.invalid").await;
    assert!(matches!(&error, ChainError::Unreachable { host, .. } if host == "nowhere.invalid"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_times_out() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let held = listener.accept().await;
        pending::<()>().await;
        drop(held);
    });
    let error = error_of(&host).await;
    assert!(matches!(error, ChainError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn an_endpoint_of_another_chain_is_told_and_asked_nothing_else() {
    let fake = Fake::start(|_| result(r#""0x1""#)).await;
    let wrong = ChainError::WrongChain { expected: ANVIL, found: ChainId::new(1) };
    assert_eq!(error_of(&fake.host).await, wrong);
    assert_eq!(fake.asked(), 1);

    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let misplaced = Chains::none().with_endpoint(ChainId::new(8453), anvil.rpc_url()).unwrap();
    let account: AccountId = format!("eip155:8453:0x{}", "ab".repeat(20)).parse().unwrap();
    let error = misplaced.ask(&question(&account, [1; 65])).await.unwrap_err();
    assert_eq!(error, ChainError::WrongChain { expected: ChainId::new(8453), found: ANVIL });
}

#[tokio::test]
async fn answers_that_are_no_answers_are_not_understood() {
    let long = format!("\"0x{}\"", "00".repeat(1 << 20));
    for body in ["", "<html>", "[]", "{}", r#"{"jsonrpc":"2.0","id":1}"#, "\u{0}\u{1}"] {
        let fake = Fake::start(move |_| http("200 OK", body)).await;
        let error = error_of(&fake.host).await;
        assert!(matches!(error, ChainError::NotUnderstood { .. }), "{body}: {error}");
    }
    for wrong in ["null", "{}", "[]", "\"\"", "\"0x\"", "\"many\"", "-1", "\"0x10000000000000000\"", long.as_str()] {
        let answer = result(wrong);
        let fake = Fake::start(move |_| answer.clone()).await;
        let error = error_of(&fake.host).await;
        assert!(matches!(error, ChainError::NotUnderstood { .. }), "{error}");
    }
}

#[tokio::test]
async fn endpoints_that_fail_are_unreachable_and_say_why() {
    for (status, why) in [
        ("500 Internal Server Error", "500"),
        ("401 Unauthorized", "its key is wrong"),
        ("429 Too Many Requests", "too many requests"),
        ("307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/key-of-mine", "moved"),
    ] {
        let fake = Fake::start(move |_| http(status, "the key key-of-mine is bad")).await;
        let error = error_of(&fake.host).await;
        assert!(matches!(error, ChainError::Unreachable { .. }) && error.to_string().contains(why), "{error}");
    }
    for cut in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", "no HTTP at all\r\n\r\n"] {
        let fake = Fake::start(move |_| cut.to_owned()).await;
        let error = error_of(&fake.host).await;
        assert!(matches!(error, ChainError::Unreachable { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_passed_on_cut_short_on_one_line_and_without_keys() {
    let text = "the key key-of-mine\\nis used up ".repeat(100);
    for status in ["200 OK", "400 Bad Request"] {
        let error = format!(r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":-32005,"message":"{text}"}}}}"#);
        let fake = Fake::start(move |_| http(status, &error)).await;
        let ChainError::Refused { code, message, .. } = error_of(&fake.host).await else { panic!() };
        assert_eq!(code, -32005);
        assert!(message.starts_with("the key … is used up") && message.len() <= 200, "{message}");
    }
}

#[tokio::test]
async fn a_call_that_gave_up_is_a_no_and_one_that_did_not_run_is_open() {
    let error = |code: i64, message: &str| {
        let error = format!(r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":{code},"message":"{message}"}}}}"#);
        http("200 OK", &error)
    };
    let run = async |called: String| {
        let fake = Fake::start(move |body| match () {
            () if body.contains("eth_chainId") => result("\"0x7a69\""),
            () if body.contains("eth_blockNumber") => result("\"0x5\""),
            () => called.clone(),
        });
        at(&fake.await.host).ask(&any_question()).await
    };
    for gave_up in [
        error(3, "execution reverted"),
        error(-32000, "execution reverted: ECDSA"),
        error(-32015, "VM execution error: Reverted 0x"),
        error(-32603, "EVM error OutOfGas"),
        error(-32000, "invalid opcode: INVALID"),
        result("\"0x\""),
        result("\"0x0101\""),
        result(&format!("\"0x{:064x}\"", 1)),
    ] {
        assert_eq!(run(gave_up.clone()).await, Ok(ContractAnswer::NotSigned), "{gave_up}");
    }
    for open in [error(-32000, "header not found"), error(-32005, "limit exceeded"), error(-32601, "no such method")] {
        assert!(matches!(run(open.clone()).await, Err(ChainError::Refused { .. })), "{open}");
    }
    assert_eq!(run(result("\"0x01\"")).await, Ok(ContractAnswer::Signed { block: Some(5) }));
}

#[tokio::test]
async fn a_number_of_a_block_that_is_none_leaves_the_question_open() {
    for number in ["\"\"", "\"0x\"", "\"5\"", "5", "null", "\"0x10000000000000000\"", "\"0x-1\""] {
        let fake = Fake::start(move |body| match () {
            () if body.contains("eth_chainId") => result("\"0x7a69\""),
            () if body.contains("eth_blockNumber") => result(number),
            () => result("\"0x00\""),
        });
        let answer = at(&fake.await.host).ask(&any_question()).await;
        assert!(matches!(answer, Err(ChainError::NotUnderstood { .. })), "{number}: {answer:?}");
    }
}

/// A chain that answers calls with `answer`, and all that it is asked.
async fn listening(answer: &'static str) -> (Fake, Arc<Mutex<Vec<Value>>>) {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&bodies);
    let fake = Fake::start(move |body| {
        heard.lock().unwrap().push(serde_json::from_str::<Value>(body).unwrap());
        result(if body.contains("eth_chainId") { "\"0x7a69\"" } else { answer })
    });
    (fake.await, bodies)
}

#[tokio::test]
async fn a_call_is_its_data_and_a_block_without_a_receiver() {
    let (fake, bodies) = listening("\"0x01\"").await;
    let question = ContractQuestion { block: Some(26), ..any_question() };
    at(&fake.host).ask(&question).await.unwrap();
    let called = bodies.lock().unwrap().pop().unwrap();
    assert_eq!(called["jsonrpc"], "2.0");
    assert_eq!(called["method"], "eth_call");
    let data = &called["params"][0]["data"];
    assert!(data.as_str().unwrap().starts_with("0x60"), "{data}");
    assert_eq!(called["params"], json!([{ "data": data }, "0x1a"]));
}

#[tokio::test]
async fn a_read_is_its_contract_its_data_and_the_newest_block() {
    let (fake, bodies) = listening("\"0x0102\"").await;
    let returned = at(&fake.host).read(ANVIL, Address::repeat_byte(0xab), vec![7, 8].into()).await;
    assert_eq!(returned, Ok(vec![1, 2].into()));
    let called = bodies.lock().unwrap().pop().unwrap();
    let to = format!("0x{}", "ab".repeat(20));
    assert_eq!(called["params"], json!([{ "to": to, "data": "0x0708" }, "latest"]));
}

#[tokio::test]
async fn of_many_questions_a_dead_endpoint_hears_few_and_the_others_are_answered() {
    let fake = Fake::start(|_| http("503 Service Unavailable", "")).await;
    let unknown: AccountId = format!("eip155:5:0x{}", "ab".repeat(20)).parse().unwrap();
    let mut questions: Vec<_> =
        (0..500).map(|block| ContractQuestion { block: Some(block), ..any_question() }).collect();
    questions.push(question(&unknown, [1; 65]));
    let answers = at(&fake.host).ask_all(&questions).await;
    assert_eq!(answers.len(), 501);
    assert!(answers[..500].iter().all(|answer| matches!(answer, Err(ChainError::Unreachable { .. }))));
    assert_eq!(answers[500], Err(ChainError::NoEndpoint(ChainId::new(5))));
    assert!(fake.asked() <= 16, "{}", fake.asked());
}

#[tokio::test]
async fn many_questions_are_answered_in_their_order() {
    let Some(anvil) = Anvil::for_test().await.unwrap() else { return };
    let owner = crate::support::key(1);
    let wallet = anvil.deploy_wallet(&owner.address()).await.unwrap();
    let block = anvil.block_number().await.ok();
    let signed = ContractQuestion { block, ..question(&wallet, owner.sign_text(crate::support::TEXT)) };
    let questions: Vec<_> = (0..60_u8)
        .map(|number| if number % 3 == 0 { signed.clone() } else { question(&wallet, [number; 65]) })
        .collect();
    let answers = chains(&anvil).ask_all(&questions).await;
    for (number, answer) in answers.into_iter().enumerate() {
        let expected = if number % 3 == 0 { ContractAnswer::Signed { block } } else { ContractAnswer::NotSigned };
        assert_eq!(answer, Ok(expected));
    }
}
