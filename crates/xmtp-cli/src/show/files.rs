//! Files in words.
use super::clean;
use indicatif::HumanBytes;
use xmtp_content_types::{Attachment, RemoteAttachment};

/// A file that is in the message: `xmtp message ID --save FILE` writes it down.
pub(super) fn attachment(file: &Attachment) -> String {
    let size = HumanBytes(u64::try_from(file.data.len()).unwrap_or(u64::MAX));
    let kind = if file.mime_type.is_empty() { "of no known type" } else { &file.mime_type };
    format!("[file {}, {}, {size}]", name(file.filename.as_deref()), line(kind))
}

/// A file that is somewhere else.
pub(super) fn remote(file: &RemoteAttachment) -> String {
    let size = file.content_length.map(|bytes| format!(", {}", HumanBytes(bytes))).unwrap_or_default();
    format!("[sealed file {}{size}, at {}]", name(file.filename.as_deref()), line(&file.url))
}

fn name(name: Option<&str>) -> String {
    match name.map(line) {
        Some(name) if !name.is_empty() => format!("“{name}”"),
        _ => "without a name".to_owned(),
    }
}

fn line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_name_type_and_size_and_its_name_cannot_harm() {
        let file = Attachment::new("a\u{1b}[2J.png", "image/png", vec![0; 2048]);
        assert_eq!(attachment(&file), "[file “a[2J.png”, image/png, 2.00 KiB]");
        assert_eq!(attachment(&Attachment::default()), "[file without a name, of no known type, 0 B]");
    }

    #[test]
    fn a_sealed_file_says_where_it_is() {
        let file = RemoteAttachment::new("https://example.org/f", [1; 32], [7; 32].into(), [3; 32], [4; 12]);
        assert_eq!(remote(&file.with_filename("b.zip")), "[sealed file “b.zip”, at https://example.org/f]");
    }
}
