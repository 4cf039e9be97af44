//! Handlers of every kind of message, of conversations, and of the life of an agent.
use crate::world::{Report, next, reporter};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use xmtp_agent::{
    During,
    prelude::*,
    testing::{TestError, TestNetwork},
};
use xmtp_client::{LocalWallet, MemoryStore};
use xmtp_content_types::{
    Action, Actions, Attachment, Codec, ContentError, CustomContent, Intent, LeaveRequest, TransactionReference,
};

/// A type of one's own.
struct Celsius;

impl Codec for Celsius {
    type Content = i32;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::constant("weather.example", "celsius", 1, 0)
    }

    fn encode(&self, degrees: &i32) -> Result<EncodedContent, ContentError> {
        Ok(EncodedContent::new(self.content_type(), degrees.to_string()))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<i32, ContentError> {
        encoded.text()?.parse().map_err(|_| ContentError::Malformed { what: "temperature" })
    }
}

/// A handler that reports that it ran.
fn ran<T>(report: &Report, name: &'static str) -> impl Fn(Context, T) -> std::future::Ready<HandlerResult> + use<T> {
    let report = report.clone();
    move |_, _| {
        report.tell(name);
        std::future::ready(Ok(()))
    }
}

#[tokio::test]
async fn a_type_of_ones_own_has_its_handler_and_what_its_codec_cannot_read_is_unknown() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let agent = network.agent(|agent| {
        agent
            .with_codec(Celsius)
            .on_custom(async |ctx, degrees: i32| {
                ctx.send_with(&Celsius, &(degrees + 1)).await?;
                Ok(())
            })
            .on_custom(async |ctx, _: String| {
                ctx.send("of another type").await?;
                Ok(())
            })
            .on_unknown(async |ctx, unknown| {
                let why = unknown.error().to_string();
                ctx.send(format!("{} {:?} {why}", ctx.uses_codec(&Celsius), unknown.fallback())).await?;
                Ok(())
            })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    alice.say_to(&agent, CustomContent::new(&Celsius, -3)?).await?;
    let (_, answer) = alice.hears_message().await?;
    assert_eq!(answer.encode().decode_with(&Celsius)?, -2);
    let broken = EncodedContent::new(Celsius.content_type(), "warm").with_fallback("It is warm");
    alice.say_to(&agent, broken).await?;
    let told = alice.hears_text().await?;
    assert!(told.starts_with("true Some(\"It is warm\")") && told.contains("temperature"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_second_codec_for_a_type_keeps_the_agent_from_starting() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let started = network.agent(|agent| agent.with_codec(Celsius).with_codec(Celsius)).await;
    assert!(matches!(started, Err(TestError::Agent(AgentError::Content(ContentError::CodecTaken(_))))));
    Ok(())
}

#[tokio::test]
async fn every_kind_of_message_comes_to_its_handler_and_to_that_of_all() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let network = TestNetwork::new();
    let agent = network.agent(|agent| {
        agent
            .on_attachment(ran(&report, "attachment"))
            .on_remote_attachment(ran(&report, "remote attachment"))
            .on_multi_remote_attachment(ran(&report, "multi remote attachment"))
            .on_transaction_reference(ran(&report, "transaction reference"))
            .on_wallet_send_calls(ran(&report, "wallet send calls"))
            .on_actions(ran(&report, "actions"))
            .on_intent(ran(&report, "intent"))
            .on_leave_request(ran(&report, "leave request"))
            .on_text(ran(&report, "text"))
            .on_message(ran(&report, "message"))
    });
    let agent = agent.await?;
    let alice = network.user().await?;
    let dm = alice.dm(&agent).await?;
    for (bytes, kind) in samples() {
        // As bytes: what any client may send.
        dm.send(bytes, true).await?;
        assert_eq!(next_but(&mut reports, "message").await, kind);
    }
    Ok(())
}

async fn next_but(reports: &mut tokio::sync::mpsc::UnboundedReceiver<String>, not: &str) -> String {
    loop {
        let report = next(reports).await;
        if report != not {
            return report;
        }
    }
}

fn samples() -> Vec<(Vec<u8>, &'static str)> {
    let json = |name: &'static str, authority: &'static str, json: &str| {
        EncodedContent::new(ContentTypeId::constant(authority, name, 1, 0), json).to_bytes()
    };
    let remote = EncodedContent::new("xmtp.org/remoteStaticAttachment:1.0".parse().unwrap(), "https://example.org/1")
        .with_parameter("contentDigest", "00".repeat(32))
        .with_parameter("salt", "00".repeat(32))
        .with_parameter("nonce", "00".repeat(12))
        .with_parameter("secret", "00".repeat(32))
        .with_parameter("scheme", "https://")
        .with_parameter("contentLength", "1")
        .with_parameter("filename", "a");
    let multi = EncodedContent::new("xmtp.org/multiRemoteStaticAttachment:1.0".parse().unwrap(), "");
    let calls = r#"{"version":"1.0","chainId":"0x1","from":"0x00","calls":[]}"#;
    vec![
        (Content::from(Attachment::new("a.txt", "text/plain", b"hi".to_vec())).to_bytes(), "attachment"),
        (remote.to_bytes(), "remote attachment"),
        (multi.to_bytes(), "multi remote attachment"),
        (Content::from(TransactionReference::ethereum(1, "0x00")).to_bytes(), "transaction reference"),
        (json("walletSendCalls", "xmtp.org", calls), "wallet send calls"),
        (Content::from(Actions::new("poll", "Which?", vec![Action::new("yes", "Yes")])).to_bytes(), "actions"),
        (Content::from(Intent::new("poll", "yes")).to_bytes(), "intent"),
        (Content::LeaveRequest(LeaveRequest::default()).to_bytes(), "leave request"),
        (Content::text("").to_bytes(), "text"),
    ]
}

#[tokio::test]
async fn a_conversation_is_told_of_before_its_first_message_and_once_also_when_the_agent_was_down()
-> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let build = move |agent: Agent| {
        let (all, dm, group, text) = (report.clone(), report.clone(), report.clone(), report.clone());
        let tell = |report: Report, name: &'static str| {
            move |ctx: ConversationContext| {
                report.tell(format!("{name} {}", ctx.is_repeat()));
                async { Ok(()) }
            }
        };
        agent.on_conversation(tell(all, "conversation")).on_dm(tell(dm, "dm")).on_group(tell(group, "group")).on_text(
            move |_, said| {
                text.tell(said);
                async { Ok(()) }
            },
        )
    };
    let network = TestNetwork::new();
    let mut agent = network.agent(&build).await?;
    let alice = network.user().await?;
    alice.say_to(&agent, "while up").await?;
    for expected in ["conversation false", "dm false", "while up"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    agent.settle().await?;
    agent.stop().await?;

    let group = alice.group(&[agent.inbox_id()]).await?;
    alice.say(&group, "while down").await?;
    agent.start(&build).await?;
    for expected in ["conversation false", "group false", "while down"] {
        assert_eq!(next(&mut reports).await, expected);
    }
    agent.settle().await?;
    agent.start(&build).await?;
    alice.say(&group, "the last").await?;
    assert_eq!(next(&mut reports).await, "the last");
    Ok(())
}

#[tokio::test]
async fn a_conversation_handler_that_fails_is_told_with_its_conversation_and_stops_nothing() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .on_conversation(async |_| Err("no welcome today".into()))
            .on_dm(async |ctx| {
                ctx.send("welcome").await?;
                Ok(())
            })
            .on_error(move |failure| {
                report.tell(format!("{:?} {}", failure.during, failure.conversation().is_some_and(|ctx| ctx.is_dm())));
                async { Ok(()) }
            })
    });
    let agent = agent.await?;
    let mut alice = network.user().await?;
    alice.dm(&agent).await?;
    assert_eq!(alice.hears_text().await?, "welcome");
    assert_eq!(next(&mut reports).await, format!("{:?} true", During::Conversation));
    Ok(())
}

