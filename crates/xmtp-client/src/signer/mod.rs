//! Wallets of users: each names an identity and signs texts for it.
//!
//! [`Signer`] is the one door. Behind it: a key in memory ([`LocalWallet`]), any signer of alloy with the feature `alloy`
//! (a ledger, a cloud key service), a smart contract wallet ([`ContractWallet`]), a passkey ([`LocalPasskey`]), or a type
//! of one's own.
use async_trait::async_trait;
use std::{fmt::Debug, sync::Arc};
use thiserror::Error;
use xmtp_identity::{LocalPasskey, LocalWallet};
use xmtp_types::Identifier;

#[cfg(feature = "alloy")]
mod alloy;
mod contract_wallet;

#[cfg(feature = "alloy")]
pub use alloy::AlloySigner;
pub use contract_wallet::{ContractWallet, Deployment};
pub use xmtp_identity::RawSignature as Signature;

/// A wallet did not sign.
#[derive(Debug, Error)]
#[error("the wallet did not sign: {0}")]
pub struct SignerError(pub String);

/// Signs for one identity. A local key, a hardware wallet, a service: whatever can sign a text.
#[async_trait]
pub trait Signer: Debug + Send + Sync {
    /// The identity it signs for.
    fn identifier(&self) -> Identifier;

    /// Signs `text` as a wallet shows it to its user.
    ///
    /// A smart contract wallet leaves the block of its signature at 0: the chain is asked afterwards, and its answer says
    /// at which block the wallet vouched.
    ///
    /// # Errors
    /// [`SignerError`] if the wallet or its user refuses.
    async fn sign(&self, text: &str) -> Result<Signature, SignerError>;
}

const _: fn(Box<dyn Signer>) = |_| {};

/// Shares a wallet with whoever else holds it.
#[async_trait]
impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn identifier(&self) -> Identifier {
        (**self).identifier()
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        (**self).sign(text).await
    }
}

#[async_trait]
impl Signer for LocalWallet {
    fn identifier(&self) -> Identifier {
        self.address()
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        Ok(Signature::erc191(self.sign_text(text)))
    }
}

#[async_trait]
impl Signer for LocalPasskey {
    fn identifier(&self) -> Identifier {
        Self::identifier(self)
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        Ok(Signature::Passkey(self.sign_text(text)))
    }
}
