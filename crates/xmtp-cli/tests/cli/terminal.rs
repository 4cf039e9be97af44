//! What a person meets at a terminal: the chat, questions, colours, width.
use crate::support::{Network, User, field, texts, world};
use nix::sys::{signal::Signal, wait::WaitStatus};
use rexpect::session::{Options, PtySession, spawn_with_options};
use rustix::termios::{InputModes, LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};
use std::{fs::File, process::Stdio};
use xmtp_client::{Client, Environment, Identifier, LocalWallet};
use xmtp_content_types::{Action, Actions, Content, Intent};

/// No step takes longer, on a busy machine either.
const PATIENCE_MS: u64 = 30_000;

/// A command at a terminal of its own.
struct Terminal {
    session: PtySession,
    handle: File,
}

impl Terminal {
    fn open(user: &User, args: &[&str], columns: u16, env: &[(&str, &str)], plain: bool) -> Self {
        let mut command = user.command(args);
        command.stdin(Stdio::inherit()).env("TERM", "xterm-256color").envs(env.iter().copied());
        let options = Options::new().timeout_ms(Some(PATIENCE_MS)).strip_ansi_escape_codes(plain);
        let session = spawn_with_options(command, options).unwrap();
        let handle = session.process().get_file_handle().unwrap();
        let terminal = Self { session, handle };
        terminal.resize(columns);
        terminal
    }

    /// A chat that waits for what is typed.
    fn chat(user: &User, with: &str, columns: u16) -> Self {
        let mut terminal = Self::open(user, &["chat", with], columns, &[], true);
        terminal.see("/help tells more");
        terminal.see("› ");
        terminal
    }

    fn resize(&self, columns: u16) {
        tcsetwinsize(&self.handle, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    }

    fn settings(&self) -> Termios {
        tcgetattr(&self.handle).unwrap()
    }

    /// Whether a line that is typed is edited by the system and ended by the enter key, as a shell expects it.
    fn is_sane(&self) -> bool {
        let settings = self.settings();
        settings.local_modes.contains(LocalModes::ICANON | LocalModes::ISIG)
            && settings.input_modes.contains(InputModes::ICRNL)
    }

    /// Reads until this was shown; what came before it.
    fn see(&mut self, text: &str) -> String {
        // What is read are bytes, each as a character of its own.
        self.session.exp_string(&text.bytes().map(char::from).collect::<String>()).unwrap()
    }

    fn type_line(&mut self, line: &str) {
        self.session.send(line).unwrap();
        self.session.send("\r").unwrap();
        self.session.flush().unwrap();
    }

    fn rest(&mut self) -> String {
        self.session.exp_eof().unwrap()
    }

    fn exit_code(&self) -> i32 {
        match self.session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("it did not end by itself: {other:?}"),
        }
    }
}

#[test]
fn in_a_chat_messages_are_answered_and_reacted_to_by_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::up(folder.path());
    let alice = User::new(network.url());
    let mut chat = Terminal::chat(&alice, network.agent(), 100);
    chat.type_line("hello");
    chat.see("sent: 1");
    chat.see("  2  hello");
    chat.type_line("/reply 2 well said");
    chat.see("↳ answers “hello”");
    chat.see("well said");
    chat.type_line("/react 2 👍");
    chat.see("reacted 👍 to “hello”");
    chat.type_line("/reply 99 nothing");
    chat.see("no message has number 99");
    chat.type_line("/members");
    chat.see(field(&network.facts["agent"], "inbox_id"));
    chat.type_line("/seen");
    chat.see("nobody has told");
    chat.type_line("/read");
    chat.type_line("/delete 1");
    chat.see("deleted");
    chat.type_line("/shout");
    chat.see("there is no /shout");
    chat.type_line("//slash");
    chat.see("  /slash");
    chat.type_line("/exit");
    chat.rest();
    assert_eq!(chat.exit_code(), 0);
    assert!(chat.is_sane());
    let said = alice.json(&["messages", network.agent(), "--type", "readReceipt"]);
    assert_eq!(said.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_with_buttons_is_answered_by_a_number() {
    let (_folder, network, [alice]) = world();
    let me: Identifier = alice.address().parse().unwrap();
    let local = xmtp_client::Network::at(Environment::Local, network.url());
    let asker = LocalWallet::generate().unwrap();
    let address = asker.address().to_string();
    let client = Client::builder(asker).network(local).in_memory().build().await.unwrap();
    let dm = client.conversations().dm(client.inbox_of(&me).await.unwrap()).await.unwrap();
    let button = |id: &str| Action {
        id: id.to_owned(),
        label: format!("Say {id}"),
        image_url: None,
        style: None,
        expires_at: None,
    };
    let (id, description) = ("menu".to_owned(), "What shall I say?".to_owned());
    let question = Actions { id, description, actions: vec![button("yes"), button("no")], expires_at: None };
    dm.send(Content::from(question).to_bytes(), true).await.unwrap();
    let mut answers = dm.stream_messages().await.unwrap();

    let mut chat = Terminal::chat(&alice, &address, 100);
    chat.type_line("/choose 3");
    chat.see("options 1 to 2");
    chat.type_line("/choose 2");
    chat.see("chose “no”");
    let answer = answers.next().await.unwrap().unwrap();
    assert_eq!(Content::from_bytes(&answer.content), Content::from(Intent::new("menu", "no")));
    chat.type_line("/exit");
    chat.rest();
    let shown = alice.shown(&["messages", &address]);
    assert!(shown.contains("What shall I say?") && shown.contains("  [2] Say no"), "{shown}");
}

#[test]
fn a_chat_goes_on_in_another_conversation() {
    let (_folder, _network, [alice, bob, carol]) = world();
    alice.json(&["send", &carol.address(), "to carol"]);
    let group = alice.group(&[&bob], &["--name", "us"]);
    bob.json(&["send", &group, "to all of us"]);
    let mut chat = Terminal::chat(&alice, &carol.address(), 100);
    bob.json(&["send", &group, "and more"]);
    chat.see("There is a message in us (2 members)");
    chat.type_line("/list");
    chat.see("  1  us (2 members)");
    chat.type_line("/chat 1");
    chat.see("Chat with us (2 members)");
    chat.see("to all of us");
    chat.type_line("here I am");
    chat.see("sent: ");
    chat.session.send_control('d').unwrap();
    chat.rest();
    assert_eq!(chat.exit_code(), 0);
    assert_eq!(texts(&bob.json(&["messages", &group])), ["to all of us", "and more", "here I am"]);
}

#[test]
fn who_reads_and_what_changes_in_the_group_is_told() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &["--name", "us"]);
    bob.json(&["sync"]);
    let mut chat = Terminal::chat(&alice, &group, 100);
    bob.json(&["receipt", &group]);
    chat.see("has read the conversation");
    chat.type_line("/seen");
    chat.see("0x");
    bob.json(&["group", "name", &group, "all of us"]);
    chat.see("changed the name of the group to “all of us”");
}

