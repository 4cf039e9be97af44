//! `xmtp-content-types`: what is said, to bytes and back.
use crate::Operation;
use anyhow::Result;
use std::hint::black_box;
use xmtp_content_types::Content;
use xmtp_types::MessageId;

const LAYER: &str = "content";

/// What is measured.
///
/// # Errors
/// If one of them cannot be prepared.
pub fn operations() -> Result<Vec<Operation>> {
    let message = MessageId::from_bytes([7; 32]);
    let text = "Nobody but those it is for can read this.".repeat(5);
    let contents = [
        ("text", Content::text(text.as_str())),
        ("reply", Content::reply(message, text.as_str())),
        ("reaction", Content::reaction(message, "👍")),
    ];
    let mut all = Vec::new();
    for (kind, content) in contents {
        let (bytes, described) = (content.encode().to_bytes(), content.clone());
        all.push(Operation::new(LAYER, format!("{kind} encoded"), move || {
            black_box(black_box(&content).encode().to_bytes());
            Ok(())
        }));
        all.push(Operation::new(LAYER, format!("{kind} decoded"), move || {
            black_box(Content::from_bytes(black_box(&bytes)));
            Ok(())
        }));
        all.push(Operation::new(LAYER, format!("{kind} described"), move || {
            black_box(black_box(&described).fallback());
            Ok(())
        }));
    }
    Ok(all)
}
