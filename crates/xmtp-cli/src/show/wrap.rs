//! Long text, broken at spaces to fit a terminal.
use console::measure_text_width;

/// Breaks `text` so that no line is wider than `width` columns; every line but the first begins with `indent` spaces,
/// which count. A word wider than a line is broken where it must be.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> String {
    let room = width.saturating_sub(indent).max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        wrap_line(line, room, &mut lines);
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Indents every line but the first.
pub(crate) fn indent(text: &str, by: usize) -> String {
    text.split('\n').collect::<Vec<_>>().join(&format!("\n{}", " ".repeat(by)))
}

fn wrap_line(line: &str, room: usize, lines: &mut Vec<String>) {
    let mut current = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let shown = word.trim_end_matches(' ');
        if used > 0 && used + measure_text_width(shown) > room {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
            used = 0;
        }
        if measure_text_width(shown) <= room {
            current.push_str(word);
            used += measure_text_width(word);
            continue;
        }
        for character in shown.chars() {
            let wide = measure_text_width(character.encode_utf8(&mut [0; 4]));
            if used > 0 && used + wide > room {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push(character);
            used += wide;
        }
        // Spaces behind it take room, and are cut where a line ends.
        current.push_str(word.get(shown.len()..).unwrap_or_default());
        used += word.len() - shown.len();
    }
    lines.push(current.trim_end().to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_continue_below_the_text() {
        assert_eq!(wrap("one two three", 10, 2), "one two\n  three");
        assert_eq!(wrap("a\n\nb", 10, 2), "a\n  \n  b");
        assert_eq!(wrap("", 10, 2), "");
    }

    #[test]
    fn a_word_that_is_too_wide_is_broken() {
        assert_eq!(wrap("abcdefgh ij", 5, 1), "abcd\n efgh\n ij");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(wrap("日本語", 4, 0), "日本\n語");
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_word_is_lost() {
        let text = "the quick brown fox jumps over the extraordinarily lazy dog ".repeat(20);
        for width in 3..60 {
            let wrapped = wrap(&text, width, 2);
            assert!(wrapped.lines().skip(1).all(|line| measure_text_width(line) <= width), "{width}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&wrapped), letters(&text));
        }
    }

    #[test]
    fn a_terminal_without_width_does_not_hang() {
        assert_eq!(wrap("ab", 0, 5), format!("a\n{}b", " ".repeat(5)));
    }
}
