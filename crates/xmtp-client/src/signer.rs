//! The wallet of a user: it names an identity and signs texts for it.
use async_trait::async_trait;
use std::fmt::Debug;
use thiserror::Error;
use xmtp_identity::LocalWallet;
use xmtp_types::Identifier;

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
    /// # Errors
    /// [`SignerError`] if the wallet or its user refuses.
    async fn sign(&self, text: &str) -> Result<Signature, SignerError>;
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
