//! What follows a command: words, or the text as it was written.
use std::str::FromStr;
use thiserror::Error;

/// The arguments of a command.
///
/// Words are parted by any white space, new lines as well; `"two words"` in straight or curly quotes are one. The text
/// itself is kept as it was written, in [`Arguments::rest`].
///
/// ```
/// use xmtp_agent::Arguments;
///
/// let arguments = Arguments::parse("\"ice cream\"\n 3 thanks!");
/// assert_eq!(arguments.word(0), Some("ice cream"));
/// assert_eq!(arguments.value::<u32>(1, "how many")?, 3);
/// assert_eq!(arguments.rest(), "\"ice cream\"\n 3 thanks!");
/// # Ok::<(), xmtp_agent::ArgumentError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Arguments {
    rest: String,
    words: Vec<String>,
}

/// An argument is missing or not what the command needs. The text is meant for the person who wrote the command, and
/// does not repeat what was written.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ArgumentError {
    /// It is not there.
    #[error("please add {0}")]
    Missing(&'static str),
    /// It cannot be read.
    #[error("{name} is not right: {reason}")]
    Invalid {
        /// What the argument is.
        name: &'static str,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Arguments {
    /// Reads the text after a command.
    pub fn parse(text: &str) -> Self {
        Self { rest: text.to_owned(), words: words(text) }
    }

    /// The text after the command as it was written, without the white space around it.
    pub fn rest(&self) -> &str {
        &self.rest
    }

    /// All words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The word at `index`, the first of which is 0.
    pub fn word(&self, index: usize) -> Option<&str> {
        self.words.get(index).map(String::as_str)
    }

    /// Whether nothing follows the command.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word at `index` as a value. `name` says what is asked for, such as "the amount".
    ///
    /// # Errors
    /// [`ArgumentError`], which can be sent to whoever wrote the command.
    pub fn value<T: FromStr<Err: ToString>>(&self, index: usize, name: &'static str) -> Result<T, ArgumentError> {
        let word = self.word(index).ok_or(ArgumentError::Missing(name))?;
        word.parse().map_err(|error: T::Err| ArgumentError::Invalid { name, reason: error.to_string() })
    }

    /// As [`Arguments::value`], and `None` if there is no such word.
    ///
    /// # Errors
    /// [`ArgumentError::Invalid`].
    pub fn optional<T: FromStr<Err: ToString>>(
        &self,
        index: usize,
        name: &'static str,
    ) -> Result<Option<T>, ArgumentError> {
        if self.word(index).is_none() {
            return Ok(None);
        }
        self.value(index, name).map(Some)
    }
}

/// Phones turn straight quotes into curly ones.
fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        _ => None,
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut left = text.trim_start();
    while let Some(first) = left.chars().next() {
        let inside = left.get(first.len_utf8()..).unwrap_or_default();
        // A quote that nobody closes is a character like any other, and one within a word too.
        let quoted = closing(first).and_then(|close| inside.split_once(close));
        let (word, rest) = match quoted {
            Some((word, rest)) if rest.is_empty() || rest.starts_with(char::is_whitespace) => (word, rest),
            _ => left.split_once(char::is_whitespace).unwrap_or((left, "")),
        };
        words.push(word.to_owned());
        left = rest.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_parted_by_any_white_space_and_kept_together_by_quotes() {
        let arguments = Arguments::parse("one  two\n\tthree \"four five\" “six seven” \"\"");
        assert_eq!(arguments.words(), ["one", "two", "three", "four five", "six seven", ""]);
    }

    #[test]
    fn a_quote_that_does_not_hold_a_word_is_only_a_character() {
        assert_eq!(words("it's 5\" wide"), ["it's", "5\"", "wide"]);
        assert_eq!(words("\"open and on"), ["\"open", "and", "on"]);
        assert_eq!(words("\"a\"b c"), ["\"a\"b", "c"]);
    }

    #[test]
    fn values_say_what_is_missing_or_wrong_without_repeating_it() {
        let arguments = Arguments::parse("7 secret");
        assert_eq!(arguments.value::<u8>(0, "the amount"), Ok(7));
        assert_eq!(arguments.optional::<u8>(2, "the tip"), Ok(None));
        let missing = arguments.value::<u8>(2, "the tip").unwrap_err().to_string();
        assert_eq!(missing, "please add the tip");
        let wrong = arguments.value::<u8>(1, "the amount").unwrap_err().to_string();
        assert!(wrong.starts_with("the amount is not right") && !wrong.contains("secret"), "{wrong}");
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic_and_nothing_but_space_and_quotes_is_lost(text in "[a-c\"“” \n]{0,30}|\\PC{0,20}") {
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"\"“”„".contains(*c)).collect::<String>();
            prop_assert_eq!(letters(&words(&text).concat()), letters(&text));
        }
    }
}
