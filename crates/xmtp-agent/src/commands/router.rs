//! Which command a message is, and what becomes of messages that are none.
use super::{ArgumentError, Arguments, Command, read::read};
use crate::{
    Context, HandlerResult, Middleware, Next,
    handler::{Handler, boxed},
};
use futures::{FutureExt, future::BoxFuture};
use std::fmt;
use xmtp_content_types::Content;

/// What the help says about itself.
const ABOUT_HELP: &str = "Show available commands";

/// Runs a handler for each command, such as `/balance`: a [`Middleware`].
///
/// A message that was a command goes no further; every other one does, unless there is a [default](Self::default_handler).
/// The message stays as it is: what follows the command reaches its handler as [`Arguments`].
///
/// ```no_run
/// use xmtp_agent::{Arguments, CommandRouter, prelude::*};
///
/// # fn build() -> Result<Agent, AgentError> {
/// let commands = CommandRouter::new()
///     .help("/help")
///     .command("/echo", "Say it again", async |ctx: Context, arguments: Arguments| {
///         ctx.reply(arguments.rest()).await?;
///         Ok(())
///     })
///     .unknown("I do not know that. Try /help");
/// let agent = Agent::from_env()?.named("@echo").with(commands);
/// # Ok(agent)
/// # }
/// ```
///
/// # In groups
/// An agent that answers whenever somebody writes is a nuisance. In a group, commands are taken as [`InGroups`] says, and
/// the default handler and the answer to unknown commands only speak when spoken to: when the message mentions the agent
/// by a name of [`Agent::named`](crate::Agent::named), or answers one of its messages. The mention is not part of the
/// arguments. `/help@other` is another agent's.
///
/// # Wrong arguments
/// An [`ArgumentError`] that a handler returns is not a failure: whoever wrote the command is told, with the usage.
#[derive(Clone, Default)]
pub struct CommandRouter {
    commands: Vec<Command>,
    help: Option<String>,
    default: Option<Handler<Arguments>>,
    unknown: Option<String>,
    groups: InGroups,
}

/// Which messages of groups are taken for commands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum InGroups {
    /// All that begin with a known command.
    #[default]
    WithPrefix,
    /// Only those that are meant for the agent: that mention it, or answer one of its messages.
    WhenAddressed,
    /// None.
    Never,
}

