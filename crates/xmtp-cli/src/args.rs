//! What can be typed, and the help for it.
mod choices;
mod conversations;
mod debug;
mod group;
mod guide;
mod inbox;
mod messages;
mod send;
mod stream;
mod time;

pub(crate) use choices::{ConsentChoice, KindChoice, OrderChoice, PolicyChoice, PresetChoice, RoleChoice, WhatChoice};
pub(crate) use conversations::{
    ConsentCommand, ConversationsArgs, ConversationsCommand, CreateDmArgs, ListArgs, ListConsentArgs, SetConsentArgs,
    SyncCommandArgs,
};
pub(crate) use debug::{DebugCommand, DebugConversationArgs, RepairCommand};
pub(crate) use group::{
    CreateGroupArgs, DisappearingArgs, FieldArgs, GroupCommand, MembersCommand, PermissionsCommand, RemoveMembersArgs,
    SetPermissionArgs,
};
pub(crate) use guide::command;
pub(crate) use inbox::{
    AccountsCommand, AddAccountArgs, AuthorizedArgs, CanMessageArgs, InboxCommand, InstallationsCommand,
    KeyPackagesArgs, RecoveryCommand, RemoveAccountArgs, RevokeArgs, SetRecoveryArgs, ShowInboxArgs, ShowInboxesArgs,
    SignArgs, VerifyArgs,
};
pub(crate) use messages::{CountArgs, FilterArgs, MessageArgs, MessagesArgs};
pub(crate) use send::{DeleteArgs, ReactArgs, ReplyArgs, SendArgs};
pub(crate) use stream::{From, ListenArgs, StreamArgs, StreamCommand, StreamMessagesArgs};

use crate::target::Target;
use clap::{ArgAction, Args, Parser, Subcommand, ValueHint};
use std::{fmt, path::PathBuf};
use xmtp_client::{Environment, UnknownEnvironment};
use xmtp_node::ChainId;

const EXIT_CODES: &str = "\
Examples:
  xmtp up                                        a network on this machine, with an echo agent
  xmtp keys new                                  who you are, into .env
  xmtp chat 0x34dd95109b587ca90778cde5e2dd87e022453699
  xmtp group create 0x34dd... 0x71c7... --name Friends
  xmtp messages 0x34dd... --type text --limit 10 --json
  xmtp stream messages --count 1 --timeout 30s   exit when one has come

WHO is an address (0x and 40 characters), an inbox id (64 characters) or a conversation id. POINTS IN TIME are written as
2026-01-31, 2026-01-31T14:02 (of your clock), with a Z or an offset, or as a time ago: 2h, 3d.

Exit codes:
  0  done
  1  something on this machine failed: a file, a port, a full disk, a database that another command has open
  2  the command cannot be understood, or a variable it needs is missing or wrong
  3  the network cannot be reached or did not answer, or a stream was too short of time: it can succeed later
  4  refused for good: nobody there by that address, not permitted, a wrong database key, a damaged database

Environment variables, also read from the file .env of the working folder (or --env-file):
  XMTP_ENV                local, dev or production; local if absent
  XMTP_WALLET_KEY         who you are; `xmtp keys new` writes it
  XMTP_DB_ENCRYPTION_KEY  encrypts your database; `xmtp keys new` writes it
  XMTP_DB_DIRECTORY       the folder of your database
  XMTP_API_URL            another address of the network
  XMTP_NEW_INSTALLATION   0 refuses to use up one more installation of an inbox that has some
  XMTP_UPLOAD_AUTHORIZATION   what the server of `xmtp send --upload` is told, if it asks who comes
Options win over the environment, the environment over the file.

  RUST_LOG                what is logged to standard error, such as info or xmtp_client=debug";

