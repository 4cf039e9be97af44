//! The text that was typed, or stands on standard input.
use crate::error::CliError;
use std::io::Read;
use xmtp_content_types::Content;

/// Text or markdown; `-` is standard input.
///
/// # Errors
/// [`CliError::Usage`] if there is nothing to say.
pub(super) fn words(text: String, markdown: bool) -> Result<Content, CliError> {
    let text = if text == "-" { read_input()? } else { text };
    if text.trim().is_empty() {
        return Err(CliError::usage("there is nothing to send: the message is empty"));
    }
    Ok(if markdown { Content::markdown(text) } else { Content::text(text) })
}

/// All of standard input, without the line break that ends it.
fn read_input() -> Result<String, CliError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|source| CliError::io("read standard input", source))?;
    let kept = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)).map(str::len);
    text.truncate(kept.unwrap_or(text.len()));
    Ok(text)
}
