//! An encoded attachment of any size, in constant memory: what comes before the bytes of the file, and telling the two
//! apart as they come in.
//!
//! Source of fact: the schema of encoded content, whose field 4 is the content, and the encoding of protobuf.
use crate::{Attachment, AttachmentCodec, Codec, ContentError, ContentTypeId, EncodedContent, attachment};
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

/// The number of the field that is the content.
const CONTENT: u32 = 4;

/// The most bytes of everything but the file.
const MAX_HEAD: usize = 64 * 1024;

/// A key and a length, or a key and a number, have no more bytes.
const MAX_PREFIX: usize = 20;

const MALFORMED: ContentError = ContentError::Malformed { what: "attachment" };

impl Attachment {
    /// The bytes that come before those of a file of `length` bytes, so that both together are the encoded attachment.
    pub fn encode_head(filename: Option<&str>, mime_type: &str, length: u64) -> Vec<u8> {
        let filename = filename.map(str::to_owned);
        let head = Self { filename, mime_type: mime_type.to_owned(), data: Vec::new() };
        let mut bytes = attachment::encode(&head).to_bytes();
        if length > 0 {
            encode_key(CONTENT, WireType::LengthDelimited, &mut bytes);
            encode_varint(length, &mut bytes);
        }
        bytes
    }
}

/// Takes an encoded attachment apart, piece by piece: the bytes of the file come out as they come in.
///
/// ```
/// use xmtp_content_types::{Attachment, AttachmentDecoder};
///
/// let mut encoded = Attachment::encode_head(Some("a.txt"), "text/plain", 2);
/// encoded.extend(b"hi");
///
/// let (mut decoder, mut file) = (AttachmentDecoder::new(), Vec::new());
/// let mut rest = encoded.as_slice();
/// while !rest.is_empty() {
///     file.extend_from_slice(decoder.take(&mut rest)?);
/// }
/// let head = decoder.finish()?;
/// assert_eq!((head.filename.as_deref(), file.as_slice()), (Some("a.txt"), &b"hi"[..]));
/// # Ok::<(), xmtp_content_types::ContentError>(())
/// ```
#[derive(Debug)]
pub struct AttachmentDecoder {
    state: State,
    /// The key of the field that comes now, and what follows it but is not its bytes.
    prefix: Vec<u8>,
    /// All fields but the content.
    head: Vec<u8>,
    has_content: bool,
}

#[derive(Debug)]
enum State {
    Prefix,
    /// Bytes of another field that are still to come.
    Head(usize),
    /// Bytes of the file that are still to come.
    Content(u64),
}

/// What an encoded attachment says of its file.
#[derive(Debug)]
pub struct AttachmentHead {
    /// The name of the file, if the sender gave one. Content of a peer, and no path.
    pub filename: Option<String>,
    /// What the file is. Empty if the sender did not say.
    pub mime_type: String,
    encoded: EncodedContent,
}

impl Default for AttachmentDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl AttachmentDecoder {
    /// Nothing has come yet.
    pub const fn new() -> Self {
        Self { state: State::Prefix, prefix: Vec::new(), head: Vec::new(), has_content: false }
    }

    /// Takes some of `bytes` off, at least one if there are any, and returns those of them that belong to the file.
    ///
    /// # Errors
    /// [`ContentError::Malformed`] if it is no encoded attachment, or one in which there is more around the file than
    /// 64 KiB.
    pub fn take<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<&'a [u8], ContentError> {
        match self.state {
            State::Prefix => {
                if let Some((first, rest)) = bytes.split_first() {
                    *bytes = rest;
                    self.prefix.push(*first);
                    self.read_prefix()?;
                }
                Ok(&[])
            }
            State::Head(left) => {
                let (mine, rest) = bytes.split_at(left.min(bytes.len()));
                *bytes = rest;
                self.head.extend_from_slice(mine);
                let left = left - mine.len();
                self.state = if left == 0 { State::Prefix } else { State::Head(left) };
                Ok(&[])
            }
            State::Content(left) => {
                let (mine, rest) = bytes.split_at(bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
                *bytes = rest;
                let left = left.saturating_sub(mine.len() as u64);
                self.state = if left == 0 { State::Prefix } else { State::Content(left) };
                Ok(mine)
            }
        }
    }

    /// Goes on if the prefix is whole.
    fn read_prefix(&mut self) -> Result<(), ContentError> {
        let mut rest = self.prefix.as_slice();
        let Some((field, kind)) = whole(self.prefix.len(), decode_key(&mut rest))? else { return Ok(()) };
        let follows = match kind {
            WireType::LengthDelimited | WireType::Varint => {
                let Some(number) = whole(self.prefix.len(), decode_varint(&mut rest))? else { return Ok(()) };
                if kind == WireType::Varint { 0 } else { number }
            }
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::StartGroup | WireType::EndGroup => return Err(MALFORMED),
        };
        if field == CONTENT {
            // Of a field that repeats the last counts, and the file has been handed out by then.
            if kind != WireType::LengthDelimited || self.has_content {
                return Err(MALFORMED);
            }
            self.has_content = true;
            self.prefix.clear();
            self.state = if follows == 0 { State::Prefix } else { State::Content(follows) };
            return Ok(());
        }
        let follows = usize::try_from(follows).ok().filter(|follows| *follows <= MAX_HEAD).ok_or(MALFORMED)?;
        if self.head.len() + self.prefix.len() + follows > MAX_HEAD {
            return Err(MALFORMED);
        }
        self.head.append(&mut self.prefix);
        self.state = if follows == 0 { State::Prefix } else { State::Head(follows) };
        Ok(())
    }