/// End-to-end encrypted messaging on XMTP: a local network, an agent, and a chat at a prompt.
#[derive(Debug, Parser)]
#[command(name = "xmtp", version, after_help = "See `xmtp --help` for exit codes and environment variables.")]
#[command(after_long_help = EXIT_CODES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// The network: local, dev or production [default: XMTP_ENV, else local]
    #[arg(long, global = true, value_name = "NETWORK", value_parser = parse_environment)]
    pub(crate) env: Option<Environment>,
    /// Another address of the network, such as http://127.0.0.1:6000 [default: XMTP_API_URL, else that of the network]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The folder of your database [default: XMTP_DB_DIRECTORY, else xmtp in the user's data folder]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The file with your keys [default: .env]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// JSON on standard output, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log more to standard error; twice for much more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a network on this machine, with an echo agent on it
    ///
    /// The node serves native gRPC on 127.0.0.1:5556 and grpc-web on the port above it: what clients of every language
    /// dial for the environment "local". It runs until Ctrl-C or SIGTERM; a second one does not wait. Started again with
    /// the same folder, every inbox and message is still there.
    Up(UpArgs),
    /// Make keys for a user or an agent
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Show who you are: address, inbox, installation, network
    ///
    /// The first command on a network registers you there; this one does it too.
    Whoami,
    /// Chat with someone at the prompt
    ///
    /// Shows what was said before and what arrives, until Ctrl-D or Ctrl-C; /help lists what else can be typed. If
    /// standard input is not a terminal, every line of it is sent as a message, and the chat ends with the input.
    Chat(ChatArgs),
    /// Send one message: text, markdown, an answer or a file
    ///
    /// Prints the id of the message. If the network is away (exit code 3) and the error says that the message is queued,
    /// do not send it again: it goes out with the next command.
    Send(SendArgs),
    /// Answer a message
    Reply(ReplyArgs),
    /// Give a message an emoji, or take it back
    React(ReactArgs),
    /// Tell a conversation that you have read it
    Receipt {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
        #[command(flatten)]
        later: LaterArgs,
    },
    /// Delete a message for everybody
    ///
    /// Only its sender and super admins may. Every client that is told hides it.
    Delete(DeleteArgs),
    /// Send what `--later` has kept
    Publish {
        /// The conversation
        #[arg(value_name = "WHO")]
        with: Target,
    },
    /// Print the messages of a conversation, oldest first
    Messages(MessagesArgs),
    /// Print one message
    Message(MessageArgs),
    /// Count the messages of a conversation
    Count(CountArgs),
    /// Print messages of all conversations as they arrive
    ///
    /// Runs until Ctrl-C or SIGTERM. A database serves one command at a time: give a second one a folder of its own.
    Listen(ListenArgs),
    /// Follow what happens: conversations, messages, preferences, deletions
    #[command(subcommand)]
    Stream(StreamCommand),
    /// List, show and begin conversations
    ///
    /// Alone it lists them, the most recently active first.
    Conversations(ConversationsArgs),
    /// Create groups, change what they say about themselves, leave
    #[command(subcommand)]
    Group(GroupCommand),
    /// Who is in a conversation, and as what
    #[command(subcommand)]
    Members(MembersCommand),
    /// Who may do what in a group
    #[command(subcommand)]
    Permissions(PermissionsCommand),
    /// Who and what you want to hear from
    #[command(subcommand)]
    Consent(ConsentCommand),
    /// Fetch what is new and send what waits
    Sync(SyncCommandArgs),
    /// Accounts, installations and recovery of your inbox, and look-ups of others
    ///
    /// Needs your wallet key alone, except for `sign`: nothing is registered, no database is opened.
    #[command(subcommand)]
    Inbox(InboxCommand),
    /// Look for a fault: conversations, workers, the database
    #[command(subcommand)]
    Debug(DebugCommand),
    /// Mend a conversation that does not work as it should
    #[command(subcommand)]
    Repair(RepairCommand),
    /// Print completions for a shell
    ///
    /// For bash: `xmtp completions bash > ~/.local/share/bash-completion/completions/xmtp`
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write the pages of all commands to a folder
    Man {
        /// Write xmtp.1, xmtp-send.1 and so on here
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// Where inboxes and messages are kept [default: xmtp/local in the user's data folder]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// Port of native gRPC; grpc-web gets the next one. 0 takes any two free ports
    #[arg(long, default_value_t = 5556, value_parser = clap::value_parser!(u16).range(0..=65534))]
    pub(crate) port: u16,
    /// Do not start the echo agent
    #[arg(long)]
    pub(crate) no_agent: bool,
    /// Keep nothing on disk
    #[arg(long, conflicts_with = "data")]
    pub(crate) in_memory: bool,
    /// Where a blockchain is asked whether smart contract wallets signed; repeatable
    ///
    /// Takes the number of the chain and the URL of a JSON-RPC endpoint, such as `8453=https://rpc.example.org`. Wins over the
    /// environment variables `CHAIN_RPC_<number>`, and ANVIL_URL for chain 31337, where a URL with a key is better kept. If
    /// nothing is said about chain 31337, it is `http://127.0.0.1:8545`, where Anvil and its like listen.
    #[arg(long, value_name = "CHAIN=URL", value_parser = parse_chain_rpc)]
    pub(crate) chain_rpc: Vec<ChainRpc>,
}

