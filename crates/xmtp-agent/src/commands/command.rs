//! One command: its names, what it is for, and what it does.
use super::{Arguments, read::PREFIX};
use crate::{
    Context, HandlerResult,
    handler::{Handler, boxed},
};
use std::fmt;

/// A command of a [`CommandRouter`](super::CommandRouter).
///
/// ```
/// use xmtp_agent::{Arguments, Command, Context};
///
/// let add = Command::new("/add", async |ctx: Context, arguments: Arguments| {
///     let (a, b): (i64, i64) = (arguments.value(0, "a number")?, arguments.value(1, "a second number")?);
///     ctx.reply(a.saturating_add(b).to_string()).await?;
///     Ok(())
/// })
/// .alias("/plus")
/// .usage("<number> <number>")
/// .describe("Add two numbers");
/// # let _ = add;
/// ```
#[derive(Clone)]
pub struct Command {
    pub(super) names: Vec<String>,
    pub(super) usage: Option<String>,
    pub(super) description: Option<String>,
    pub(super) handler: Handler<Arguments>,
}

impl Command {
    /// A command that is written as `name`, with or without `/` in front, in any letter case. White space, which no
    /// written command has, becomes `-`.
    pub fn new<F, Fut>(name: &str, handler: F) -> Self
    where
        F: Fn(Context, Arguments) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult> + Send + 'static,
    {
        Self { names: vec![normal(name)], usage: None, description: None, handler: boxed(handler) }
    }

    /// Another name for it.
    #[must_use]
    pub fn alias(mut self, name: &str) -> Self {
        self.names.push(normal(name));
        self
    }

    /// What it is for, in the help.
    #[must_use]
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// What follows it, such as `<amount>`: shown in the help, and to whoever gives wrong arguments.
    #[must_use]
    pub fn usage(mut self, arguments: impl Into<String>) -> Self {
        self.usage = Some(arguments.into());
        self
    }

    /// Its name, with the prefix, in lowercase.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// How it is written, with what follows it.
    pub(super) fn form(&self) -> String {
        match &self.usage {
            Some(usage) => format!("{} {usage}", self.name()),
            None => self.name().to_owned(),
        }
    }
}

/// The one form of a command's name.
fn normal(name: &str) -> String {
    let name = name.trim().trim_start_matches(PREFIX).to_lowercase();
    let name: String = name.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
    format!("{PREFIX}{name}")
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form_however_it_is_given() {
        for name in ["/help", "help", " /HELP ", "//help"] {
            assert_eq!(normal(name), "/help");
        }
        assert_eq!(normal("add item"), "/add-item");
    }
}
