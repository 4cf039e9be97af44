//! A process that takes a JSON request a line and gives a JSON answer a line: the node, and every contender.
//!
//! It ends when its standard input does, so that none outlives whoever started it, however that ended.
use std::{
    collections::VecDeque,
    process::Stdio,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command},
    sync::Mutex,
    time::timeout,
};

/// An answer that takes longer is a failure. The official client freezes itself for minutes, so this is long.
const LONGEST_ANSWER: Duration = Duration::from_secs(20 * 60);
/// How long a process may take to start.
const LONGEST_START: Duration = Duration::from_secs(60);
/// How long a process may take to end in good order.
const LONGEST_END: Duration = Duration::from_secs(10);
/// Lines of its complaints that are kept, to be shown if it fails.
const COMPLAINTS: usize = 20;

/// A running process. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Child {
    name: String,
    process: Process,
    pipes: Mutex<Pipes>,
    complaints: Complaints,
}

#[derive(Debug)]
struct Pipes {
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

type Complaints = Arc<StdMutex<VecDeque<String>>>;

impl Child {
    /// Starts `command` and waits for its first line, which says that it is ready.
    ///
    /// # Errors
    /// If it cannot be started or ends before it is ready, with the last lines it wrote to its standard error.
    pub(crate) async fn start(name: impl Into<String>, command: &mut Command) -> Result<Self> {
        let name = name.into();
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let complaints = Complaints::default();
        let errors = process.stderr.take().context("no standard error")?;
        tokio::spawn(listen(errors, Arc::clone(&complaints)));
        let pipes = Pipes {
            requests: process.stdin.take().context("no standard input")?,
            answers: BufReader::new(process.stdout.take().context("no standard output")?).lines(),
        };
        let child = Self { name, process, pipes: Mutex::new(pipes), complaints };
        let ready = timeout(LONGEST_START, async { child.pipes.lock().await.next().await }).await;
        match ready {
            Ok(Ok(Some(_))) => Ok(child),
            Ok(_) => bail!("{} ended before it was ready{}", child.name, child.last_words()),
            Err(_) => bail!("{} was not ready after {LONGEST_START:?}{}", child.name, child.last_words()),
        }
    }

    /// Its process id, while it runs.
    pub(crate) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Asks, and waits for the answer. Requests of several callers go one after the other.
    ///
    /// # Errors
    /// What the process answers as `error`; if it ends or takes too long.
    pub(crate) async fn ask(&self, request: &Value) -> Result<Value> {
        let what = request.get("do").and_then(Value::as_str).unwrap_or("a request");
        let mut pipes = self.pipes.lock().await;
        let asked = timeout(LONGEST_ANSWER, async {
            pipes.requests.write_all(format!("{request}\n").as_bytes()).await?;
            pipes.next().await
        });
        match asked.await {
            Ok(Ok(Some(answer))) => match answer.get("error").and_then(Value::as_str) {
                Some(error) => bail!("{}: {what}: {error}", self.name),
                None => Ok(answer),
            },
            Ok(_) => bail!("{}: {what}: it ended without an answer{}", self.name, self.last_words()),
            Err(_) => bail!("{}: {what}: no answer in {LONGEST_ANSWER:?}", self.name),
        }
    }

    /// Tells it to end and waits until it has; kills it if that takes too long.
    pub(crate) async fn end(self) {
        let Self { mut process, pipes, .. } = self;
        drop(pipes);
        if timeout(LONGEST_END, process.wait()).await.is_err() {
            // It is gone by itself, or it was not ours to kill.
            process.kill().await.ok();
        }
    }

    fn last_words(&self) -> String {
        let lines = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() { String::new() } else { format!(":\n  {}", Vec::from(lines.clone()).join("\n  ")) }
    }
}

impl Pipes {
    /// The next line that is JSON; libraries write to standard output what they like.
    async fn next(&mut self) -> Result<Option<Value>> {
        while let Some(line) = self.answers.next_line().await? {
            if let Ok(answer @ Value::Object(_)) = serde_json::from_str(&line) {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }
}

async fn listen(errors: ChildStderr, complaints: Complaints) {
    let mut lines = BufReader::new(errors).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut kept = complaints.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == COMPLAINTS {
            kept.pop_front();
        }
        kept.push_back(line);
    }
}
