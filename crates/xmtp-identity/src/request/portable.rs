//! Requests on their way between devices: one makes the request, others sign it.
//!
//! The format is ours. Four bytes say what it is and one says the version; a protobuf message follows, made of the
//! identity messages of the network:
//!
//! ```text
//! "XMUR" 01 Request { inbox_id = 1 string, client_timestamp_ns = 2 u64,
//!                     actions = 3 { verb = 1 u32: 1 create, 2 add, 3 revoke, 4 change recovery
//!                                   subject = 2 MemberIdentifier: who is created, added, revoked, made recovery
//!                                   signer = 3 MemberIdentifier: who adds, or the recovery identifier
//!                                   nonce = 4 u64: of a creation },
//!                     signatures = 4 Signature, in the order of their signers }
//! ```
//!
//! A request has exactly one such form, and whatever differs from it is refused. Nothing in it is trusted: the actions
//! are built again, and each signature is verified again over the text that they give.
use super::{UpdateBuilder, UpdateRequest};
use crate::{
    Action, ContractAnswers, IdentityError, MemberIdentifier, RawSignature,
    verify::contract_questions,
    wire::{read_inbox_id, read_member_identifier, read_signature, write_member_identifier, write_signature},
};
use prost::Message;
use xmtp_proto::xmtp::identity::associations as proto;
use xmtp_types::{ContractQuestion, Identifier, Timestamp};

/// Bytes of a request at most, as it travels between devices.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;

const MAGIC: [u8; 4] = *b"XMUR";
const VERSION: u8 = 1;

const CREATE: u32 = 1;
const ADD: u32 = 2;
const REVOKE: u32 = 3;
const CHANGE_RECOVERY: u32 = 4;

/// A request as it came from another device: well formed, the signatures it has collected unchecked.
#[derive(Clone, Debug)]
pub struct UnverifiedRequest {
    request: UpdateRequest,
    signatures: Vec<RawSignature>,
}

#[derive(Clone, PartialEq, Message)]
struct PortableRequest {
    #[prost(string, tag = "1")]
    inbox_id: String,
    #[prost(uint64, tag = "2")]
    client_timestamp_ns: u64,
    #[prost(message, repeated, tag = "3")]
    actions: Vec<PortableAction>,
    #[prost(message, repeated, tag = "4")]
    signatures: Vec<proto::Signature>,
}

#[derive(Clone, PartialEq, Message)]
struct PortableAction {
    #[prost(uint32, tag = "1")]
    verb: u32,
    #[prost(message, optional, tag = "2")]
    subject: Option<proto::MemberIdentifier>,
    #[prost(message, optional, tag = "3")]
    signer: Option<proto::MemberIdentifier>,
    #[prost(uint64, tag = "4")]
    nonce: u64,
}

impl UpdateRequest {
    /// The request with the signatures it has, for another device to sign or to publish. Equal requests with equal
    /// signatures give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self, self.raw_signatures())
    }

    /// Reads a request that no smart contract wallet has signed yet, and checks all of it again.
    ///
    /// # Errors
    /// As [`UnverifiedRequest::from_bytes`] and [`UnverifiedRequest::verify_with`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdentityError> {
        UnverifiedRequest::from_bytes(bytes)?.verify_with(&ContractAnswers::none())
    }
}

