//! Who a text speaks of: `@names`, names with dots, addresses, and addresses cut short.
//!
//! Source of fact: the forms are those that released applications write, such as `0xabc…def` in a list of members.
use std::ops::Range;
use xmtp_client::Identifier;

/// Addresses are cut short to no fewer hexadecimal characters than this on each side: fewer would fit too many.
pub const SHORTEST_CUT: usize = 3;

/// Somebody a text speaks of.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Mention {
    /// `@alice`: a name that has meaning to the application, in lowercase and without the `@`.
    Handle(String),
    /// `alice.eth` or `@pay.alice.eth`: a whole name with its parents, in lowercase.
    Name(String),
    /// A whole address.
    Address(Identifier),
    /// An address cut short, such as `0xabc…def`: what it begins and ends with, in lowercase, without `0x`.
    Shortened {
        /// The first hexadecimal characters.
        start: String,
        /// The last ones.
        end: String,
    },
}

/// A mention, and where it stands in the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Who.
    pub mention: Mention,
    /// Where, in bytes of the text, the `@` included.
    pub range: Range<usize>,
}

/// Finds all mentions of a text in order, each as long as it can be: in `pay.alice.eth` neither `alice.eth` nor `pay`
/// is one. E-mail addresses, URLs and paths are none.
///
/// ```
/// use xmtp_agent::mentions::{Mention, find};
///
/// let found = find("ask @bob, or pay.alice.eth");
/// let who: Vec<_> = found.into_iter().map(|found| found.mention).collect();
/// assert_eq!(who, [Mention::Handle("bob".into()), Mention::Name("pay.alice.eth".into())]);
/// ```
pub fn find(text: &str) -> Vec<Found> {
    words(text).into_iter().filter_map(|range| read(text, range)).collect()
}

/// Whether `text` mentions the handle or name, in any letter case, with or without `@` in front of `name`.
pub fn mentions(text: &str, name: &str) -> bool {
    let name = name.trim_start_matches('@').to_lowercase();
    find(text).into_iter().any(|found| match found.mention {
        Mention::Handle(handle) => handle == name,
        Mention::Name(whole) => whole == name,
        _ => false,
    })
}

/// Whether a character can be part of a mention.
fn is_part(c: char) -> bool {
    // Marks and joiners of emoji belong to names too; what is no name is refused where it is looked up.
    c.is_alphanumeric()
        || matches!(c, '@' | '.' | '-' | '_' | '…' | '/' | ':')
        || (!c.is_ascii() && !c.is_whitespace() && !is_quote(c))
}

fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '«' | '»' | '–' | '—' | '¿' | '¡' | '。' | '，' | '、' | '！' | '？')
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (is_part(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// Reads one word without the punctuation that ends a sentence.
fn read(text: &str, range: Range<usize>) -> Option<Found> {
    let word = text.get(range.clone())?;
    let word = word.trim_end_matches(['.', ':', '-', '/', '…']);
    let leading = word.len() - word.trim_start_matches(['.', ':', '-', '/', '…']).len();
    // A path or a command is no name, a sentence that goes on after a dash may be followed by one.
    if word.get(..leading).is_some_and(|before| before.contains('/')) {
        return None;
    }
    let word = word.get(leading..)?;
    if word.contains(['/', ':']) {
        return None;
    }
    let start = range.start + leading;
    let mention = address(word).or_else(|| name(word))?;
    Some(Found { mention, range: start..start + word.len() })
}

fn address(word: &str) -> Option<Mention> {
    let bare = word.strip_prefix('@').unwrap_or(word);
    let digits = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X"))?;
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits.len() == 40 && is_hex(digits) {
        return Identifier::ethereum(&format!("0x{digits}")).ok().map(Mention::Address);
    }
    let (start, end) = digits.split_once("...").or_else(|| digits.split_once('…'))?;
    let fits = |part: &str| part.len() >= SHORTEST_CUT && is_hex(part);
    (fits(start) && fits(end) && start.len() + end.len() < 40)
        .then(|| Mention::Shortened { start: start.to_ascii_lowercase(), end: end.to_ascii_lowercase() })
}

fn name(word: &str) -> Option<Mention> {
    let (is_handle, bare) = match word.strip_prefix('@') {
        Some(bare) => (true, bare),
        None => (false, word),
    };
    if bare.is_empty() || bare.contains(['@', '…']) {
        return None;
    }
    let labels: Vec<&str> = bare.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    let name = bare.to_lowercase();
    match labels.as_slice() {
        [_] if is_handle => Some(Mention::Handle(name)),
        [.., last] if labels.len() > 1 && (is_handle || is_naming_service(last)) => Some(Mention::Name(name)),
        _ => None,
    }
}

/// Without an `@`, only names under the top-level name of ENS are names: `example.com` and `3.5` are not.
fn is_naming_service(top: &str) -> bool {
    top.eq_ignore_ascii_case("eth")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ADDRESS: &str = "0x36AbCDef0123456789aBcdEF0123456789abCdeF";

    fn who(text: &str) -> Vec<Mention> {
        find(text).into_iter().map(|found| found.mention).collect()
    }

    fn handle(name: &str) -> Mention {
        Mention::Handle(name.to_owned())
    }

    fn named(name: &str) -> Mention {
        Mention::Name(name.to_owned())
    }

    #[test]
    fn handles_names_and_addresses_are_found_in_a_sentence() {
        let text = format!("@Bob, is (vitalik.eth) or {ADDRESS}? Ask @fabri.base.eth: thanks.");
        let address = Mention::Address(ADDRESS.parse().unwrap());
        assert_eq!(who(&text), [handle("bob"), named("vitalik.eth"), address, named("fabri.base.eth")]);
    }

    #[test]
    fn a_name_is_whole_so_that_sub_domains_win_over_their_parents() {
        assert_eq!(who("pay.alice.eth"), [named("pay.alice.eth")]);
        assert_eq!(who("a.b.c.eth and c.eth"), [named("a.b.c.eth"), named("c.eth")]);
    }

    #[test]
    fn addresses_cut_short_are_found_with_dots_and_with_an_ellipsis() {
        let short = Mention::Shortened { start: "36ab".to_owned(), end: "cdef".to_owned() };
        for text in ["0x36ab...cDef", "0x36Ab…cdef.", "to @0x36ab…cdef!"] {
            assert_eq!(who(text), std::slice::from_ref(&short), "{text}");
        }
        for text in ["0xab…cd", "0x36ab..cdef", "0x36ab", "0x…cdef", "0xhello…cdef"] {
            assert_eq!(who(text), [], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mention_is_none() {
        for text in [
            "mail bob@example.com",
            "https://x.org/@bob",
            "example.com",
            "3.5",
            "a..eth",
            "@",
            "@.",
            "/path.eth/x",
            "wait...eth",
        ] {
            assert_eq!(who(text), [], "{text}");
        }
    }

    #[test]
    fn a_range_is_the_mention_in_the_text() {
        let text = "hé @bob… and “@carol”";
        let found = find(text);
        let parts: Vec<_> = found.iter().map(|found| &text[found.range.clone()]).collect();
        assert_eq!(parts, ["@bob", "@carol"]);
    }

    #[test]
    fn one_name_is_mentioned_in_any_letter_case() {
        assert!(
            mentions("hey @Shop!", "shop") && mentions("hey @shop", "@SHOP") && mentions("see shop.eth", "shop.eth")
        );
        assert!(!mentions("shop", "shop") && !mentions("@shopping", "shop") && !mentions("me@shop", "shop"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_search_panic_and_ranges_are_in_order(text in "[@.…a-f0-9x/:é ]{0,40}|\\PC{0,30}") {
            let mut end = 0;
            for found in find(&text) {
                prop_assert!(found.range.start >= end && text.get(found.range.clone()).is_some());
                end = found.range.end;
            }
        }
    }
}
