//! Opens compressed content, with a cap on what comes out.
//!
//! The value on the wire says deflate or gzip, but one released family of clients writes zlib where another writes raw
//! deflate, so the bytes decide. Source of fact: RFC 1950 §2.2 and RFC 1952 §2.3.1 for the heads.
use crate::ContentError;
use flate2::{Decompress, FlushDecompress, Status, read::MultiGzDecoder};
use std::io::Read;

// CONTENT.R5
/// Decompresses zlib, gzip or raw deflate to at most `limit` bytes.
pub(crate) fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ContentError> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return gunzip(bytes, limit);
    }
    if looks_like_zlib(bytes) {
        match run(Decompress::new(true), bytes, limit) {
            Err(ContentError::Decompression) => {} // raw deflate may begin with the same two bytes
            outcome => return outcome,
        }
    }
    run(Decompress::new(false), bytes, limit)
}

/// Method 8 in the low nibble, and the two bytes a multiple of 31.
fn looks_like_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..]
        if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn gunzip(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ContentError> {
    let mut out = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes).take(one_more).read_to_end(&mut out).map_err(|_| ContentError::Decompression)?;
    if out.len() > limit { Err(ContentError::TooLarge { limit }) } else { Ok(out) }
}

/// Runs to the end of the stream: the readers of `flate2` take a stream that is cut short for a whole one.
fn run(mut stream: Decompress, bytes: &[u8], limit: usize) -> Result<Vec<u8>, ContentError> {
    let mut out = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        let (taken, given) = (stream.total_in(), stream.total_out());
        let rest = usize::try_from(taken).ok().and_then(|taken| bytes.get(taken..)).unwrap_or_default();
        let status =
            stream.decompress(rest, &mut chunk, FlushDecompress::None).map_err(|_| ContentError::Decompression)?;
        let fresh = usize::try_from(stream.total_out() - given).unwrap_or(usize::MAX);
        out.extend_from_slice(chunk.get(..fresh).unwrap_or_default());
        if out.len() > limit {
            return Err(ContentError::TooLarge { limit });
        }
        match status {
            Status::StreamEnd => return Ok(out),
            _ if fresh == 0 && stream.total_in() == taken => return Err(ContentError::Decompression),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };
    use proptest::prelude::*;
    use std::io::Write;

    fn zlib(plain: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(plain: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test] // CONTENT.R5
    fn a_bomb_is_refused_in_every_form_and_one_byte_less_is_read() {
        let plain = vec![0; 100_001];
        for bomb in [zlib(&plain), deflate(&plain), gzip(&plain)] {
            assert!(bomb.len() < 1_000);
            assert_eq!(inflate(&bomb, 100_000), Err(ContentError::TooLarge { limit: 100_000 }));
            assert_eq!(inflate(&bomb, 100_001).unwrap().len(), 100_001);
        }
    }

    #[test]
    fn what_is_cut_short_or_not_compressed_is_refused() {
        for whole in [zlib(b"hello"), deflate(b"hello"), gzip(b"hello")] {
            assert_eq!(inflate(&whole[..whole.len() / 2], 100), Err(ContentError::Decompression));
        }
        assert!(inflate(b"bvx2 LZFSE of one mobile client", 100).is_err());
        assert_eq!(inflate(b"", 100), Err(ContentError::Decompression));
    }

    proptest! {
        #[test] // CONTENT.R5
        fn all_three_forms_are_told_apart(plain: Vec<u8>) {
            for packed in [zlib(&plain), deflate(&plain), gzip(&plain)] {
                prop_assert_eq!(inflate(&packed, plain.len()).unwrap(), plain.clone());
            }
        }

        #[test]
        fn random_bytes_never_panic_and_never_exceed_the_cap(bytes: Vec<u8>) {
            if let Ok(out) = inflate(&bytes, 64) {
                prop_assert!(out.len() <= 64);
            }
        }
    }
}
