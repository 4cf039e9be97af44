//! The most talkative log of an agent at work holds neither what people wrote nor a key.
use crate::world::{World, say, soon};
use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};
use xmtp_agent::{AgentEnv, PerformanceMonitor, XMTP_DB_ENCRYPTION_KEY, XMTP_WALLET_KEY, prelude::*};
use xmtp_client::{DatabaseKey, LocalWallet};

const WORDS: &str = "the treasure lies under the old oak";

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_line_holds_what_people_wrote_or_a_key() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).with_writer(log.clone()).init();

    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let wallet = LocalWallet::generate().unwrap();
    let (wallet_key, database_key) = (wallet.to_hex(), "5ec7e7".repeat(11)[..64].to_owned());
    let env = AgentEnv::from_variables(|name| match name {
        XMTP_WALLET_KEY => Some(wallet_key.to_string()),
        XMTP_DB_ENCRYPTION_KEY => Some(database_key.clone()),
        _ => None,
    });
    let env = env.unwrap();
    tracing::info!(?env, "the environment");
    let builder = Client::builder(env.wallet).transport(world.network()).data_folder(folder.path());
    let client = builder.database_key(DatabaseKey::from_bytes(*env.database_key)).build().await.unwrap();
    let agent = Agent::new(client)
        .log_details()
        .monitor(PerformanceMonitor::new().critical_after(Duration::ZERO))
        .on_text(async |_, text| Err(format!("cannot answer {text}").into()))
        .on_message(async |ctx, content| {
            tracing::info!(?ctx, ?content, "a handler that logs what it can");
            Ok(())
        })
        .on_text(async |ctx, text| {
            ctx.reply(text).await?;
            Ok(())
        });
    let agent = agent.start().await.unwrap();
    let mut alice = world.person().await;
    say(&alice.dm(agent.inbox_id()).await, WORDS).await;
    assert_eq!(alice.hears_text().await, WORDS);
    soon(agent.stop()).await.unwrap();

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("details of the agent") && log.contains("a message took too long"), "{log}");
    assert!(log.contains("a handler failed") && log.contains("a handler that logs what it can"), "{log}");
    let as_bytes = format!("{:?}", WORDS.as_bytes());
    let key_bytes = format!("{:?}", hex::decode(&database_key).unwrap());
    let secrets = [WORDS, &as_bytes[1..40], &hex::encode(WORDS), &wallet_key, &database_key, &key_bytes[1..40]];
    for secret in secrets {
        let line = log.lines().find(|line| line.to_lowercase().contains(secret));
        assert_eq!(line, None);
    }
}
