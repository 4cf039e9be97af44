//! The public parts of an MLS message: which group, which epoch, what kind of content.
//!
//! A node must know these to keep messages in order, and a client to decide what to do with one before it spends a
//! ratchet step on it. Nothing is decrypted and nothing is verified here; whoever wrote the bytes chose the answer.
//! The parser reads untrusted bytes, allocates nothing but the group id and never panics.
//!
//! Source of fact: RFC 9420 §6, §6.2 and §6.3. What a node must read: observed on the public v3 node.
use thiserror::Error;
use xmtp_types::{Epoch, GroupId};

/// MLS 1.0 (RFC 9420 §6).
const VERSION: u16 = 1;
const WIRE_PUBLIC: u16 = 1;
const WIRE_PRIVATE: u16 = 2;

/// What a message carries.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ContentKind {
    /// Something a member says.
    Application,
    /// A change that a later commit may take up.
    Proposal,
    /// A change that starts the next epoch.
    Commit,
}

/// How a message is framed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Framing {
    /// `PrivateMessage`: only members see sender and content. Released clients send nothing else.
    Private,
    /// `PublicMessage`: signed, not encrypted.
    Public,
}

/// What everyone can read of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicParts {
    /// The group it is for.
    pub group: GroupId,
    /// The epoch it was made in.
    pub epoch: Epoch,
    /// What it carries.
    pub content: ContentKind,
    /// How it is framed.
    pub framing: Framing,
}

impl PublicParts {
    /// Whether only members can read sender and content.
    pub const fn is_private(&self) -> bool {
        matches!(self.framing, Framing::Private)
    }
}

/// Bytes are not a group message. No retry can help.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PeekError {
    /// The bytes end inside a field.
    #[error("the message is cut short: send it whole")]
    Truncated,
    /// A length prefix is reserved, or longer than it needs to be (RFC 9420 §2.1.2).
    #[error("a length prefix in the message is malformed")]
    BadLength,
    /// Another protocol version than MLS 1.0.
    #[error("the message is of MLS protocol version {0}: only version 1 is spoken here")]
    UnknownVersion(u16),
    /// A welcome, a key package or something unknown.
    #[error("wire format {0} is not a group message: only public (1) and private (2) messages are")]
    NotAGroupMessage(u16),
    /// A content type that RFC 9420 §6 does not define.
    #[error("the message has the unknown content type {0}")]
    UnknownContent(u8),
    /// A sender type that RFC 9420 §6 does not define.
    #[error("the message has the unknown sender type {0}")]
    UnknownSender(u8),
    /// A group without an id has no topic.
    #[error("the message names no group")]
    NoGroup,
}

