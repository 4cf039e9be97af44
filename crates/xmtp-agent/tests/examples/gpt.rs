//! The example that asks a language model, with a service of the test in place of one.
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use xmtp_agent::{
    prelude::*,
    testing::{TestError, TestNetwork},
};

#[path = "../../examples/gpt.rs"]
#[expect(dead_code, reason = "main is for the program")]
mod example;

/// A chat completion service that gives each request one answer; returns the requests.
async fn service(answers: Vec<(u16, &'static str)>) -> (example::Model, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let requests = tokio::spawn(async move {
        let mut requests = Vec::new();
        for (status, answer) in answers {
            let (mut caller, _) = listener.accept().await.unwrap();
            requests.push(read(&mut caller).await);
            let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
            caller.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
        }
        requests
    });
    (example::Model { url, key: "sk-test".to_owned(), name: "small".to_owned() }, requests)
}

/// One request, up to the end of its body.
async fn read(caller: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let count = caller.read_buf(&mut request).await.unwrap();
        assert!(count > 0, "the caller has gone");
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = |line: &str| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok();
            if head.lines().find_map(length).is_some_and(|length: usize| body.len() >= length) {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn gpt_sends_what_the_model_answers_and_apologises_when_it_does_not() -> Result<(), TestError> {
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let answer = r#"{"choices":[{"message":{"role":"assistant","content":"**42**"}}]}"#;
    let (model, requests) = service(vec![(200, answer), (500, "{}")]).await;
    let network = TestNetwork::new();
    let agent = network.agent(|agent| example::gpt(agent, model)).await?;
    let mut alice = network.user().await?;

    alice.say_to(&agent, "What is the answer?").await?;
    let answered = alice.hears().await?;
    assert!(
        matches!(&answered, Content::Reply(reply) if *reply.content == Content::markdown("**42**")),
        "{answered:?}"
    );
    alice.say_to(&agent, "And the question?").await?;
    assert_eq!(alice.hears_text().await?, "Sorry, I could not think of an answer.");

    let requests = requests.await.unwrap();
    assert!(requests[0].starts_with("POST /v1/chat/completions HTTP/1.1"), "{}", requests[0]);
    assert!(requests[0].to_lowercase().contains("authorization: bearer sk-test"));
    let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let expected = r#"{"messages":[{"content":"What is the answer?","role":"user"}],"model":"small"}"#;
    assert_eq!(body, expected);
    Ok(())
}
