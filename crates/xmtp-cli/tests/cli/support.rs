//! Users with folders of their own, and networks on free ports.
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    thread::JoinHandle,
};
use tempfile::TempDir;

/// A user: a folder to work in, and nothing of the machine's own settings.
pub(crate) struct User {
    pub(crate) folder: TempDir,
    /// The address of the network, `http://...`.
    pub(crate) url: String,
}

/// A command that runs. Dropped, it is killed.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) stdin: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
    errors: Option<JoinHandle<String>>,
}

/// A network that `xmtp up` started, and what it said.
pub(crate) struct Network {
    pub(crate) running: Running,
    pub(crate) facts: Value,
}

/// The command with nothing inherited that could change what it does.
pub(crate) fn xmtp(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xmtp"));
    command.args(args).current_dir(folder).env_clear().env("HOME", folder).env("XDG_DATA_HOME", folder.join("data"));
    command.stdin(Stdio::null());
    command
}

impl User {
    /// A folder without keys.
    pub(crate) fn without_keys(url: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: url.to_owned() }
    }

    /// A user with fresh keys.
    pub(crate) fn new(url: &str) -> Self {
        let user = Self::without_keys(url);
        let made = user.run(&["keys", "new"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        user
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = xmtp(self.folder.path(), args);
        command.env("XMTP_API_URL", &self.url);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command that has to succeed, and reads its lines as JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Vec<Value> {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Starts a command that runs until it is stopped.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        Running::start(self.command(args))
    }

    pub(crate) fn address(&self) -> String {
        self.json(&["whoami"])[0]["address"].as_str().unwrap().to_owned()
    }

    pub(crate) fn env_file(&self) -> PathBuf {
        self.folder.path().join(".env")
    }

    /// The keys of the user, to look for where they must not be.
    pub(crate) fn secrets(&self) -> Vec<String> {
        secrets_in(&self.env_file())
    }
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut all = Vec::new();
            stderr.read_to_end(&mut all).unwrap();
            text(&all)
        });
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { stdin: child.stdin.take(), child, lines, errors: Some(errors) }
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        if self.lines.read_line(&mut line).unwrap() == 0 {
            self.child.kill().ok();
            panic!("ended without a line: {}", self.errors.take().unwrap().join().unwrap());
        }
        line.trim_end().to_owned()
    }

    /// Reads messages as JSON until one says `words`.
    pub(crate) fn hear(&mut self, words: &str) -> Value {
        loop {
            let message: Value = serde_json::from_str(&self.line()).unwrap();
            if message["content"]["text"] == words {
                return message;
            }
        }
    }

    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn terminate(mut self) -> (i32, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().unwrap().success());
        self.end()
    }

    /// Waits for its end: exit code, and what it wrote to standard error.
    pub(crate) fn end(&mut self) -> (i32, String) {
        drop(self.stdin.take());
        let status = self.child.wait().unwrap();
        (status.code().expect("it ended by itself"), self.errors.take().unwrap().join().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Network {
    /// A network on free ports that keeps its data in `folder`.
    pub(crate) fn up(folder: &Path) -> Self {
        Self::up_with(folder, &[], |_| {})
    }

    pub(crate) fn up_with(folder: &Path, args: &[&str], change: impl FnOnce(&mut Command)) -> Self {
        let mut command = xmtp(folder, &[&["up", "--port", "0", "--data", "net", "--json"], args].concat());
        change(&mut command);
        let mut running = Running::start(command);
        let facts = serde_json::from_str(&running.line()).unwrap();
        Self { running, facts }
    }

    pub(crate) fn url(&self) -> &str {
        self.facts["native"].as_str().unwrap()
    }

    pub(crate) fn agent(&self) -> &str {
        self.facts["agent"]["address"].as_str().unwrap()
    }

    pub(crate) fn agent_secrets(folder: &Path) -> Vec<String> {
        secrets_in(&folder.join("net/agent.env"))
    }
}

impl User {
    /// Runs a command that has to fail: its exit code and what it said. Nothing may go to standard output.
    pub(crate) fn fails(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        assert_eq!(text(&output.stdout), "", "{args:?}");
        assert!(!output.status.success(), "{args:?}");
        (output.status.code().unwrap(), text(&output.stderr))
    }

    /// Runs a command that has to succeed, as a person would see it: lines of standard output.
    pub(crate) fn shown(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    pub(crate) fn inbox(&self) -> String {
        self.json(&["whoami"])[0]["inbox_id"].as_str().unwrap().to_owned()
    }

    /// A group with these people in it: its id.
    pub(crate) fn group(&self, people: &[&Self], more: &[&str]) -> String {
        let inboxes: Vec<String> = people.iter().map(|user| user.inbox()).collect();
        let inboxes: Vec<&str> = inboxes.iter().map(String::as_str).collect();
        let made = self.json(&[&["group", "create"], inboxes.as_slice(), more].concat());
        made[0]["id"].as_str().unwrap().to_owned()
    }
}

/// A network without an agent, and so many users on it.
pub(crate) fn world<const USERS: usize>() -> (TempDir, Network, [User; USERS]) {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up_with(folder.path(), &["--no-agent"], |_| {});
    let users = std::array::from_fn(|_| User::new(network.url()));
    (folder, network, users)
}

/// The value of a field that is text.
pub(crate) fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

/// Asserts that an object has the fields that `docs/cli.md` promises for its kind, and no other.
#[track_caller]
pub(crate) fn assert_shape(kind: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let page = fs::read_to_string(path).unwrap();
    let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {kind} | ")));
    let fields = row.and_then(|row| row.split(" | ").next()).unwrap_or_else(|| panic!("{kind} is not in docs/cli.md"));
    let mut promised: Vec<&str> = fields.split(", ").map(|field| field.trim_matches('`')).collect();
    promised.sort_unstable();
    let mut given: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    given.sort_unstable();
    assert_eq!(given, promised, "{kind}");
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What messages say, in order; those that are no text left out.
pub(crate) fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().filter_map(|message| message["content"]["text"].as_str()).collect()
}

fn secrets_in(path: &Path) -> Vec<String> {
    let file = fs::read_to_string(path).unwrap();
    let values = file.lines().filter_map(|line| line.split_once("_KEY=").map(|(_, value)| value));
    let keys: Vec<_> = values.map(|value| value.trim_start_matches("0x").to_owned()).collect();
    assert!(keys.len() == 2 && keys.iter().all(|key| key.len() == 64));
    keys
}
