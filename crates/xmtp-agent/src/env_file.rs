//! The form of a `.env` file: one `NAME=value` a line.
//!
//! Comments begin with `#`, `export` may stand in front, quotes around a value are dropped, nothing is expanded. The
//! last value that is not empty counts.
use std::{collections::HashMap, fmt};
use zeroize::Zeroizing;

/// The variables of a `.env` file: one `NAME=value` a line. `Debug` shows their names alone.
#[derive(Clone, Default)]
pub struct EnvFile(HashMap<String, Zeroizing<String>>);

impl EnvFile {
    pub(crate) fn parse(text: &str) -> Self {
        let given = text.lines().filter_map(assignment).filter(|(_, value)| !value.is_empty());
        Self(given.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned()))).collect())
    }

    /// The value of a variable; an empty one counts as absent.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_str())
    }
}

impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The name and the value of a line, if it assigns one.
pub(crate) fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    Some((name.trim(), unquote(value.trim())))
}

fn unquote(value: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        if let Some((inner, _comment)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner;
        }
    }
    match value.split_once(" #") {
        _ if value.starts_with('#') => "",
        Some((value, _comment)) => value.trim_end(),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_as_other_tools_read_them() {
        let file = EnvFile::parse(
            "# A=comment\nA=1\n  export B = two words # not this\nC=\"x # y\" # z\nD='q'\nE=\nF=a=b\nnonsense\nG=#none\n",
        );
        let values = ["A", "B", "C", "D", "E", "F", "G", "nonsense"].map(|name| file.value(name));
        assert_eq!(values, [Some("1"), Some("two words"), Some("x # y"), Some("q"), None, Some("a=b"), None, None]);
    }

    #[test]
    fn the_last_value_that_is_not_empty_counts() {
        assert_eq!(EnvFile::parse("A=1\nA=2\nA=\n").value("A"), Some("2"));
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        assert_eq!(format!("{:?}", EnvFile::parse("KEY=secret")), "{\"KEY\"}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_no_value_is_empty(text in "([A-Z]{0,2}[= #'\"`\\n]{0,3}){0,9}|.*") {
            let file = EnvFile::parse(&text);
            for (name, _) in text.lines().filter_map(assignment) {
                prop_assert_ne!(file.value(name), Some(""));
            }
        }

        #[test]
        fn a_value_without_signs_of_its_own_is_read_as_it_is_written(value in "[!-~&&[^#'\"`]]{1,40}") {
            for line in [format!("NAME={value}"), format!("export NAME = \"{value}\" # a comment\n")] {
                let file = EnvFile::parse(&line);
                prop_assert_eq!(file.value("NAME"), Some(value.as_str()));
            }
        }
    }
}
