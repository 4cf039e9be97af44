//! Text of others, safe to put on a terminal.
//!
//! A terminal obeys what it is sent: a message could clear the screen, rewrite what stands above it, or turn the
//! direction of a line so that it reads as something else. Whatever a terminal could obey is dropped.
use std::borrow::Cow;

/// The text without control characters and changes of direction. Line breaks stay, tabs become spaces.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => cleaned.push_str("    "),
            character if is_harmless(character) => cleaned.push(character),
            _ => {}
        }
    }
    Cow::Owned(cleaned)
}

fn is_harmless(character: char) -> bool {
    match character {
        '\n' => true,
        // Embeddings, overrides and isolates of writing direction, and the marks that act like them.
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        // Line and paragraph separators: no terminal agrees with another on them.
        '\u{2028}' | '\u{2029}' => false,
        character => !character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_dropped() {
        assert_eq!(clean("a\u{1b}[2Jb\rc\u{9b}d\u{7f}\u{202e}e\0"), "a[2Jbcde");
    }

    #[test]
    fn words_emoji_and_line_breaks_stay_and_tabs_are_spaces() {
        let text = "héllo 👩‍👩‍👧\nשלום";
        assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        assert_eq!(clean("a\tb"), "a    b");
    }
}
