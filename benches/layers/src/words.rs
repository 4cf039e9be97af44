//! `xmtp-types`: ids and cursors.
use crate::Operation;
use anyhow::Result;
use std::hint::black_box;
use xmtp_types::{Cursor, InboxId, OriginatorId, SequenceId};

/// What is measured.
///
/// # Errors
/// If one of them cannot be prepared.
pub fn operations() -> Result<Vec<Operation>> {
    let inbox = InboxId::from_bytes([7; 32]);
    let text = inbox.to_string();
    let mut cursor = Cursor::start();
    let mut other = Cursor::start();
    for originator in 1..=10 {
        cursor.advance(OriginatorId::new(originator), SequenceId::new(100));
        other.advance(OriginatorId::new(originator), SequenceId::new(u64::from(originator) * 20));
    }
    Ok(vec![
        Operation::new("types", "inbox id written", move || {
            black_box(black_box(&inbox).to_string());
            Ok(())
        }),
        Operation::new("types", "inbox id read", move || {
            black_box(black_box(&text).parse::<InboxId>()?);
            Ok(())
        }),
        Operation::new("types", "cursors of ten originators merged", move || {
            let mut merged = black_box(&cursor).clone();
            merged.merge(black_box(&other));
            black_box(merged);
            Ok(())
        }),
    ])
}
