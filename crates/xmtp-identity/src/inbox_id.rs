//! Where inbox ids come from.
//!
//! Source of fact: XIP-46, and observed on released clients. The nonce lets one identifier own several inboxes; what
//! is taken when a person gives none differs between official products (1 on Node and in browsers, 0 on phones), so
//! it is always an argument here.
use crate::IdentityError;
use sha2::{Digest, Sha256};
use xmtp_types::{Identifier, InboxId};

/// The id of the inbox that `identifier` creates with `nonce`: SHA-256 over its text and the decimal nonce.
///
/// The text is taken as it is: an address must already be lowercase to give the id that everyone else derives. A
/// passkey gives a different inbox for each encoding of its key, because the bytes are taken as they are.
///
/// # Errors
/// [`IdentityError::InvalidAddress`] for an Ethereum identifier that is not `0x` and 40 hexadecimal characters.
pub fn inbox_id_for(identifier: &Identifier, nonce: u64) -> Result<InboxId, IdentityError> {
    if let Identifier::Ethereum(address) = identifier {
        // ID.R2
        Identifier::ethereum(address).map_err(|_| IdentityError::InvalidAddress)?;
    }
    // ID.R1
    let text = format!("{identifier}{nonce}");
    Ok(InboxId::from_bytes(Sha256::digest(text).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ethereum(address: &str) -> Identifier {
        Identifier::Ethereum(address.to_owned())
    }

    #[test] // ID.R1
    fn inbox_ids_are_those_of_released_clients() {
        let wallet = ethereum("0x1234567890abcdef1234567890abcdef12345678");
        let passkey = Identifier::Passkey { key: vec![0x04, 0xaa, 0xbb], relying_party: None };
        for (identifier, nonce, expected) in [
            (&wallet, 0, "fcd18d86276d7a99fe522dba9660c420f03c8648785ada7c5daae232a3df77a9"),
            (&wallet, 1, "a38db5b39c536ce8cda4a67ce2a2d2fee6360dd0935875f26138e7899d6c15f7"),
            (&wallet, u64::MAX, "2a45d2c21c6b4bee3cbcf08361e3d4dfbfd80424898d9d3b12237a96b95db66b"),
            (&passkey, 0, "e6ba216895895a7a7f6f5df0f59ac122ed1a8cc7f4507dfe61581504644350f3"),
        ] {
            assert_eq!(inbox_id_for(identifier, nonce).unwrap().to_string(), expected);
        }
    }

    #[test] // ID.R1
    fn the_text_of_an_identifier_is_taken_as_it_is() {
        let lower = format!("0x{}", "ab".repeat(20));
        let upper = format!("0x{}", "AB".repeat(20));
        assert_ne!(inbox_id_for(&ethereum(&lower), 0), inbox_id_for(&ethereum(&upper), 0));
        let passkey = |key: &[u8]| Identifier::Passkey { key: key.to_vec(), relying_party: None };
        assert_ne!(inbox_id_for(&passkey(&[2; 33]), 0), inbox_id_for(&passkey(&[4; 65]), 0));
        assert!(inbox_id_for(&passkey(&[]), 0).is_ok());
    }

    #[test] // ID.R2
    fn a_malformed_address_has_no_inbox() {
        let digits = "ab".repeat(20);
        for address in ["", "0x", "hello", &digits, &format!("0X{digits}"), &format!("0x{digits}0")] {
            assert_eq!(inbox_id_for(&ethereum(address), 0), Err(IdentityError::InvalidAddress), "{address}");
        }
    }
}
