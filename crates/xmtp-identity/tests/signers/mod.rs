//! Signers of every kind, with keys of no one, and a signature of each over any text.
#![allow(dead_code, reason = "some of those who share the file use a part of it")]
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use k256::ecdsa::SigningKey;
use prost::Message;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    ContractAnswers, Erc1271Signature, InstallationSignature, LegacyDelegatedSignature, LocalPasskey, LocalWallet,
    RawSignature, WalletSignature, WalletSignatureForm,
};
use xmtp_proto::xmtp::message_contents::{
    UnsignedPublicKey,
    unsigned_public_key::{Secp256k1Uncompressed, Union},
};
use xmtp_types::{ChainId, ContractAnswer};

pub(crate) fn wallet(n: u8) -> LocalWallet {
    LocalWallet::from_hex(&hex::encode([n; 32])).unwrap()
}

pub(crate) fn passkey(n: u8) -> LocalPasskey {
    LocalPasskey::from_hex(&hex::encode([n; 32]), "example.org", "https://example.org").unwrap()
}

pub(crate) fn installation(n: u8) -> InstallationKey {
    InstallationKey::from_seed(&[n; 32])
}

pub(crate) fn by_installation(key: &InstallationKey, text: &str) -> RawSignature {
    RawSignature::Installation(InstallationSignature {
        bytes: key.sign_identity_update(text).to_vec(),
        public_key: key.id().as_bytes().to_vec(),
    })
}

/// By wallet `n` through the key that it delegated to long ago: its own signature is the same for every text.
pub(crate) fn by_delegate(n: u8, text: &str) -> RawSignature {
    let delegate = n | 0x80;
    let point = SigningKey::from_slice(&[delegate; 32]).unwrap().verifying_key().to_sec1_point(false);
    let key_bytes = UnsignedPublicKey {
        created_ns: 1_600_000_000_000_000_000,
        union: Some(Union::Secp256k1Uncompressed(Secp256k1Uncompressed { bytes: point.as_bytes().to_vec() })),
    }
    .encode_to_vec();
    let delegation =
        format!("XMTP : Create Identity\n{}\n\nFor more info: https://xmtp.org/signatures/", hex::encode(&key_bytes));
    let by_wallet = wallet(n).sign_text(&delegation);
    RawSignature::LegacyDelegated(LegacyDelegatedSignature {
        key_bytes,
        wallet_signature: WalletSignature {
            form: WalletSignatureForm::WalletCompact,
            bytes: by_wallet[..64].to_vec(),
            recovery: u32::from(by_wallet[64]),
        },
        bytes: wallet(delegate).sign_text(text).to_vec(),
    })
}

/// By the contract at `address`, whose chain vouches for it in `answers`.
pub(crate) fn by_contract(
    address: &str,
    chain: ChainId,
    bytes: Vec<u8>,
    text: &str,
    answers: &mut ContractAnswers,
) -> RawSignature {
    let signature = Erc1271Signature { account_id: format!("{chain}:{address}"), block_number: 777, bytes };
    answers.insert(signature.question(text).unwrap(), &ContractAnswer::Signed { block: Some(777) });
    RawSignature::Erc1271(signature)
}
