//! Any signer of alloy: hardware wallets, cloud key services, keystores, local keys.
use super::{Signature, Signer, SignerError};
use async_trait::async_trait;
use std::fmt;
use xmtp_types::Identifier;

/// An [`alloy_signer::Signer`] as a wallet of a user.
///
/// ```
/// use alloy_signer_local::PrivateKeySigner;
/// use xmtp_client::{AlloySigner, Signer as _};
///
/// let signer = AlloySigner::new(PrivateKeySigner::random());
/// assert!(signer.identifier().to_string().starts_with("0x"));
/// ```
pub struct AlloySigner(Box<dyn alloy_signer::Signer + Send + Sync>);

impl AlloySigner {
    /// Signs with `signer`.
    pub fn new(signer: impl alloy_signer::Signer + Send + Sync + 'static) -> Self {
        Self(Box::new(signer))
    }
}

#[async_trait]
impl Signer for AlloySigner {
    fn identifier(&self) -> Identifier {
        Identifier::Ethereum(format!("0x{}", hex::encode(self.0.address())))
    }

    async fn sign(&self, text: &str) -> Result<Signature, SignerError> {
        let signature = self.0.sign_message(text.as_bytes()).await;
        let signature = signature.map_err(|error| SignerError(error.to_string()))?;
        Ok(Signature::erc191(signature.as_bytes()))
    }
}

impl fmt::Debug for AlloySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AlloySigner").field(&self.0.address()).finish()
    }
}
