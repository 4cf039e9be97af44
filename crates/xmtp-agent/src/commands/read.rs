//! How a message is read: whom it speaks to, which command it begins with, and what follows.

/// What comes before the name of a command.
pub(crate) const PREFIX: char = '/';

/// A text as a router reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Reading<'a> {
    /// Whether it speaks to the agent by one of its names, at its beginning, its end, or within the command.
    pub(crate) is_addressed: bool,
    /// The command in lowercase, with the prefix.
    pub(crate) command: Option<String>,
    /// What is left without the names and the command, as it was written but for white space around it.
    pub(crate) rest: &'a str,
}

/// Reads a text. `names` are those of the agent, without `@`. There is nothing to read in a command that is meant for
/// somebody else, such as `/help@other`.
pub(crate) fn read<'a>(text: &'a str, names: &[&str]) -> Option<Reading<'a>> {
    let text = text.trim();
    let (is_addressed, text) = without_names(text, names);
    if !text.starts_with(PREFIX) {
        return Some(Reading { is_addressed, command: None, rest: text });
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (word, for_whom) = word.split_once('@').map_or((word, None), |(word, name)| (word, Some(name)));
    let is_mine = for_whom.is_none_or(|name| names.iter().any(|own| same(own, name)));
    is_mine.then(|| Reading {
        is_addressed: is_addressed || for_whom.is_some(),
        command: Some(word.to_lowercase()),
        rest: rest.trim(),
    })
}

/// Takes a name off the beginning and off the end.
fn without_names<'a>(text: &'a str, names: &[&str]) -> (bool, &'a str) {
    let (mut is_addressed, mut left) = (false, text);
    if let Some(mentioned) = left.strip_prefix('@') {
        let (word, rest) = mentioned.split_once(char::is_whitespace).unwrap_or((mentioned, ""));
        if names.iter().any(|name| same(name, word.trim_end_matches([',', ':', '!', '.', ';', '?', '-', '–', '—'])))
        {
            (is_addressed, left) = (true, rest.trim_start());
        }
    }
    if let Some((before, word)) =
        left.rsplit_once(char::is_whitespace).or_else(|| left.starts_with('@').then_some(("", left)))
        && let Some(mentioned) = word.strip_prefix('@')
        && names.iter().any(|name| same(name, mentioned.trim_end_matches(['!', '.', '?', ','])))
    {
        (is_addressed, left) = (true, before.trim_end());
    }
    (is_addressed, left)
}

fn same(name: &str, word: &str) -> bool {
    name.to_lowercase() == word.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 2] = ["Shop", "shop.eth"];

    fn reading(text: &str) -> (bool, Option<String>, &str) {
        let reading = read(text, &NAMES).unwrap();
        (reading.is_addressed, reading.command, reading.rest)
    }

    fn command(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn a_command_ends_at_any_white_space_and_what_follows_stays_as_it_was() {
        assert_eq!(reading("/add 5"), (false, command("/add"), "5"));
        assert_eq!(reading("/add\n5  6\n\n7"), (false, command("/add"), "5  6\n\n7"));
        assert_eq!(reading("  /ADD"), (false, command("/add"), ""));
        assert_eq!(reading("add 5"), (false, None, "add 5"));
    }

    #[test]
    fn names_of_the_agent_are_taken_off_and_count_as_addressed() {
        for text in [
            "@shop /add 5",
            "@SHOP, /add 5",
            "@shop.eth: /add 5",
            "/add@shop 5",
            "/add 5 @shop",
            "@shop\n/add 5 @shop!",
        ] {
            assert_eq!(reading(text), (true, command("/add"), "5"), "{text}");
        }
        assert_eq!(reading("@shop what is  new?"), (true, None, "what is  new?"));
        assert_eq!(reading("@shop"), (true, None, ""));
        assert_eq!(reading("hey @shop"), (true, None, "hey"));
    }

    #[test]
    fn names_of_others_and_names_within_a_text_are_left_alone() {
        assert_eq!(reading("@bob /add 5"), (false, None, "@bob /add 5"));
        assert_eq!(reading("@shopping /add"), (false, None, "@shopping /add"));
        assert_eq!(reading("ask @shop for it"), (false, None, "ask @shop for it"));
        assert_eq!(reading("shop /add"), (false, None, "shop /add"));
        assert_eq!(read("/add@bob 5", &NAMES), None, "somebody else's command");
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "[@/shop.,! \n]{0,20}|\\PC{0,20}") {
            let _ = read(&text, &NAMES);
        }
    }
}
