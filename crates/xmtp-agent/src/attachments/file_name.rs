//! Names of files that strangers give.

/// The longest name that common file systems take, in bytes, less what a number needs.
const MAX_LENGTH: usize = 240;

/// Characters that separate folders, or that one system or another gives a meaning.
const UNSAFE: [char; 10] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|', '%'];

/// A name that is one file in one folder, on any system, and shows as what it is: the last part of what was given,
/// without characters that control or turn text around, and without dots at its ends. None if nothing is left.
pub fn safe_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        last.chars().filter(|c| !is_hidden(*c)).map(|c| if UNSAFE.contains(&c) { '_' } else { c }).collect();
    let mut kept = trimmed(&kept).to_owned();
    // What is cut off can be all of an extension, and what stands before it have another.
    loop {
        let shorter = shortened(&kept);
        if shorter == kept {
            break;
        }
        kept = shorter;
    }
    if kept.is_empty() {
        return None;
    }
    let (stem, _) = parts(&kept);
    // Some names are devices of one system, with any extension.
    let device = ["con", "prn", "aux", "nul"].iter().any(|device| stem.eq_ignore_ascii_case(device))
        || (stem.len() == 4 && ["com", "lpt"].iter().any(|port| stem.to_ascii_lowercase().starts_with(port)));
    Some(if device { format!("_{kept}") } else { kept })
}

/// No longer than a name may be, and with an extension that is one.
fn shortened(name: &str) -> String {
    let (stem, extension) = parts(name);
    let extension = extension.get(..extension.floor_char_boundary(20)).unwrap_or_default();
    let stem = stem.get(..stem.floor_char_boundary(MAX_LENGTH - extension.len())).unwrap_or_default();
    trimmed(&format!("{stem}{extension}")).to_owned()
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// A name with a number before its extension, from the second on.
pub(super) fn numbered(name: &str, twin: u32) -> String {
    let (stem, extension) = parts(name);
    if twin == 0 { name.to_owned() } else { format!("{stem} ({twin}){extension}") }
}

/// What stands before the last dot, and the rest.
fn parts(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Controls, and marks that change the direction of what follows: with them `gpj.exe` can be made to look like a picture.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::{Component, Path};

    #[test]
    fn names_that_lead_elsewhere_or_look_like_others_are_made_safe() {
        let cases = [
            ("a.txt", "a.txt"),
            ("Ünïcode 文件.png", "Ünïcode 文件.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("..hidden.", "hidden"),
            ("a\0b\n.txt", "ab.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a:b|c?.txt", "a_b_c_.txt"),
            ("CON.txt", "_CON.txt"),
            ("lpt1", "_lpt1"),
            ("a.an extension that is long", "a.an extension that i"),
            ("a.an extension that  is cut behind a space", "a.an extension that"),
            ("con.b.                         c", "_con.b"),
        ];
        for (given, safe) in cases {
            assert_eq!(safe_file_name(given).as_deref(), Some(safe), "{given:?}");
        }
        for nothing in ["", ".", "..", "/", "a/..", " . ", "\u{200b}"] {
            assert_eq!(safe_file_name(nothing), None, "{nothing:?}");
        }
        assert_eq!(safe_file_name(&format!("{}.tar.gz", "é".repeat(500))).map(|name| name.len() <= 240), Some(true));
        assert_eq!((numbered("a.tar.gz", 0), numbered("a.tar.gz", 2)), ("a.tar.gz".into(), "a.tar (2).gz".into()));
    }

    proptest! {
        #[test]
        fn any_name_is_one_file_in_the_folder(name in "\\PC{0,300}|[./\\\\a-c]{0,12}") {
            if let Some(safe) = safe_file_name(&name) {
                let parts: Vec<_> = Path::new(&safe).components().collect();
                prop_assert!(matches!(parts.as_slice(), [Component::Normal(_)]), "{safe:?}");
                prop_assert!(safe.len() <= MAX_LENGTH + 1 && !safe.starts_with('.'));
                prop_assert_eq!(safe_file_name(&safe), Some(safe));
            }
        }
    }
}