impl UnverifiedRequest {
    /// Reads what [`UpdateRequest::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`IdentityError::UnknownVersion`] if a newer release wrote it; [`IdentityError::TooLarge`] above
    /// [`MAX_REQUEST_BYTES`] or [`crate::MAX_ACTIONS`]; [`IdentityError::Malformed`], [`IdentityError::InvalidAddress`]
    /// or [`IdentityError::InvalidPasskey`] if it is no request that this library makes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdentityError> {
        // ID.R48
        if bytes.len() > MAX_REQUEST_BYTES {
            return Err(IdentityError::TooLarge("a request has at most 1048576 bytes"));
        }
        let message = match bytes.strip_prefix(&MAGIC) {
            Some([VERSION, message @ ..]) => message,
            Some(&[version, ..]) => return Err(IdentityError::UnknownVersion(version)),
            _ => return Err(IdentityError::Malformed("it is no update request")),
        };
        let message =
            PortableRequest::decode(message).map_err(|_| IdentityError::Malformed("it is no protobuf message"))?;
        let signatures = message.signatures.iter().cloned().map(Some).map(read_signature).collect::<Result<_, _>>()?;
        let request = Self { request: read(message)?, signatures };
        if request.signatures.len() > request.request.missing_signers().len() {
            return Err(IdentityError::Malformed("the request has more signatures than signers"));
        }
        if write(&request.request, request.signatures.iter()) == bytes {
            Ok(request)
        } else {
            Err(IdentityError::Malformed("the request is not in the form in which requests are written"))
        }
    }

    /// What the update will change, and who is wanted in each place.
    pub fn actions(&self) -> &[Action<MemberIdentifier>] {
        self.request.actions()
    }

    /// The text that every signer signs.
    pub fn signing_text(&self) -> &str {
        self.request.signing_text()
    }

    /// What chains have to be asked before the request can be verified; each question once, none if no smart contract
    /// wallet has signed.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if a wallet's account is none that could be asked;
    /// [`IdentityError::UnknownSigner`] if it is one that the request does not wait for, so that a stranger's request
    /// has nobody ask about accounts of the stranger's choice.
    pub fn contract_questions(&self) -> Result<Vec<ContractQuestion>, IdentityError> {
        let wanted = self.request.missing_signers();
        let questions = contract_questions(self.signing_text(), &self.signatures)?;
        // ID.R48
        if questions.iter().all(|question| wanted.contains(&question.account.identifier().into())) {
            Ok(questions)
        } else {
            Err(IdentityError::UnknownSigner)
        }
    }

    /// Checks every signature of the request; no smart contract wallet has signed it.
    ///
    /// # Errors
    /// As [`UnverifiedRequest::verify_with`].
    pub fn verify(self) -> Result<UpdateRequest, IdentityError> {
        self.verify_with(&ContractAnswers::none())
    }

    /// Checks every signature of the request, those of smart contract wallets by what their chains said.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if one does not hold, [`IdentityError::UnknownSigner`] if it is by someone
    /// the request does not wait for, [`IdentityError::ChainQuestionOpen`] if only a chain can tell and it was not asked,
    /// [`IdentityError::Malformed`] if the signatures are not in the order of their signers.
    pub fn verify_with(self, answers: &ContractAnswers) -> Result<UpdateRequest, IdentityError> {
        // ID.R48
        let Self { mut request, signatures } = self;
        for signature in &signatures {
            request.add_signature_with(signature.clone(), answers)?;
        }
        if request.raw_signatures().eq(&signatures) {
            Ok(request)
        } else {
            Err(IdentityError::Malformed("the signatures are not in the order of their signers"))
        }
    }
}

fn write<'a>(request: &UpdateRequest, signatures: impl Iterator<Item = &'a RawSignature>) -> Vec<u8> {
    let message = PortableRequest {
        inbox_id: request.inbox_id().to_string(),
        client_timestamp_ns: request.client_timestamp().as_nanos(),
        actions: request.actions().iter().map(write_action).collect(),
        signatures: signatures.map(write_signature).collect(),
    };
    [MAGIC.as_slice(), &[VERSION], &message.encode_to_vec()].concat()
}

fn write_action(action: &Action<MemberIdentifier>) -> PortableAction {
    let (verb, subject, signer, nonce) = match action {
        Action::CreateInbox { nonce, signature, .. } => (CREATE, signature.clone(), None, *nonce),
        Action::Add { new_member, existing_member_signature, .. } => {
            (ADD, new_member.clone(), Some(existing_member_signature), 0)
        }
        Action::Revoke { member, recovery_signature } => (REVOKE, member.clone(), Some(recovery_signature), 0),
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            (CHANGE_RECOVERY, new_recovery.clone().into(), Some(recovery_signature), 0)
        }
    };
    PortableAction {
        verb,
        subject: Some(write_member_identifier(&subject)),
        signer: signer.map(write_member_identifier),
        nonce,
    }
}

fn read(message: PortableRequest) -> Result<UpdateRequest, IdentityError> {
    let inbox_id = read_inbox_id(&message.inbox_id)?;
    let now = Timestamp::from_nanos(message.client_timestamp_ns);
    let mut actions = message.actions.into_iter().peekable();
    let builder = match actions.next_if(|action| action.verb == CREATE) {
        Some(create) => {
            UpdateRequest::builder_for_new(&identifier(read_member_identifier(create.subject)?)?, create.nonce, now)?
        }
        None => UpdateRequest::builder(inbox_id, now),
    };
    if *builder.inbox_id() != inbox_id {
        return Err(IdentityError::Malformed("the request creates another inbox than it names"));
    }
    actions.try_fold(builder, read_action)?.finish()
}

fn read_action(builder: UpdateBuilder, action: PortableAction) -> Result<UpdateBuilder, IdentityError> {
    let signer = read_member_identifier(action.signer)?;
    let subject = read_member_identifier(action.subject)?;
    Ok(match (action.verb, subject) {
        (ADD, MemberIdentifier::Identifier(new)) => builder.add_identifier(signer, &new),
        (ADD, MemberIdentifier::Installation(new)) => builder.add_installation(&identifier(signer)?, new),
        (REVOKE, member) => builder.revoke_verbatim(&identifier(signer)?, member),
        (CHANGE_RECOVERY, new) => builder.change_recovery(&identifier(signer)?, &identifier(new)?),
        _ => return Err(IdentityError::Malformed("an action is of a kind not known, or not in its place")),
    })
}

fn identifier(member: MemberIdentifier) -> Result<Identifier, IdentityError> {
    match member {
        MemberIdentifier::Identifier(identifier) => Ok(identifier),
        _ => Err(IdentityError::Malformed("an installation stands where only a wallet or passkey can")),
    }
}
