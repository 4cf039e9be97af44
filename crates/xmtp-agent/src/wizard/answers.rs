//! What was answered.
use crate::ArgumentError;
use std::{fmt, str::FromStr};

/// The answers of a form that was filled in, by the ids of its steps. `Debug` does not show them.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Answers(Vec<(String, String)>);

impl Answers {
    pub(super) const fn new(answers: Vec<(String, String)>) -> Self {
        Self(answers)
    }

    /// The answer to a step: the text, or the id of the button.
    pub fn get(&self, step: &str) -> Option<&str> {
        self.0.iter().find(|(id, _)| id == step).map(|(_, answer)| answer.as_str())
    }

    /// The answer to a step as a value.
    ///
    /// # Errors
    /// [`ArgumentError`] if there is no such step, or its answer cannot be read: it was not checked to be such a value.
    pub fn value<T: FromStr<Err: ToString>>(&self, step: &'static str) -> Result<T, ArgumentError> {
        let answer = self.get(step).ok_or(ArgumentError::Missing(step))?;
        answer.parse().map_err(|error: T::Err| ArgumentError::Invalid { name: step, reason: error.to_string() })
    }

    /// All steps and their answers, in the order in which they were asked.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(step, answer)| (step.as_str(), answer.as_str()))
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(step, _)| step)).finish()
    }
}
