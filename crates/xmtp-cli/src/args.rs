//! What can be typed, and the help for it.
mod inbox;

pub(crate) use inbox::{
    AccountsCommand, AddAccountArgs, InboxCommand, InstallationsCommand, RecoveryCommand, RemoveAccountArgs,
    RevokeArgs, SetRecoveryArgs, ShowInboxArgs,
};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use std::{fmt, path::PathBuf};
use xmtp_client::{Environment, MessageId, UnknownEnvironment};
use xmtp_node::ChainId;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something on this machine failed: a file, a port, a full disk
  2  the command cannot be understood, or a variable it needs is missing or wrong
  3  the network cannot be reached or did not answer: the same command can succeed later
  4  refused for good: nobody there by that address, not permitted, a wrong database key

Environment variables, also read from the file .env of the working folder (or --env-file):
  XMTP_ENV                local, dev or production; local if absent
  XMTP_WALLET_KEY         who you are; `xmtp keys new` writes it
  XMTP_DB_ENCRYPTION_KEY  encrypts your database; `xmtp keys new` writes it
  XMTP_DB_DIRECTORY       the folder of your database
  XMTP_API_URL            another address of the network
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
    /// Chat with someone at the prompt
    ///
    /// Shows what was said before and what arrives, until Ctrl-D or Ctrl-C. If standard input is not a terminal, every
    /// line of it is sent as a message, and the chat ends with the input.
    Chat(ChatArgs),
    /// Send one message
    ///
    /// Prints the id of the message. If the network is away (exit code 3) and the error says that the message is queued,
    /// do not send it again: it goes out with the next command.
    Send(SendArgs),
    /// Print messages of all conversations as they arrive
    ///
    /// Runs until Ctrl-C or SIGTERM. A database serves one command at a time: give a second one a folder of its own.
    Listen(ListenArgs),
    /// List your conversations, the most recently active first
    Conversations(SyncArgs),
    /// Print the messages of a conversation, oldest first
    Messages(MessagesArgs),
    /// Show who you are: address, inbox, installation, network
    ///
    /// The first command on a network registers you there; this one does it too.
    Whoami,
    /// Accounts, installations and recovery of your inbox
    ///
    /// Needs your wallet key alone: nothing is registered, no database is opened.
    #[command(subcommand)]
    Inbox(InboxCommand),
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
    /// An address (0x and 40 characters), an inbox id (64 characters) or a conversation id
    #[arg(value_name = "WHO")]
    pub(crate) to: String,
    /// How many earlier messages to show
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) history: u32,
}

#[derive(Args, Debug)]
pub(crate) struct SendArgs {
    /// An address (0x and 40 characters), an inbox id (64 characters) or a conversation id
    #[arg(value_name = "WHO")]
    pub(crate) to: String,
    /// What to say; - reads it from standard input
    #[arg(allow_hyphen_values = true)]
    pub(crate) text: String,
    /// The text is markdown
    #[arg(long)]
    pub(crate) markdown: bool,
    /// The message it answers
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) reply_to: Option<MessageId>,
}

#[derive(Args, Debug)]
pub(crate) struct ListenArgs {
    /// Whether to begin with the oldest message that is kept here, or with what arrives from now on
    #[arg(long, value_enum, default_value_t = From::Now)]
    pub(crate) from: From,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum From {
    /// The oldest message that is kept here
    Start,
    /// What arrives from now on
    Now,
}

#[derive(Args, Debug)]
pub(crate) struct SyncArgs {
    /// Show what is known here without asking the network
    #[arg(long)]
    pub(crate) no_sync: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MessagesArgs {
    /// An address (0x and 40 characters), an inbox id (64 characters) or a conversation id
    #[arg(value_name = "WHO")]
    pub(crate) with: String,
    /// At most so many, the newest ones
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    pub(crate) limit: u32,
    /// Only what came before this message: the next page of an earlier list
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) before: Option<MessageId>,
    #[command(flatten)]
    pub(crate) sync: SyncArgs,
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
    fn a_text_may_begin_with_a_hyphen_and_a_hyphen_alone_is_one() {
        for text in ["-", "-1 degrees", "--- cut ---"] {
            let cli = Cli::try_parse_from(["xmtp", "send", "0x00", text]).unwrap();
            assert!(matches!(cli.command, Command::Send(SendArgs { text: given, .. }) if given == text));
        }
    }

    #[test]
    fn global_options_stand_before_or_behind_the_verb() {
        for line in [["xmtp", "--env", "dev", "whoami"], ["xmtp", "whoami", "--env", "dev"]] {
            assert_eq!(Cli::try_parse_from(line).unwrap().global.env, Some(Environment::Dev));
        }
    }
}