#[test]
fn a_signal_ends_a_chat_and_leaves_the_terminal_as_it_was() {
    let (_folder, _network, [alice, bob]) = world();
    let address = bob.address();
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut chat = Terminal::chat(&alice, &address, 80);
        assert!(!chat.is_sane(), "the line editor reads keys");
        chat.session.process_mut().signal(signal).unwrap();
        chat.rest();
        assert_eq!(chat.exit_code(), 0, "{signal}");
        assert!(chat.is_sane(), "{signal}");
    }
}

#[test]
fn the_interrupt_key_ends_a_chat_and_pastes_are_no_longer_marked() {
    let (_folder, _network, [alice, bob]) = world();
    let address = bob.address();
    let mut chat = Terminal::open(&alice, &["chat", &address], 80, &[], false);
    chat.see("\u{1b}[?2004h");
    chat.session.send_control('c').unwrap();
    assert!(chat.rest().contains("\u{1b}[?2004l"));
    assert_eq!(chat.exit_code(), 0);
    assert!(chat.is_sane());
}

#[test]
fn what_is_pasted_is_one_message_however_many_lines_it_has() {
    let (_folder, _network, [alice, bob]) = world();
    let address = bob.address();
    let mut chat = Terminal::chat(&alice, &address, 80);
    chat.session.send("\u{1b}[200~first line\rsecond /line\u{1b}[201~").unwrap();
    chat.type_line("");
    chat.see("sent: 1");
    chat.type_line("/exit");
    chat.rest();
    let said = alice.json(&["messages", &address, "--type", "text"]);
    assert_eq!(
        texts(&said).iter().map(|text| text.replace('\r', "\n")).collect::<Vec<_>>(),
        ["first line\nsecond /line"]
    );
}

#[test]
fn long_messages_are_as_wide_as_the_terminal_is_when_they_come() {
    let (_folder, _network, [alice, bob]) = world();
    let to = alice.address();
    bob.json(&["send", &to, "hi"]);
    let mut chat = Terminal::chat(&alice, &bob.address(), 60);
    let words = "word ".repeat(20);
    let line = |count| format!("  {}\r\n", "word ".repeat(count).trim_end());
    bob.json(&["send", &to, &words]);
    chat.see(&line(7));
    chat.resize(100);
    bob.json(&["send", &to, &words]);
    chat.see(&line(15));
    let typed = "a line that is longer than the terminal is wide, and goes on ".repeat(4);
    chat.type_line(&typed);
    chat.see("sent: ");
    chat.type_line("/exit");
    chat.rest();
    let said = alice.json(&["messages", &bob.address(), "--limit", "1"]);
    assert_eq!(texts(&said), [typed.as_str()]);
}

#[test]
fn what_cannot_be_undone_asks_and_only_yes_is_yes() {
    let (_folder, _network, [alice, bob]) = world();
    let group = alice.group(&[&bob], &[]);
    let inbox = bob.inbox();
    for (answer, code, members) in [("", 4, 2), ("no", 4, 2), ("y", 0, 1)] {
        let mut asked = Terminal::open(&alice, &["members", "remove", &group, &inbox], 100, &[], true);
        asked.see("Go on? [y/N]");
        asked.session.send_line(answer).unwrap();
        asked.rest();
        assert_eq!(asked.exit_code(), code, "{answer}");
        assert_eq!(alice.json(&["members", "list", &group]).len(), members, "{answer}");
    }
}

#[test]
fn tables_have_colour_at_a_terminal_unless_it_is_not_wanted_and_fit_its_width() {
    let (_folder, _network, [alice, bob]) = world();
    alice.group(&[&bob], &["--name", &"many words ".repeat(9)]);
    let mut coloured = Terminal::open(&alice, &["conversations"], 80, &[], false);
    assert!(coloured.rest().contains("\u{1b}[1m"));
    let mut plain = Terminal::open(&alice, &["conversations", "--no-sync"], 80, &[("NO_COLOR", "1")], false);
    let shown = plain.rest();
    let table = &shown[shown.find("ID ").unwrap()..];
    assert!(!table.contains("\u{1b}["), "{table:?}");
    assert!(table.lines().count() > 2 && table.lines().all(|line| line.chars().count() <= 80), "{table}");
}
