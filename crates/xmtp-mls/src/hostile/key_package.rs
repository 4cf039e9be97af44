//! Key packages in the name of anybody.
use super::draft::failed;
use crate::{EngineError, Session, key_package};
use openmls::key_packages::KeyPackage;
use xmtp_types::InboxId;

impl Session<'_> {
    /// A key package of this installation in the name of any inbox, TLS-encoded. Its private key is kept.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be made.
    pub fn forge_key_package(&mut self, inbox: InboxId) -> Result<Vec<u8>, EngineError> {
        Ok(key_package::build(&self.provider, self.own.key(), &inbox, self.now)?.bytes)
    }
}

/// Reads a key package as the MLS library takes it.
///
/// # Errors
/// [`EngineError::Mls`] if it is not valid.
pub(super) fn read(bytes: &[u8]) -> Result<KeyPackage, EngineError> {
    Ok(key_package::verify(bytes).map_err(|error| failed(&error))?.key_package().clone())
}