impl CommandRouter {
    /// A router without commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a command. One with the same name is replaced.
    #[must_use]
    pub fn command<F, Fut>(self, name: &str, description: &str, handler: F) -> Self
    where
        F: Fn(Context, Arguments) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.with(Command::new(name, handler).describe(description))
    }

    /// Adds a command with all its options. One with the same name is replaced; an alias gives way to a name.
    #[must_use]
    pub fn with(mut self, command: Command) -> Self {
        self.commands.retain(|known| known.name() != command.name());
        self.commands.push(command);
        self
    }

    /// Adds a command that lists all commands, those added later as well.
    #[must_use]
    pub fn help(self, name: &str) -> Self {
        // The router answers it: only it knows all commands.
        let help = Command::new(name, async |_, _| Ok(())).describe(ABOUT_HELP);
        let name = help.name().to_owned();
        Self { help: Some(name), ..self.with(help) }
    }

    /// Handles every text that is no command, and consumes it. In groups, only what is meant for the agent.
    #[must_use]
    pub fn default_handler<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Context, Arguments) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        self.default = Some(boxed(handler));
        self
    }

    /// Answers commands that are not known, in place of the default handler. In groups, only those meant for the agent.
    #[must_use]
    pub fn unknown(mut self, answer: impl Into<String>) -> Self {
        self.unknown = Some(answer.into());
        self
    }

    /// Says which messages of groups are taken for commands: [`InGroups::WithPrefix`] if not said.
    #[must_use]
    pub const fn in_groups(mut self, rule: InGroups) -> Self {
        self.groups = rule;
        self
    }

    /// The names of all commands, in the order in which they were added.
    pub fn command_list(&self) -> Vec<&str> {
        self.commands.iter().map(Command::name).collect()
    }

    /// Handles a message if it is a command, or if there is a default handler. Says whether it did.
    ///
    /// # Errors
    /// That of the handler.
    pub async fn handle(&self, context: &Context) -> Result<bool, crate::HandlerError> {
        let Some(text) = context.text() else { return Ok(false) };
        let names: Vec<&str> = context.shared().names.iter().map(String::as_str).collect();
        let Some(reading) = read(text, &names) else { return Ok(false) };
        let is_group = context.is_group();
        if is_group && self.groups == InGroups::Never {
            return Ok(false);
        }
        let is_addressed =
            !is_group || reading.is_addressed || context.mentions_me() || context.is_reply_to_me().await?;
        let arguments = Arguments::parse(reading.rest);
        match &reading.command {
            Some(name) if is_addressed || self.groups == InGroups::WithPrefix => {
                if let Some(command) = self.find(name) {
                    self.run(command, context, arguments).await?;
                    return Ok(true);
                }
            }
            _ => {}
        }
        if !is_addressed {
            return Ok(false);
        }
        if reading.command.is_some()
            && let Some(answer) = &self.unknown
        {
            context.reply(answer.as_str()).await?;
            return Ok(true);
        }
        // Of texts only: whoever answers a message with text has handlers for replies.
        match &self.default {
            Some(handler) if matches!(context.content(), Content::Text(_)) => {
                let whole = if reading.command.is_some() { Arguments::parse(text.trim()) } else { arguments };
                handler(context.clone(), whole).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn run(&self, command: &Command, context: &Context, arguments: Arguments) -> HandlerResult {
        if self.help.as_deref() == Some(command.name()) {
            context.reply(Content::markdown(self.help_text())).await?;
            return Ok(());
        }
        match (command.handler)(context.clone(), arguments).await {
            Err(error) if error.is::<ArgumentError>() => {
                let usage = command.usage.as_ref().map(|_| format!("\nUsage: {}", command.form())).unwrap_or_default();
                context.reply(format!("{error}{usage}")).await?;
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// A name is more than an alias.
    fn find(&self, name: &str) -> Option<&Command> {
        let by_name = self.commands.iter().find(|command| command.name() == name);
        by_name.or_else(|| self.commands.iter().find(|command| command.names.iter().any(|alias| alias == name)))
    }

    /// One line for each command, in the order of their names.
    fn help_text(&self) -> String {
        let mut commands: Vec<&Command> = self.commands.iter().collect();
        commands.sort_by_key(|command| command.name());
        let line = |(number, command): (usize, &&Command)| {
            let about = command.description.as_ref().map(|about| format!(" - {about}")).unwrap_or_default();
            format!("{}. `{}`{about}", number + 1, command.form())
        };
        commands.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Middleware for CommandRouter {
    fn handle<'a>(&'a self, context: Context, next: Next) -> BoxFuture<'a, HandlerResult> {
        async move { if Self::handle(self, &context).await? { Ok(()) } else { next.run(context).await } }.boxed()
    }
}

impl fmt::Debug for CommandRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandRouter").field("commands", &self.command_list()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(name: &str) -> Command {
        Command::new(name, async |_, _| Ok(()))
    }

    #[test]
    fn help_has_one_line_for_each_command_in_the_order_of_names() {
        let router = CommandRouter::new()
            .help("/help")
            .with(nothing("/tx").usage("<amount>").describe("Ask for money"))
            .with(nothing("/balance"));
        let expected = "1. `/balance`\n2. `/help` - Show available commands\n3. `/tx <amount>` - Ask for money";
        assert_eq!(router.help_text(), expected);
    }

    #[test]
    fn commands_are_listed_as_added_and_replaced_by_name() {
        let router =
            CommandRouter::new().help("HELP").with(nothing("/b")).with(nothing("/A").alias("/c")).with(nothing("/b"));
        assert_eq!(router.command_list(), ["/help", "/a", "/b"]);
        assert_eq!(router.find("/c").map(Command::name), Some("/a"));
        let router = router.with(nothing("/c"));
        assert_eq!(router.find("/c").map(Command::name), Some("/c"), "a name wins over an alias");
        assert!(router.find("/d").is_none());
    }
}
