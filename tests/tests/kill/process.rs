//! A process that can be killed, and what it says until then.
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::Sender,
    thread::{self, JoinHandle},
};
use xmtp_tests::kill::{Part, Report};

/// A running `kill_actor`. Killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    reader: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a process; what it reports goes to `reports` under `name`.
    pub(crate) fn start<N: Copy + Send + 'static>(name: N, part: &Part, reports: Sender<(N, Report)>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kill_actor"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = thread::spawn(move || {
            for line in output.lines() {
                let report = serde_json::from_str(&line.unwrap()).unwrap();
                // Nobody listens any more once the test has failed.
                let _ = reports.send((name, report));
            }
        });
        let input = child.stdin.take().unwrap();
        let mut process = Self { child, input, reader: Some(reader) };
        process.tell(part);
        process
    }

    /// Writes a line to it.
    pub(crate) fn tell(&mut self, line: &impl serde::Serialize) {
        let line = format!("{}\n", serde_json::to_string(line).unwrap());
        self.input.write_all(line.as_bytes()).unwrap();
    }

    /// SIGKILL: nothing of the process runs after this. All that it said has been reported when this returns.
    pub(crate) fn kill(&mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "the process ended by itself: see what it wrote above");
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
