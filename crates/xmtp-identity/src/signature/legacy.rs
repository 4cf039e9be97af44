//! Signatures of wallets through a key they delegated to in the second version of XMTP.
//!
//! Two signatures make one proof: the wallet once signed the identity key, the identity key signs the update. What
//! counts against replay is the wallet's signature, so a delegated key serves one update of an inbox.
//!
//! Source of fact: observed on released clients.
use super::erc191::{address_of, recover};
use crate::{IdentityError, SignatureKind, VerifiedSignature};
use k256::ecdsa::VerifyingKey;
use prost::Message;
use xmtp_proto::xmtp::message_contents::{UnsignedPublicKey, unsigned_public_key::Union};
use xmtp_types::Identifier;

const KIND: SignatureKind = SignatureKind::LegacyDelegated;

/// A signature by a wallet through a delegated key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LegacyDelegatedSignature {
    /// The delegated key: a protobuf `UnsignedPublicKey`, as the wallet signed it.
    pub key_bytes: Vec<u8>,
    /// The wallet's signature over the delegated key.
    pub wallet_signature: WalletSignature,
    /// The delegated key's EIP-191 signature over the signing text: 65 bytes, R‖S‖V.
    pub bytes: Vec<u8>,
}

/// How a wallet signed in the second version of XMTP.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WalletSignature {
    /// Which of two equivalent forms it has on the wire.
    pub form: WalletSignatureForm,
    /// R‖S, 64 bytes when well formed.
    pub bytes: Vec<u8>,
    /// V, by its lowest byte.
    pub recovery: u32,
}

/// The two forms of a [`WalletSignature`] on the wire. They mean the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WalletSignatureForm {
    /// `ecdsa_compact`.
    Compact,
    /// `wallet_ecdsa_compact`.
    WalletCompact,
}

impl LegacyDelegatedSignature {
    /// Recovers the wallet that stands behind a signature of `text`.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if the delegated key did not sign `text`, or no wallet can be recovered.
    pub fn verify(&self, text: &str) -> Result<VerifiedSignature, IdentityError> {
        // ID.R22
        if recover(text, &self.bytes, KIND)?.address != self.delegated_address()? {
            return Err(KIND.invalid("the delegated key did not sign this text"));
        }
        let [v, ..] = self.wallet_signature.recovery.to_le_bytes();
        let by_wallet = [self.wallet_signature.bytes.as_slice(), &[v]].concat();
        let wallet = recover(&delegation_text(&self.key_bytes), &by_wallet, KIND)?;
        Ok(VerifiedSignature {
            signer: wallet.address.into(),
            kind: KIND,
            replay_bytes: wallet.normalized.to_vec(),
            chain_id: None,
        })
    }

    fn delegated_address(&self) -> Result<Identifier, IdentityError> {
        let unreadable = || KIND.invalid("the delegated key is no secp256k1 public key");
        let key = UnsignedPublicKey::decode(self.key_bytes.as_slice()).map_err(|_| unreadable())?;
        let Some(Union::Secp256k1Uncompressed(point)) = key.union else {
            return Err(unreadable());
        };
        VerifyingKey::from_sec1_bytes(&point.bytes).map(|key| address_of(&key)).map_err(|_| unreadable())
    }
}

/// The text by which a wallet delegated to a key. Unlike a signing text it ends in a slash.
fn delegation_text(key_bytes: &[u8]) -> String {
    format!("XMTP : Create Identity\n{}\n\nFor more info: https://xmtp.org/signatures/", hex::encode(key_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalWallet;
    use xmtp_proto::xmtp::message_contents::unsigned_public_key::Secp256k1Uncompressed;

    fn wallet(seed: &str) -> LocalWallet {
        LocalWallet::from_hex(&seed.repeat(32)).unwrap()
    }

    fn signature(v_offset: u32, text: &str) -> LegacyDelegatedSignature {
        let delegated = wallet("12");
        let secret = k256::ecdsa::SigningKey::from_slice(&[0x12; 32]).unwrap();
        let point = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let key_bytes = UnsignedPublicKey {
            created_ns: 1_600_000_000_000_000_000,
            union: Some(Union::Secp256k1Uncompressed(Secp256k1Uncompressed { bytes: point })),
        }
        .encode_to_vec();
        let by_wallet = wallet("11").sign_text(&delegation_text(&key_bytes));
        LegacyDelegatedSignature {
            key_bytes,
            wallet_signature: WalletSignature {
                form: WalletSignatureForm::WalletCompact,
                bytes: by_wallet[..64].to_vec(),
                recovery: u32::from(by_wallet[64]) - 27 + v_offset,
            },
            bytes: delegated.sign_text(text).to_vec(),
        }
    }

    #[test] // ID.R22
    fn the_wallet_behind_the_delegated_key_is_the_signer() {
        for v_offset in [0, 27, 35, 256] {
            let raw = signature(v_offset, "text");
            let verified = raw.verify("text").unwrap();
            assert_eq!(verified.signer(), &wallet("11").address().into());
            assert_eq!(verified.kind(), SignatureKind::LegacyDelegated);
            assert_eq!(verified.replay_bytes()[..64], raw.wallet_signature.bytes);
        }
    }

    #[test] // ID.R22
    fn a_delegated_key_that_did_not_sign_or_cannot_be_read_is_refused() {
        let good = signature(0, "text");
        assert_eq!(good.verify("other"), Err(KIND.invalid("the delegated key did not sign this text")));
        let unreadable = LegacyDelegatedSignature { key_bytes: vec![0x08, 0x01], ..good.clone() };
        assert_eq!(unreadable.verify("text"), Err(KIND.invalid("the delegated key is no secp256k1 public key")));
        let mut short = good;
        short.wallet_signature.bytes.pop();
        assert_eq!(short.verify("text"), Err(KIND.invalid("it is not 65 bytes long")));
    }
}