#[tokio::test]
async fn an_agent_tells_of_its_start_the_connection_and_its_stop() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let (start, connected, stop) = (report.clone(), report.clone(), report);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .on_start(move |client: Client| async move {
                start.tell(format!("start {}", client.conversations().find_dm(client.inbox_id()).await?.is_none()));
                Ok(())
            })
            .on_connected(move |_| {
                connected.tell("connected");
                async { Ok(()) }
            })
            .on_stop(move |client: Client| {
                let report = stop.clone();
                async move {
                    // The database is still open.
                    report.tell(format!("stop {}", client.newest_position().await.is_ok()));
                    Err(io::Error::other("on purpose").into())
                }
            })
    });
    let mut agent = agent.await?;
    assert_eq!(next(&mut reports).await, "start true");
    assert_eq!(next(&mut reports).await, "connected");
    let client = agent.running()?.client().clone();
    agent.stop().await?;
    assert_eq!(next(&mut reports).await, "stop true");
    assert!(matches!(client.newest_position().await, Err(xmtp_client::ClientError::Closed)));
    Ok(())
}

#[tokio::test]
async fn an_agent_tells_when_the_network_is_lost_and_found_and_misses_nothing() -> Result<(), TestError> {
    let (report, mut reports) = reporter();
    let (connected, disconnected) = (report.clone(), report);
    let network = TestNetwork::new();
    let agent = network.agent(move |agent| {
        agent
            .on_connected(move |_| {
                connected.tell("connected");
                async { Ok(()) }
            })
            .on_disconnected(move |_| {
                disconnected.tell("disconnected");
                async { Ok(()) }
            })
            .on_text(async |ctx, text| {
                ctx.send(text).await?;
                Ok(())
            })
    });
    let agent = agent.await?;
    assert_eq!(next(&mut reports).await, "connected");
    let mut alice = network.user().await?;
    let dm = alice.dm(&agent).await?;
    network.go_away();
    assert_eq!(next(&mut reports).await, "disconnected");
    let kept = dm.send(Content::text("while it was away").to_bytes(), true).await;
    assert!(matches!(kept, Err(xmtp_client::ClientError::Queued { .. })));
    network.come_back();
    dm.publish().await?;
    assert_eq!(next(&mut reports).await, "connected");
    assert_eq!(alice.hears_text().await?, "while it was away");
    Ok(())
}

#[tokio::test]
async fn a_client_of_ones_own_stays_open_when_the_agent_stops() -> Result<(), TestError> {
    let network = TestNetwork::new();
    let wallet = LocalWallet::generate().map_err(xmtp_client::ClientError::from)?;
    let client = Client::builder(wallet).transport(network.transport()).store(Arc::new(MemoryStore::new()));
    let client = client.build().await?;
    let heard = Arc::new(AtomicBool::new(false));
    let has_heard = Arc::clone(&heard);
    let agent = Agent::new(client.clone()).on_stop(move |_| {
        has_heard.store(true, Ordering::Relaxed);
        async { Ok(()) }
    });
    agent.start().await?.stop().await?;
    assert!(heard.load(Ordering::Relaxed));
    client.newest_position().await?;
    Ok(())
}
