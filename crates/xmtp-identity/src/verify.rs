//! From [`UnverifiedUpdate`] to [`VerifiedUpdate`].
use crate::{IdentityError, UnverifiedUpdate, VerifiedUpdate};

impl UnverifiedUpdate {
    /// Checks every signature of the update against its signing text.
    ///
    /// # Errors
    /// That of the first signature which does not hold: [`IdentityError::InvalidSignature`], or
    /// [`IdentityError::ChainQuestionOpen`] if only a chain can tell.
    pub fn verify(self) -> Result<VerifiedUpdate, IdentityError> {
        let text = self.signing_text();
        // ID.R14
        self.0.try_map(|signature| signature.verify(&text)).map(VerifiedUpdate)
    }
}
