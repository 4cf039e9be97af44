//! Attachments of any size in constant memory.
use super::gcm::{self, KeyStream, Tag};
use crate::CryptoError;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes that a payload is longer than what was sealed.
pub const TAG_LENGTH: usize = 16;

/// Seals a file piece by piece.
///
/// ```
/// use xmtp_crypto::attachment::AttachmentKeys;
///
/// let keys = AttachmentKeys::generate()?;
/// let mut sealer = keys.sealer()?;
/// let mut payload = Vec::new();
/// for piece in [&b"a pict"[..], b"ure"] {
///     let mut piece = piece.to_vec();
///     sealer.seal(&mut piece)?;
///     payload.extend(piece);
/// }
/// let end = sealer.finish();
/// payload.extend(end.tag);
///
/// let mut checker = keys.checker()?;
/// checker.check(&payload)?;
/// let mut opener = checker.finish(&end.digest)?;
/// let plaintext = opener.open(&mut payload)?;
/// assert_eq!(plaintext, b"a picture");
/// # Ok::<(), xmtp_crypto::CryptoError>(())
/// ```
#[derive(Debug)]
pub struct Sealer {
    stream: KeyStream,
    tag: Tag,
    digest: Sha256,
    length: u64,
}

/// How a sealed file ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SealEnd {
    /// The last bytes of the payload.
    pub tag: [u8; TAG_LENGTH],
    /// SHA-256 of the payload, to be announced in the message.
    pub digest: [u8; 32],
    /// Bytes of the payload, tag and all.
    pub length: u64,
}

impl Sealer {
    pub(super) fn new(key: &[u8; 32], nonce: &[u8; 12]) -> Self {
        let (stream, tag) = gcm::start(key, nonce);
        Self { stream, tag, digest: Sha256::new(), length: 0 }
    }

    /// Seals the next piece in place. Pieces may have any length.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if the whole has more than about 64 GiB. What was sealed is of no use then.
    pub fn seal(&mut self, piece: &mut [u8]) -> Result<(), CryptoError> {
        self.stream.apply(piece)?;
        self.tag.update(piece)?;
        self.digest.update(&*piece);
        self.length = self.length.saturating_add(piece.len() as u64);
        Ok(())
    }

    /// The tag, which comes last, and what the message announces.
    pub fn finish(self) -> SealEnd {
        let tag = self.tag.finish();
        let digest = self.digest.chain_update(tag).finalize().into();
        SealEnd { tag, digest, length: self.length.saturating_add(TAG_LENGTH as u64) }
    }
}

/// Checks a payload piece by piece, without opening it.
#[derive(Debug)]
pub struct Checker {
    opened: KeyStream,
    tag: Tag,
    digest: Sha256,
    length: u64,
    /// The last bytes that came: the tag, if no more come.
    last: Vec<u8>,
}

impl Checker {
    pub(super) fn new(key: &[u8; 32], nonce: &[u8; 12]) -> Self {
        let (opened, tag) = gcm::start(key, nonce);
        Self { opened, tag, digest: Sha256::new(), length: 0, last: Vec::new() }
    }

    /// Checks the next piece. Pieces may have any length.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if the whole has more than about 64 GiB.
    pub fn check(&mut self, piece: &[u8]) -> Result<(), CryptoError> {
        self.digest.update(piece);
        self.length = self.length.saturating_add(piece.len() as u64);
        // Of both together all but the last 16 bytes are ciphertext.
        let surplus = (self.last.len() + piece.len()).saturating_sub(TAG_LENGTH);
        let from_last = surplus.min(self.last.len());
        let (ciphertext, last) = piece.split_at(surplus - from_last);
        self.tag.update(self.last.get(..from_last).unwrap_or_default())?;
        self.tag.update(ciphertext)?;
        self.last.drain(..from_last);
        self.last.extend_from_slice(last);
        Ok(())
    }

    /// What opens the payload, if it is the one that was announced and was sealed with these keys.
    ///
    /// # Errors
    /// [`CryptoError::DigestMismatch`] if it is another one, [`CryptoError::DecryptionFailed`] if it was not sealed
    /// with these keys.
    pub fn finish(self, digest: &[u8; 32]) -> Result<Opener, CryptoError> {
        // CRYPTO.R11
        if !bool::from(self.digest.finalize().as_slice().ct_eq(digest)) {
            return Err(CryptoError::DigestMismatch);
        }
        let tag = self.last.as_slice().try_into().map_err(|_| CryptoError::DecryptionFailed)?;
        if !self.tag.is(tag) {
            return Err(CryptoError::DecryptionFailed);
        }
        Ok(Opener { stream: self.opened, left: self.length.saturating_sub(TAG_LENGTH as u64) })
    }
}

/// Opens a payload that has been checked, piece by piece. Give it the same bytes again, in the same order.
#[derive(Debug)]
pub struct Opener {
    stream: KeyStream,
    left: u64,
}

impl Opener {
    /// Opens the next piece in place. Pieces may have any length; what belongs to the tag is cut off.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] if more comes than was checked.
    pub fn open<'a>(&mut self, piece: &'a mut [u8]) -> Result<&'a [u8], CryptoError> {
        let mine = piece.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let (piece, _tag) = piece.split_at_mut(mine);
        self.stream.apply(piece)?;
        self.left = self.left.saturating_sub(piece.len() as u64);
        Ok(piece)
    }

    /// Bytes of plaintext that are still to come.
    pub const fn left(&self) -> u64 {
        self.left
    }
}