    /// What was said of the file, when all has come.
    ///
    /// # Errors
    /// [`ContentError::Malformed`] if something is missing, [`ContentError::WrongType`] if it is no attachment.
    pub fn finish(self) -> Result<AttachmentHead, ContentError> {
        if !matches!(self.state, State::Prefix) || !self.prefix.is_empty() {
            return Err(MALFORMED);
        }
        let encoded = EncodedContent::from_bytes(&self.head)?;
        if !ContentTypeId::ATTACHMENT.reads(encoded.type_id()) {
            return Err(ContentError::WrongType {
                expected: ContentTypeId::ATTACHMENT,
                found: encoded.type_id().clone(),
            });
        }
        Ok(AttachmentHead {
            filename: encoded.parameter("filename").map(str::to_owned),
            mime_type: encoded.parameter("mimeType").unwrap_or_default().to_owned(),
            encoded,
        })
    }
}

impl AttachmentHead {
    /// Whether what came out is not the file, but the file compressed.
    pub const fn is_compressed(&self) -> bool {
        self.encoded.compression.is_some()
    }

    /// The attachment, given what came out.
    ///
    /// # Errors
    /// As for [`EncodedContent::content`], if it is compressed.
    pub fn with_data(self, data: Vec<u8>) -> Result<Attachment, ContentError> {
        AttachmentCodec.decode(&EncodedContent { content: data, ..self.encoded })
    }
}

/// What was read; none if it is not whole yet, which is told from broken by the bytes there are.
fn whole<T, E>(bytes: usize, read: Result<T, E>) -> Result<Option<T>, ContentError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(_) if bytes < MAX_PREFIX => Ok(None),
        Err(_) => Err(MALFORMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feeds bytes in pieces of a length.
    fn decode(bytes: &[u8], piece: usize) -> Result<(AttachmentHead, Vec<u8>), ContentError> {
        let (mut decoder, mut file) = (AttachmentDecoder::new(), Vec::new());
        for mut piece in bytes.chunks(piece) {
            while !piece.is_empty() {
                file.extend_from_slice(decoder.take(&mut piece)?);
            }
        }
        Ok((decoder.finish()?, file))
    }

    fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
        let mut field = Vec::new();
        encode_key(number, WireType::LengthDelimited, &mut field);
        encode_varint(bytes.len() as u64, &mut field);
        field.extend_from_slice(bytes);
        field
    }

    #[test]
    fn another_type_a_second_file_and_a_head_without_end_are_refused() {
        let text = EncodedContent::new(ContentTypeId::TEXT, "hi").to_bytes();
        assert!(matches!(decode(&text, 1), Err(ContentError::WrongType { .. })));

        let mut twice = Attachment::encode_head(None, "", 2);
        twice.extend(b"hi");
        twice.extend(field(CONTENT, b"ho"));
        assert_eq!(decode(&twice, 3).unwrap_err(), MALFORMED);

        let mut long = Attachment::encode_head(None, "", 0);
        long.extend((0..100).flat_map(|_| field(9, &[0; 1000])));
        assert_eq!(decode(&long, 100).unwrap_err(), MALFORMED);
        assert_eq!(decode(&[0xff; 30], 1).unwrap_err(), MALFORMED);
        assert_eq!(decode(&field(9, &[0; 10])[..5], 5).unwrap_err(), MALFORMED);
    }

    #[test]
    fn what_came_compressed_says_so_and_is_opened_at_once() {
        let mut bytes = Attachment::encode_head(Some("f"), "text/plain", 0);
        // Some clients write the compression before the content. 120, 156 is zlib.
        bytes.extend([0x28, 0x00]);
        bytes.extend(field(CONTENT, &[0x78, 0x9c, 0xcb, 0xc8, 0x04, 0x00, 0x01, 0x3b, 0x00, 0xd2]));
        let (head, data) = decode(&bytes, 1).unwrap();
        assert!(head.is_compressed());
        assert_eq!(head.with_data(data).unwrap(), Attachment::new("f", "text/plain", "hi"));
    }

    proptest! {
        #[test]
        fn in_pieces_and_at_once_are_the_same(
            filename in proptest::option::of(".{0,20}"), mime_type in ".{0,20}", data: Vec<u8>, piece in 1_usize..50,
        ) {
            let mut streamed = Attachment::encode_head(filename.as_deref(), &mime_type, data.len() as u64);
            streamed.extend_from_slice(&data);
            let attachment = Attachment { filename, mime_type, data };
            prop_assert_eq!(&attachment::encode(&attachment).to_bytes(), &streamed);
            let (head, data) = decode(&streamed, piece).unwrap();
            prop_assert!(!head.is_compressed());
            prop_assert_eq!(head.with_data(data).unwrap(), attachment);
        }

        #[test]
        fn no_bytes_make_it_panic_and_what_it_reads_is_read_at_once_too(bytes: Vec<u8>, piece in 1_usize..20) {
            if let Ok((head, data)) = decode(&bytes, piece) {
                let whole = EncodedContent::from_bytes(&bytes).unwrap();
                prop_assert_eq!(whole.raw_content(), data.as_slice());
                prop_assert_eq!(whole.type_id(), head.encoded.type_id());
            }
        }
    }
}
