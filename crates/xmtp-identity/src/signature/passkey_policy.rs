//! What an application may demand of a passkey that signs for it.
//!
//! Released clients check the challenge and the signature of a passkey and nothing else of WebAuthn. Whoever folds a log
//! has to do the same: one reader with a stricter rule would come to another state than all the others, and groups would
//! fall apart over it. But who *takes* a fresh signature knows which site asked for it and may refuse a signature that
//! a browser made for another one, before it ever reaches a log. That is what a policy is for. It is applied there and
//! nowhere else.
//!
//! Source of fact: WebAuthn Level 2 §6.1 and §7.2, EIP-2 for the low S by analogy.
use crate::{IdentityError, PasskeySignature, VerifiedSignature};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use thiserror::Error;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;

/// Bytes of the authenticator's data without extensions: the relying party's hash, flags, counter.
const FIXED_LENGTH: usize = 37;

/// What an application demands of a passkey's fresh signature, beyond what the ledger demands of all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PasskeyPolicy {
    relying_party: String,
    origins: BTreeSet<String>,
    verification: UserVerification,
    counted: u32,
}

/// Whether the authenticator has to have verified its user, by a PIN or a fingerprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UserVerification {
    /// It has to.
    Required,
    /// That someone was there is enough.
    Optional,
}

/// In what a passkey's signature breaks a policy.
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
#[non_exhaustive]
pub enum PasskeyViolation {
    /// The browser made it for something else than to authenticate.
    #[error("it was not made to authenticate; ask the browser for an assertion")]
    Ceremony,
    /// Another site asked for it.
    #[error("another origin asked for it; sign at the application's own")]
    Origin,
    /// It was made inside a frame of another site.
    #[error("it was made inside another site; sign at the top level")]
    CrossOrigin,
    /// The authenticator's data is not as an authenticator makes it.
    #[error("the authenticator data is malformed; sign with a conforming authenticator")]
    AuthenticatorData,
    /// It is by a passkey of another site.
    #[error("the passkey belongs to another relying party; use one of the application's own")]
    RelyingParty,
    /// Nobody was there.
    #[error("no user was present; sign again and confirm")]
    UserPresence,
    /// Nobody unlocked the authenticator.
    #[error("the user was not verified; sign again with a PIN or a fingerprint")]
    UserVerification,
    /// S is in the upper half, so that a twin of the signature exists in the lower one.
    #[error("S is not in the lower half; normalize the signature before giving it")]
    HighS,
    /// The counter did not advance: a copy of the authenticator may exist.
    #[error("the counter did not advance; the authenticator may have been cloned")]
    Counter,
}

impl PasskeyPolicy {
    /// The policy of an application whose passkeys belong to `relying_party`, a domain, and that is served from
    /// `origins`, such as `https://example.org`. User verification is required.
    pub fn new(relying_party: impl Into<String>, origins: impl IntoIterator<Item = String>) -> Self {
        Self {
            relying_party: relying_party.into(),
            origins: origins.into_iter().collect(),
            verification: UserVerification::Required,
            counted: 0,
        }
    }

    /// The same policy with another demand of user verification.
    #[must_use]
    pub fn with_user_verification(mut self, verification: UserVerification) -> Self {
        self.verification = verification;
        self
    }

    /// The same policy for a passkey whose last signature had `counter` ([`PasskeySignature::counter`]).
    #[must_use]
    pub fn after_counter(mut self, counter: u32) -> Self {
        self.counted = counter;
        self
    }

    fn check_client_data(&self, signature: &PasskeySignature) -> Result<(), IdentityError> {
        let client_data = signature.client_data()?;
        let text = |name| client_data.get(name).and_then(Value::as_str);
        // ID.R51
        demand(text("type") == Some("webauthn.get"), "ID.R51", PasskeyViolation::Ceremony)?;
        // ID.R52
        let is_ours = text("origin").is_some_and(|origin| self.origins.contains(origin));
        demand(is_ours, "ID.R52", PasskeyViolation::Origin)?;
        // Absent means no, says WebAuthn Level 2 §5.8.1.
        let is_top_level = matches!(client_data.get("crossOrigin"), None | Some(Value::Bool(false)));
        demand(is_top_level, "ID.R52", PasskeyViolation::CrossOrigin)
    }

    fn check_authenticator_data(&self, signature: &PasskeySignature) -> Result<(), IdentityError> {
        let malformed = IdentityError::PasskeyPolicy { rule: "ID.R53", violation: PasskeyViolation::AuthenticatorData };
        let data = signature.authenticator_data.as_slice();
        // ID.R53
        let Some(([relying_party @ .., flags], extensions)) =
            data.split_at_checked(FIXED_LENGTH).and_then(|(fixed, rest)| Some((fixed.first_chunk::<33>()?, rest)))
        else {
            return Err(malformed);
        };
        let has = |flag| flags & flag != 0;
        if has(EXTENDED) == extensions.is_empty() || has(ATTESTED) || (has(BACKED_UP) && !has(BACKUP_ELIGIBLE)) {
            return Err(malformed);
        }
        // ID.R54
        let is_ours = relying_party == Sha256::digest(&self.relying_party).as_slice();
        demand(is_ours, "ID.R54", PasskeyViolation::RelyingParty)?;
        // ID.R55
        demand(has(USER_PRESENT), "ID.R55", PasskeyViolation::UserPresence)?;
        let is_verified = has(USER_VERIFIED) || self.verification == UserVerification::Optional;
        demand(is_verified, "ID.R55", PasskeyViolation::UserVerification)
    }

    fn check_counter(&self, signature: &PasskeySignature) -> Result<(), IdentityError> {
        // ID.R57
        let counter = signature.counter().unwrap_or(0);
        demand(counter > self.counted || (counter, self.counted) == (0, 0), "ID.R57", PasskeyViolation::Counter)
    }
}

impl PasskeySignature {
    /// Checks that the named passkey signed `text`, and did so as `policy` demands.
    ///
    /// For the application that takes a fresh signature. Readers of a log use [`PasskeySignature::verify`].
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if it did not sign, [`IdentityError::PasskeyPolicy`] if it did so otherwise
    /// than demanded.
    pub fn check(&self, text: &str, policy: &PasskeyPolicy) -> Result<VerifiedSignature, IdentityError> {
        let verified = self.verify(text)?;
        policy.check_client_data(self)?;
        policy.check_authenticator_data(self)?;
        // ID.R56
        let scalars = self.scalars()?;
        demand(scalars.normalize_s() == scalars, "ID.R56", PasskeyViolation::HighS)?;
        policy.check_counter(self)?;
        Ok(verified)
    }
}

fn demand(holds: bool, rule: &'static str, violation: PasskeyViolation) -> Result<(), IdentityError> {
    if holds { Ok(()) } else { Err(IdentityError::PasskeyPolicy { rule, violation }) }
}

#[cfg(test)]
mod tests;
