//! A wallet that is only a key in memory: for agents and tests.
use crate::{
    IdentityError,
    signature::{address_of, personal_message_hash},
};
use k256::ecdsa::SigningKey;
use std::fmt;
use xmtp_types::Identifier;
use zeroize::Zeroizing;

/// The secret key of an Ethereum account, kept in memory. Wiped when dropped, never shown.
#[derive(Clone)]
pub struct LocalWallet(SigningKey);

impl LocalWallet {
    /// A fresh wallet from the randomness of the operating system.
    ///
    /// # Errors
    /// [`IdentityError::NoRandomness`].
    pub fn generate() -> Result<Self, IdentityError> {
        let mut secret = Zeroizing::new([0; 32]);
        loop {
            getrandom::fill(secret.as_mut_slice()).map_err(|_| IdentityError::NoRandomness)?;
            // All but one in 2^128 of all texts of 32 bytes are keys.
            if let Ok(key) = SigningKey::from_slice(secret.as_slice()) {
                return Ok(Self(key));
            }
        }
    }

    /// The wallet of a secret key in hexadecimal characters of either case, with or without `0x` in front.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSecretKey`].
    pub fn from_hex(secret: &str) -> Result<Self, IdentityError> {
        let digits = secret.strip_prefix("0x").unwrap_or(secret);
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| IdentityError::InvalidSecretKey)?;
        SigningKey::from_slice(bytes.as_slice()).map(Self).map_err(|_| IdentityError::InvalidSecretKey)
    }

    /// The secret key in lowercase hexadecimal characters, to be kept where only the owner can read it.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(<[u8; 32]>::from(self.0.to_bytes()));
        Zeroizing::new(hex::encode(secret.as_slice()))
    }

    /// The account of the wallet.
    pub fn address(&self) -> Identifier {
        address_of(self.0.verifying_key())
    }

    /// Signs a text as a personal message (EIP-191): R‖S‖V with low S and V of 27 or 28. Equal texts give equal
    /// signatures (RFC 6979).
    pub fn sign_text(&self, text: &str) -> [u8; 65] {
        let (signature, recovery) = self.0.sign_prehash_recoverable(&personal_message_hash(text));
        let mut bytes = [27 + u8::from(recovery.is_y_odd()); 65];
        for (to, from) in bytes.iter_mut().zip(signature.to_bytes()) {
            *to = from;
        }
        bytes
    }
}

impl fmt::Debug for LocalWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalWallet").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xmtp_types::IdentifierKind;

    const SECRET: &str = "90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb";

    #[test]
    fn the_address_of_a_known_key_is_known() {
        for text in [SECRET.to_owned(), format!("0x{SECRET}"), SECRET.to_uppercase()] {
            let wallet = LocalWallet::from_hex(&text).unwrap();
            assert_eq!(wallet.address().to_string(), "0x34dd95109b587ca90778cde5e2dd87e022453699");
            assert_eq!(*wallet.to_hex(), SECRET);
        }
    }

    #[test]
    fn a_text_that_is_no_key_is_refused() {
        for text in ["", "0x", "zz", &SECRET[1..], &"0".repeat(64), &"f".repeat(64)] {
            assert_eq!(LocalWallet::from_hex(text).unwrap_err(), IdentityError::InvalidSecretKey, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        let wallet = LocalWallet::from_hex(SECRET).unwrap();
        assert_eq!(format!("{wallet:?}"), "LocalWallet { .. }");
    }

    #[test]
    fn generated_wallets_differ() {
        let wallets = [LocalWallet::generate().unwrap(), LocalWallet::generate().unwrap()];
        assert_ne!(wallets[0].address(), wallets[1].address());
        assert_eq!(wallets[0].address().kind(), IdentifierKind::Ethereum);
    }

    proptest! {
        #[test]
        fn a_key_is_read_from_its_own_text_and_other_texts_get_an_error(text in "(0x)?[0-9a-fA-F]{62,66}|.*") {
            if let Ok(wallet) = LocalWallet::from_hex(&text) {
                prop_assert_eq!(&*wallet.to_hex(), &text.trim_start_matches("0x").to_ascii_lowercase());
            }
        }
    }
}
