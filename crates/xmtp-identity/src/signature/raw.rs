//! A signature as it stands on the wire.
use crate::{
    ContractAnswers, Erc191Signature, Erc1271Signature, IdentityError, InstallationSignature, LegacyDelegatedSignature,
    PasskeySignature, SignatureKind, VerifiedSignature,
};

/// A signature as it stands on the wire, unchecked. Its bytes are kept as given, also when they are published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RawSignature {
    /// By the key of an Ethereum account.
    Erc191(Erc191Signature),
    /// By a smart contract wallet.
    Erc1271(Erc1271Signature),
    /// By an installation.
    Installation(InstallationSignature),
    /// By a wallet through a key it delegated to in the second version of XMTP.
    LegacyDelegated(LegacyDelegatedSignature),
    /// By a passkey.
    Passkey(PasskeySignature),
}

impl RawSignature {
    /// The signature of an Ethereum account over the EIP-191 hash of a signing text: 65 bytes, R‖S‖V.
    pub fn erc191(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Erc191(Erc191Signature { bytes: bytes.into() })
    }

    /// How the signature was made.
    pub const fn kind(&self) -> SignatureKind {
        match self {
            Self::Erc191(_) => SignatureKind::Erc191,
            Self::Erc1271(_) => SignatureKind::Erc1271,
            Self::Installation(_) => SignatureKind::Installation,
            Self::LegacyDelegated(_) => SignatureKind::LegacyDelegated,
            Self::Passkey(_) => SignatureKind::Passkey,
        }
    }

    /// Checks that the signature is one of `text` and finds out who made it.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it is not, [`IdentityError::ChainQuestionOpen`] if only a chain can tell
    /// and `answers` has nothing from it.
    pub fn verify(&self, text: &str, answers: &ContractAnswers) -> Result<VerifiedSignature, IdentityError> {
        match self {
            Self::Erc191(signature) => signature.verify(text),
            Self::Erc1271(signature) => signature.verify(text, answers),
            Self::Installation(signature) => signature.verify(text),
            Self::LegacyDelegated(signature) => signature.verify(text),
            Self::Passkey(signature) => signature.verify(text),
        }
    }
}

impl From<[u8; 65]> for RawSignature {
    /// The signature of an Ethereum account, R‖S‖V, as [`crate::LocalWallet::sign_text`] makes it.
    fn from(bytes: [u8; 65]) -> Self {
        Self::erc191(bytes)
    }
}