/// A chain, and the URL of an endpoint of it, which may hold a key.
#[derive(Clone)]
pub(crate) struct ChainRpc {
    pub(crate) chain: ChainId,
    pub(crate) url: String,
}

impl fmt::Debug for ChainRpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainRpc({})", self.chain)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Write a new wallet key and a new database key to a file that only you can read
    ///
    /// Writes XMTP_ENV (local, or what --env says), XMTP_WALLET_KEY and XMTP_DB_ENCRYPTION_KEY. What the file has
    /// already stays as it is: a key is never overwritten, and if all three are there nothing is written and the command
    /// still succeeds. Prints your address, never a key.
    New {
        /// The file [default: --env-file, else .env]
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ChatArgs {
    /// Whom to chat with
    #[arg(value_name = "WHO")]
    pub(crate) to: Target,
    /// How many earlier messages to show
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) history: u32,
}

#[derive(Args, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct SyncArgs {
    /// Show what is known here without asking the network
    #[arg(long)]
    pub(crate) no_sync: bool,
}

/// What is said can be kept.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct LaterArgs {
    /// Keep it here until `xmtp publish`, or the next message to the same conversation
    #[arg(long)]
    pub(crate) later: bool,
}

/// What can be undone only by others, or not at all, takes this.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct YesArgs {
    /// Do not ask
    #[arg(short, long, visible_alias = "force")]
    pub(crate) yes: bool,
}

fn parse_environment(name: &str) -> Result<Environment, UnknownEnvironment> {
    name.parse()
}

fn parse_chain_rpc(text: &str) -> Result<ChainRpc, &'static str> {
    let parts = text.split_once('=').and_then(|(number, url)| Some((number.parse().ok()?, url)));
    let (number, url) = parts.ok_or("expected the number of a chain, = and the URL of an endpoint")?;
    Ok(ChainRpc { chain: ChainId::new(number), url: url.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_stands_under_one_heading_of_the_help() {
        let help = command().render_help().to_string();
        for known in command().get_subcommands().filter(|known| known.get_name() != "help") {
            let line = format!("\n  {:<15}", known.get_name());
            assert_eq!(help.matches(&line).count(), 1, "{}", known.get_name());
        }
    }

    #[test]
    fn a_text_may_begin_with_a_hyphen_and_a_hyphen_alone_is_one() {
        let to = format!("0x{}", "0".repeat(40));
        for text in ["-", "-1 degrees", "--- cut ---"] {
            let cli = Cli::try_parse_from(["xmtp", "send", &to, text]).unwrap();
            assert!(matches!(cli.command, Command::Send(SendArgs { text: Some(given), .. }) if given == text));
        }
    }

    #[test]
    fn global_options_stand_before_or_behind_the_verb() {
        for line in [["xmtp", "--env", "dev", "whoami"], ["xmtp", "whoami", "--env", "dev"]] {
            assert_eq!(Cli::try_parse_from(line).unwrap().global.env, Some(Environment::Dev));
        }
    }
}
