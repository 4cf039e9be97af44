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
//! Whether a smart contract wallet signed only its chain can say, and nothing here talks to a chain: an update tells its
//! [`UnverifiedUpdate::contract_questions`], and is verified with the [`ContractAnswers`] that someone else has fetched.
//! A question that was not asked refuses the update with [`IdentityError::ChainQuestionOpen`].

mod answers;
mod error;
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
