//! The XMTP identity ledger: inboxes, identities and installations as a fold over signed updates.
//!
//! An inbox is a log of [`IdentityUpdate`]s that the network keeps in order. Each update is signed by those it
//! concerns: wallets, passkeys, installations. Whoever folds the log comes to the same [`InboxState`]: which
//! installations speak for the inbox, which identities own it, who can recover it. Nobody has to be trusted for it, the
//! network least of all.
//!
//! ```text
//!  UpdateRequest ── signatures ──▶ UnverifiedUpdate ── verify ──▶ VerifiedUpdate ── fold ──▶ InboxState
//!                                   ▲          │
//!                            decode │          │ encode
//!                                   └─ network ┘
//! ```
//!
//! Trust is in the type: what comes from the network is an [`UnverifiedUpdate`], and only [`UnverifiedUpdate::verify`]
//! makes a [`VerifiedUpdate`] of it. Nothing here does I/O or reads a clock. The rules are numbered in
//! `xips/identity.md`; a refusal names the one that was broken.
//!
//! ```
//! use xmtp_crypto::InstallationKey;
//! use xmtp_identity::{InboxState, LocalWallet, UnverifiedUpdate, UpdateRequest};
//! use xmtp_types::Timestamp;
//!
//! let wallet = LocalWallet::from_hex("90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb")?;
//! let installation = InstallationKey::from_seed(&[7; 32]);
//!
//! // Make: the wallet and the installation sign the same text.
//! let now = Timestamp::from_secs(1_700_000_000);
//! let mut request = UpdateRequest::create_inbox(&wallet.address(), 0, Some(installation.id()), now)?;
//! request.sign_with_installation(&installation)?;
//! let signature = wallet.sign_text(request.signing_text());
//! request.add_signature(signature.into())?;
//! let bytes = request.build()?.encode();
//!
//! // Read: check the signatures, then fold.
//! let update = UnverifiedUpdate::decode(&bytes)?.verify()?;
//! let state = InboxState::fold([&update])?;
//! assert!(state.contains_installation(&installation.id()));
//! assert_eq!(state.recovery_identifier(), &wallet.address());
//! # Ok::<(), xmtp_identity::IdentityError>(())
//! ```
//!
//! An update can do several things at once, and those who sign it need not be in one place: a request is carried to
//! another device as bytes, is checked there again, and its copies are merged. Before anything is published the ledger
//! can be asked what it will say.
//!
//! ```
//! # use xmtp_crypto::InstallationKey;
//! # use xmtp_identity::{InboxState, LocalWallet, UpdateRequest};
//! # use xmtp_types::Timestamp;
//! # let (old, new) = (LocalWallet::generate()?, LocalWallet::generate()?);
//! # let device = InstallationKey::from_seed(&[7; 32]);
//! # let mut creation = UpdateRequest::create_inbox(&old.address(), 0, None, Timestamp::from_secs(1))?;
//! # creation.add_signature(old.sign_text(creation.signing_text()).into())?;
//! # let state = creation.check(None)?;
//! // Wallet and device move together: the new wallet joins, adds its device, and recovers the inbox from now on.
//! let mut here = UpdateRequest::builder(*state.inbox_id(), Timestamp::from_secs(2))
//!     .add_identifier(old.address(), &new.address())
//!     .add_installation(&new.address(), device.id())
//!     .change_recovery(&old.address(), &new.address())
//!     .finish()?;
//! assert!(here.preview(Some(&state)).is_ok());
//!
//! let mut there = UpdateRequest::from_bytes(&here.to_bytes())?;
//! there.add_signature(new.sign_text(there.signing_text()).into())?;
//! there.sign_with_installation(&device)?;
//! here.add_signature(old.sign_text(here.signing_text()).into())?;
//! here.merge(there)?;
//!
//! let after = here.check(Some(&state))?;
//! assert_eq!(after.recovery_identifier(), &new.address());
//! # Ok::<(), xmtp_identity::IdentityError>(())
//! ```
//!
//! Whether a smart contract wallet signed only its chain can say, and nothing here talks to a chain: an update tells its
//! [`UnverifiedUpdate::contract_questions`], and is verified with the [`ContractAnswers`] that someone else has fetched.
//! A question that was not asked refuses the update with [`IdentityError::ChainQuestionOpen`].

// The model of the ledger is shared with tests outside, so it names this crate as they do.
#[cfg(any(fuzzing, test))]
extern crate self as xmtp_identity;

mod answers;
mod error;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod inbox_id;
mod ledger;
mod local_passkey;
mod member;
mod request;
mod rules;
mod signature;
mod signing_text;
mod state;
mod update;
mod verify;
mod wallet;
mod wire;

pub use answers::ContractAnswers;
pub use error::{IdentityError, Refusal};
pub use inbox_id::inbox_id_for;
pub use local_passkey::LocalPasskey;
pub use member::{Member, MemberIdentifier};
pub use request::{MAX_ACTIONS, MAX_REQUEST_BYTES, UnverifiedRequest, UpdateBuilder, UpdateRequest};
pub use signature::{
    Erc191Signature, Erc1271Signature, InstallationSignature, LegacyDelegatedSignature, PasskeyPolicy,
    PasskeySignature, PasskeyViolation, RawSignature, SignatureKind, UserVerification, VerifiedSignature,
    WalletSignature, WalletSignatureForm,
};
pub use signing_text::signing_text;
pub use state::{InboxState, MAX_INSTALLATIONS, MAX_UPDATES, StateDifference};
pub use update::{Action, IdentityUpdate, UnverifiedUpdate, VerifiedUpdate};
pub use wallet::LocalWallet;