/// Reads the public parts of a TLS-encoded `MLSMessage`.
///
/// Bytes after the message are tolerated, as the public node does.
///
/// # Errors
/// [`PeekError`] if the bytes are not a public or private message of MLS 1.0.
pub fn public_parts(bytes: &[u8]) -> Result<PublicParts, PeekError> {
    let mut reader = Reader(bytes);
    match reader.u16()? {
        VERSION => {}
        other => return Err(PeekError::UnknownVersion(other)),
    }
    let framing = match reader.u16()? {
        WIRE_PUBLIC => Framing::Public,
        WIRE_PRIVATE => Framing::Private,
        other => return Err(PeekError::NotAGroupMessage(other)),
    };
    let group = reader.vector()?;
    if group.is_empty() {
        return Err(PeekError::NoGroup);
    }
    let epoch = Epoch::from(reader.u64()?);
    if framing == Framing::Public {
        reader.sender()?;
        reader.vector()?; // authenticated data
    }
    let content = match reader.u8()? {
        1 => ContentKind::Application,
        2 => ContentKind::Proposal,
        3 => ContentKind::Commit,
        other => return Err(PeekError::UnknownContent(other)),
    };
    if framing == Framing::Private {
        reader.vector()?; // authenticated data
        reader.vector()?; // encrypted sender data
        reader.vector()?; // ciphertext
    }
    Ok(PublicParts { group: GroupId::from(group), epoch, content, framing })
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PeekError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(PeekError::Truncated)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PeekError> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or(PeekError::Truncated)?;
        self.0 = tail;
        Ok(*head)
    }

    fn u8(&mut self) -> Result<u8, PeekError> {
        self.array().map(u8::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16, PeekError> {
        self.array().map(u16::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, PeekError> {
        self.array().map(u64::from_be_bytes)
    }

    /// `opaque<V>`: the two top bits of the first byte say how many bytes the length takes, and it must take as few
    /// as it can.
    fn vector(&mut self) -> Result<&'a [u8], PeekError> {
        let first = self.u8()?;
        let low = u32::from(first & 0x3f);
        let (length, least) = match first >> 6 {
            0 => (low, 0),
            1 => (low << 8 | u32::from(self.u8()?), 1 << 6),
            2 => {
                let [b, c, d] = self.array()?;
                (u32::from_be_bytes([first & 0x3f, b, c, d]), 1 << 14)
            }
            _ => return Err(PeekError::BadLength),
        };
        if length < least {
            return Err(PeekError::BadLength);
        }
        self.take(usize::try_from(length).map_err(|_| PeekError::BadLength)?)
    }

    /// Skips the sender of a public message: a leaf index, an external sender's index, or nothing.
    fn sender(&mut self) -> Result<(), PeekError> {
        match self.u8()? {
            1 | 2 => self.take(4).map(drop),
            3 | 4 => Ok(()),
            other => Err(PeekError::UnknownSender(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, ProtocolMessage, tls_codec::Deserialize as _};
    use proptest::prelude::*;

    fn private(group: &[u8], epoch: u64, content: u8) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 2, u8::try_from(group.len()).unwrap()];
        bytes.extend_from_slice(group);
        bytes.extend_from_slice(&epoch.to_be_bytes());
        bytes.extend_from_slice(&[content, 0, 1, 0xaa, 2, 0xbb, 0xcc]);
        bytes
    }

    fn by_openmls(bytes: &[u8]) -> Option<(Vec<u8>, u64, ContentKind)> {
        let message: ProtocolMessage = match MlsMessageIn::tls_deserialize(&mut &*bytes).ok()?.extract() {
            MlsMessageBodyIn::PrivateMessage(message) => message.into(),
            MlsMessageBodyIn::PublicMessage(message) => message.into(),
            _ => return None,
        };
        let content = match message.content_type() {
            openmls::prelude::ContentType::Application => ContentKind::Application,
            openmls::prelude::ContentType::Proposal => ContentKind::Proposal,
            openmls::prelude::ContentType::Commit => ContentKind::Commit,
        };
        Some((message.group_id().as_slice().to_vec(), message.epoch().as_u64(), content))
    }

    #[test]
    fn a_commit_and_an_application_message_are_told_apart() {
        for (number, kind) in [(1, ContentKind::Application), (2, ContentKind::Proposal), (3, ContentKind::Commit)] {
            let parts = public_parts(&private(&[7; 16], 9, number)).unwrap();
            assert_eq!(parts.group, GroupId::from([7; 16]));
            assert_eq!((parts.epoch, parts.content), (Epoch::from(9), kind));
            assert_eq!(parts.framing, Framing::Private);
        }
    }

    #[test]
    fn a_public_message_is_read_behind_its_sender() {
        let mut bytes = vec![0, 1, 0, 1, 1, 0x2a, 0, 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 3, 2, 8, 8, 3];
        assert_eq!(public_parts(&bytes).map(|parts| (parts.content, parts.framing)), {
            Ok((ContentKind::Commit, Framing::Public))
        });
        bytes[14] = 9;
        assert_eq!(public_parts(&bytes), Err(PeekError::UnknownSender(9)));
    }

    #[test]
    fn what_is_not_a_group_message_is_refused_by_name() {
        assert_eq!(public_parts(&[]), Err(PeekError::Truncated));
        assert_eq!(public_parts(&[0, 2, 0, 2]), Err(PeekError::UnknownVersion(2)));
        assert_eq!(public_parts(&[0, 1, 0, 3]), Err(PeekError::NotAGroupMessage(3)));
        assert_eq!(public_parts(&private(&[], 0, 1)), Err(PeekError::NoGroup));
        assert_eq!(public_parts(&private(&[1], 0, 4)), Err(PeekError::UnknownContent(4)));
        assert_eq!(public_parts(&[0, 1, 0, 2, 0xc0]), Err(PeekError::BadLength));
        assert_eq!(public_parts(&[0, 1, 0, 2, 0x40, 1, 9]), Err(PeekError::BadLength));
    }

    #[test]
    fn every_cut_of_a_message_is_refused() {
        let whole = private(&[7; 16], 9, 3);
        for end in 0..whole.len() {
            assert_eq!(public_parts(&whole[..end]), Err(PeekError::Truncated), "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..128)) {
            let _ = public_parts(&bytes);
        }

        #[test]
        fn near_messages_are_read_as_openmls_reads_them(
            group in proptest::collection::vec(any::<u8>(), 1..40),
            epoch: u64,
            content in 0u8..6,
            flip in any::<proptest::sample::Index>(),
            mask: u8,
        ) {
            let mut bytes = private(&group, epoch, content);
            let at = flip.index(bytes.len());
            bytes[at] ^= mask;
            let ours = public_parts(&bytes)
                .ok()
                .filter(PublicParts::is_private)
                .map(|parts| (parts.group.as_bytes().to_vec(), parts.epoch.as_u64(), parts.content));
            let theirs = by_openmls(&bytes).filter(|(group, ..)| !group.is_empty());
            prop_assert_eq!(ours, theirs);
        }
    }
}
