//! One Node process running `driver.mjs`: requests in, answers out, matched by id.
use std::{
    collections::HashMap,
    env,
    path::Path,
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::{Mutex as AsyncMutex, oneshot},
    time::timeout,
};

/// Set to a log level such as `Debug`, it shows what official clients log.
const CLIENT_LOG: &str = "INTEROP_CLIENT_LOG";

/// An answer that takes longer is a failure, not slowness.
pub(crate) const LONGEST_ANSWER: Duration = Duration::from_secs(90);

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Result<Value>>>>>;

/// A running driver. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Driver {
    process: AsyncMutex<Child>,
    requests: AsyncMutex<ChildStdin>,
    waiting: Waiting,
    next_id: AtomicU64,
    /// How many scenarios have used it.
    pub(crate) uses: AtomicU64,
}

/// One line of the driver's output.
#[derive(Deserialize)]
struct Answer {
    id: Option<u64>,
    #[serde(default)]
    ok: Value,
    error: Option<String>,
}

impl Driver {
    /// Starts a driver for the generation in `tests/interop/<generation>`, and waits until it is ready.
    pub(crate) async fn start(generation: &str) -> Result<Arc<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
        let mut process = Command::new("node")
            .arg(folder.join("driver.mjs"))
            .arg(folder.join(generation))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if env::var_os(CLIENT_LOG).is_some() { Stdio::inherit() } else { Stdio::null() })
            .kill_on_drop(true)
            .spawn()
            .context("cannot start node")?;
        let requests = process.stdin.take().context("node has no standard input")?;
        let mut answers = BufReader::new(process.stdout.take().context("node has no standard output")?).lines();
        answers.next_line().await?.context("node ended before it was ready; is the generation installed?")?;
        let waiting = Waiting::default();
        tokio::spawn(deliver(answers, Arc::clone(&waiting)));
        Ok(Arc::new(Self {
            process: AsyncMutex::new(process),
            requests: AsyncMutex::new(requests),
            waiting,
            next_id: AtomicU64::new(1),
            uses: AtomicU64::new(0),
        }))
    }

    /// Asks for `what` on behalf of `user`; `arguments` is a JSON object.
    pub(crate) async fn ask(&self, user: &str, what: &str, arguments: Value) -> Result<Value> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut request = json!({ "id": id, "do": what, "as": user });
        if let (Value::Object(into), Value::Object(from)) = (&mut request, arguments) {
            into.extend(from);
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        self.requests.lock().await.write_all(format!("{request}\n").as_bytes()).await?;
        let answer = timeout(LONGEST_ANSWER, receiver).await;
        match answer {
            Ok(Ok(answer)) => answer.with_context(|| format!("official client {user}: {what}")),
            Ok(Err(_)) => bail!("official client {user}: {what}: node ended without an answer"),
            Err(_) => bail!("official client {user}: {what}: no answer in {} seconds", LONGEST_ANSWER.as_secs()),
        }
    }

    /// Kills the process as a power cut would.
    pub(crate) async fn kill(&self) -> Result<()> {
        Ok(self.process.lock().await.kill().await?)
    }
}

/// Hands answers to whoever waits for them, until the process ends.
async fn deliver(mut answers: Lines<BufReader<ChildStdout>>, waiting: Waiting) {
    while let Ok(Some(line)) = answers.next_line().await {
        let Ok(Answer { id: Some(id), ok, error }) = serde_json::from_str::<Answer>(&line) else {
            continue;
        };
        let waiter = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(waiter) = waiter {
            // Whoever gave up waiting has reported that already.
            let _ = waiter.send(error.map_or(Ok(ok), |error| Err(anyhow!(error))));
        }
    }
    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
