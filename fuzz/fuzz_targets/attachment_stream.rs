//! A file that was sealed by a stranger, as it comes out piece by piece.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_content_types::{AttachmentDecoder, ContentError, EncodedContent};

fn decode(bytes: &[u8], piece: usize) -> Result<Vec<u8>, ContentError> {
    let (mut decoder, mut file) = (AttachmentDecoder::new(), Vec::new());
    for mut piece in bytes.chunks(piece) {
        while !piece.is_empty() {
            file.extend_from_slice(decoder.take(&mut piece)?);
        }
    }
    decoder.finish().map(|_| file)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let at_once = decode(bytes, bytes.len().max(1));
    assert!(decode(bytes, usize::from(piece).max(1)) == at_once);
    if let Ok(file) = at_once {
        assert!(EncodedContent::from_bytes(bytes).is_ok_and(|whole| whole.raw_content() == file));
    }
});
