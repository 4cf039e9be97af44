//! The steps of a form: what is asked, and which answers are good.
use std::{fmt, ops::RangeInclusive, str::FromStr, sync::Arc};
use xmtp_content_types::Action;

/// Says whether a text is a good answer, and if not, why, to whoever gave it.
type Check = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// A step of an [`ActionWizard`](super::ActionWizard).
///
/// ```
/// use xmtp_agent::Step;
///
/// let name = Step::text("name", "What is your name?").check(|name| match name.len() {
///     1..=40 => Ok(()),
///     _ => Err("Please use 1 to 40 letters."),
/// });
/// let count = Step::number("count", "How many?", 1..=10);
/// # let _ = (name, count);
/// ```
#[derive(Clone)]
pub struct Step {
    pub(super) id: String,
    pub(super) question: String,
    pub(super) is_markdown: bool,
    pub(super) kind: Kind,
    checks: Vec<Check>,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// One of the buttons.
    Select(Vec<Action>),
    /// A text.
    Text,
}

impl Step {
    /// One of some buttons. The answer is the id of the button. At most 10, with the one to cancel.
    pub fn select(id: impl Into<String>, question: impl Into<String>, options: impl Into<Vec<Action>>) -> Self {
        Self::new(id, question, Kind::Select(options.into()))
    }

    /// Any text. The answer is the text without the white space around it.
    pub fn text(id: impl Into<String>, question: impl Into<String>) -> Self {
        Self::new(id, question, Kind::Text)
    }

    /// A whole number within `range`.
    pub fn number(id: impl Into<String>, question: impl Into<String>, range: RangeInclusive<i64>) -> Self {
        let wanted = format!("Please send a whole number from {} to {}.", range.start(), range.end());
        Self::text(id, question).check(move |text| match text.parse::<i64>() {
            Ok(number) if range.contains(&number) => Ok(()),
            _ => Err(wanted.clone()),
        })
    }

    /// A text that can be read as a `T`, such as an address. The error of reading it is told to whoever wrote it.
    pub fn value<T: FromStr<Err: ToString>>(id: impl Into<String>, question: impl Into<String>) -> Self {
        Self::text(id, question).check(|text| text.parse::<T>().map(drop).map_err(|error| error.to_string()))
    }

    fn new(id: impl Into<String>, question: impl Into<String>, kind: Kind) -> Self {
        Self { id: id.into(), question: question.into(), is_markdown: false, kind, checks: Vec::new() }
    }

    /// Shows the question as markdown. That of buttons always is plain.
    #[must_use]
    pub const fn markdown(mut self) -> Self {
        self.is_markdown = true;
        self
    }

    /// Takes only answers that pass. The error is told to whoever gave the answer, and the question stays open.
    #[must_use]
    pub fn check<E: ToString>(mut self, check: impl Fn(&str) -> Result<(), E> + Send + Sync + 'static) -> Self {
        self.checks.push(Arc::new(move |text| check(text).map_err(|error| error.to_string())));
        self
    }

    /// Whether the answer passes all checks.
    pub(super) fn checked(&self, answer: &str) -> Result<(), String> {
        self.checks.iter().try_for_each(|check| check(answer))
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("id", &self.id).finish_non_exhaustive()
    }
}
