//! The key of a database, and the salt that belongs to it.
use std::fmt;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The 32 bytes that encrypt a database: used as they are, so they must be random.
///
/// ```
/// use xmtp_storage::DatabaseKey;
///
/// let key = DatabaseKey::from_hex(&"07".repeat(32))?;
/// assert_eq!(format!("{key:?}"), "DatabaseKey(..)");
/// assert!(DatabaseKey::from_hex("correct horse battery staple").is_err());
/// # Ok::<(), xmtp_storage::InvalidDatabaseKey>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DatabaseKey([u8; 32]);

/// A text is not a database key.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a database key: expected 64 hexadecimal characters, with or without 0x before them")]
pub struct InvalidDatabaseKey;

/// What SQLCipher needs to read a file.
#[derive(Clone)]
pub(super) struct Cipher {
    pub(super) key: DatabaseKey,
    pub(super) salt: [u8; 16],
    /// Bytes of a page.
    pub(super) page: u32,
}

impl DatabaseKey {
    /// Wraps the 32 bytes of a key.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal characters, with or without `0x` before them.
    ///
    /// # Errors
    /// [`InvalidDatabaseKey`] for any other text.
    pub fn from_hex(text: &str) -> Result<Self, InvalidDatabaseKey> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| InvalidDatabaseKey)?;
        Ok(Self(*bytes))
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

impl Cipher {
    /// The pragmas that must come before anything else on a connection, in the one order SQLCipher understands.
    pub(super) fn pragmas(&self) -> Zeroizing<String> {
        // STORE.R5
        let (key, salt) = (Zeroizing::new(hex::encode(self.key.0)), hex::encode(self.salt));
        Zeroizing::new(format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = {}; PRAGMA cipher_plaintext_header_size = 32; \
             PRAGMA cipher_salt = \"x'{salt}'\";",
            key.as_str(),
            self.page
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_hexadecimal_characters_and_nothing_else() {
        let digits = "0f".repeat(32);
        for text in [digits.clone(), format!("0x{digits}"), digits.to_uppercase()] {
            assert_eq!(DatabaseKey::from_hex(&text).unwrap().0, [0x0f; 32]);
        }
        for text in ["", "0x", &digits[1..], &format!("{digits}00"), &format!("0x0x{digits}"), &"zz".repeat(32)] {
            assert_eq!(DatabaseKey::from_hex(text).unwrap_err(), InvalidDatabaseKey, "{text}");
        }
    }
}
