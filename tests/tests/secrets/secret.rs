//! Something that must not be seen, and all the ways in which it could be.
use base64ct::{Base64, Base64UrlUnpadded, Encoding};

/// A secret.
#[derive(Clone)]
pub(crate) struct Secret {
    /// What it is.
    pub(crate) name: &'static str,
    bytes: Vec<u8>,
    forms: Vec<String>,
}

impl Secret {
    /// A secret of at least 16 bytes: anything shorter could be found by accident.
    pub(crate) fn new(name: &'static str, bytes: &[u8]) -> Self {
        assert!(bytes.len() >= 16, "{name} is too short to be looked for");
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let mut forms: Vec<String> = [first, second].into_iter().flat_map(forms_of).collect();
        forms.extend(base64_anywhere(bytes));
        forms.retain(|form| !form.is_empty());
        Self { name, bytes: bytes.to_vec(), forms }
    }

    /// The secret.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a text holds it, in any form, whole or half. The text must be [`squeezed`].
    pub(crate) fn is_in(&self, squeezed: &str) -> bool {
        self.forms.iter().any(|form| squeezed.contains(form))
    }
}

/// A text without white space, so that a list looks the same however it was broken into lines.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}

fn forms_of(bytes: &[u8]) -> Vec<String> {
    let list = |show: fn(&u8) -> String| bytes.iter().map(show).collect::<Vec<_>>().join(",");
    vec![
        squeezed(std::str::from_utf8(bytes).unwrap_or_default()),
        squeezed(&bytes.escape_ascii().to_string()),
        hex::encode(bytes),
        hex::encode_upper(bytes),
        list(|byte| format!("{byte}")),
        list(|byte| format!("{byte:x}")),
        list(|byte| format!("{byte:02x}")),
        list(|byte| format!("{byte:X}")),
        list(|byte| format!("{byte:02X}")),
        list(|byte| format!("{byte:#x}")),
    ]
}

/// Base64 encodes three bytes at a time, so what a secret looks like depends on where in a larger whole it begins.
fn base64_anywhere(bytes: &[u8]) -> Vec<String> {
    let encode = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let whole = rest.get(..rest.len() / 3 * 3).unwrap_or_default();
        [Base64::encode_string(whole), Base64UrlUnpadded::encode_string(whole)]
    };
    (0..3).flat_map(encode).collect()
}
