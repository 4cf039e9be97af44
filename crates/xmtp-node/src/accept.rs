//! What a payload must pass before the node keeps it.
//!
//! The node orders and keeps; it does not judge commits or memberships. It checks what a reader could not survive: the
//! framing of MLS messages, the validity of key packages, the signatures and rules of identity updates. A refused
//! payload leaves no trace.
use crate::{
    error::Refusal,
    log::{AddressChange, CommitLogEntry, GroupMessage, IdentityUpdate, KeyPackage, Welcome, WelcomeKind},
};
use bytes::Bytes;
use xmtp_identity::{ContractAnswers, IdentityError, InboxState, MemberIdentifier, UnverifiedUpdate, VerifiedUpdate};
use xmtp_mls::peek::{ContentKind, public_parts};
use xmtp_proto::xmtp::mls::{
    api::v1::{
        GroupMessageInput, KeyPackageUpload, PublishCommitLogRequest, WelcomeMessageInput, group_message_input,
        welcome_message_input::{self, Version},
    },
    message_contents::{WelcomePointerWrapperAlgorithm, WelcomeWrapperAlgorithm},
};
use xmtp_types::ContractQuestion;

/// The largest group message taken, in bytes. Source of fact: what the official stack takes in effect (observed).
pub(crate) const MAX_GROUP_MESSAGE: usize = 4 * 1024 * 1024;
/// The largest welcome taken, in bytes: one that released clients, which read up to 25 MiB, can still fetch.
pub(crate) const MAX_WELCOME: usize = 20 * 1024 * 1024;

/// The most things one call may ask about. Released clients ask about up to 2,500 installations, 1,000 groups, 50 inboxes.
pub(crate) const MAX_ASKED: usize = 10_000;

/// The most signatures of smart contract wallets that one call may ask about: each is a request to another machine, which
/// may be one that counts them. Released clients ask about one.
pub(crate) const MAX_ASKED_OF_CHAINS: usize = 1_000;
/// The most signatures of smart contract wallets that one update may hold. Released clients make one or two.
pub(crate) const MAX_CONTRACT_SIGNATURES: usize = 32;

/// Checks that a call does not ask about more than an answer can hold.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn asked<T>(things: &[T]) -> Result<(), Refusal> {
    // NODE.R17
    if things.len() > MAX_ASKED {
        return Err(Refusal::invalid("over 10000 entries: ask in several calls"));
    }
    Ok(())
}

/// Checks the framing of an MLS message and reads its group from it: the request does not name one.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn group_message(input: GroupMessageInput) -> Result<GroupMessage, Refusal> {
    let Some(group_message_input::Version::V1(message)) = input.version else {
        return Err(Refusal::invalid("invalid group message: no version this node knows"));
    };
    if message.data.len() > MAX_GROUP_MESSAGE {
        return Err(Refusal::invalid("invalid group message: over 4 MiB"));
    }
    // NODE.R7
    let parts =
        public_parts(&message.data).map_err(|error| Refusal::invalid(format!("invalid group message: {error}")))?;
    let group = Bytes::copy_from_slice(parts.group.as_bytes());
    if group.is_empty() {
        return Err(Refusal::invalid("invalid group message: empty group id"));
    }
    Ok(GroupMessage {
        group,
        data: message.data,
        sender_hmac: message.sender_hmac,
        should_push: message.should_push,
        is_commit: matches!(parts.content, ContentKind::Commit | ContentKind::Proposal),
    })
}

/// Checks that a welcome, or a pointer to one, has all its parts. What is in it only its receiver can tell.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn welcome(input: WelcomeMessageInput) -> Result<Welcome, Refusal> {
    let welcome = match input.version {
        Some(Version::V1(welcome)) => full_welcome(welcome),
        Some(Version::WelcomePointer(pointer)) => welcome_pointer(pointer),
        None => Err("no version this node knows"),
    };
    welcome.map_err(|cause| Refusal::invalid(format!("invalid welcome message: {cause}")))
}

fn full_welcome(input: welcome_message_input::V1) -> Result<Welcome, &'static str> {
    let algorithm = match input.wrapper_algorithm() {
        WelcomeWrapperAlgorithm::Unspecified => WelcomeWrapperAlgorithm::Curve25519,
        named => named,
    };
    if input.hpke_public_key.is_empty() && algorithm != WelcomeWrapperAlgorithm::SymmetricKey {
        return Err("no HPKE public key");
    }
    check_parts(&input.installation_key, &input.data)?;
    Ok(Welcome {
        destination: input.installation_key,
        kind: WelcomeKind::Welcome,
        data: input.data,
        hpke_public_key: input.hpke_public_key,
        algorithm: algorithm.into(),
        metadata: input.welcome_metadata,
    })
}

fn welcome_pointer(input: welcome_message_input::WelcomePointer) -> Result<Welcome, &'static str> {
    let xwing = WelcomePointerWrapperAlgorithm::XwingMlkem768Draft6;
    if input.wrapper_algorithm != i32::from(xwing) {
        return Err("a pointer with another algorithm than X-Wing");
    }
    if input.hpke_public_key.is_empty() {
        return Err("no HPKE public key");
    }
    check_parts(&input.installation_key, &input.welcome_pointer)?;
    Ok(Welcome {
        destination: input.installation_key,
        kind: WelcomeKind::Pointer,
        data: input.welcome_pointer,
        hpke_public_key: input.hpke_public_key,
        algorithm: xwing.into(),
        metadata: Bytes::new(),
    })
}

const fn check_parts(destination: &Bytes, data: &Bytes) -> Result<(), &'static str> {
    if destination.is_empty() {
        return Err("no installation key");
    }
    if data.is_empty() {
        return Err("no data");
    }
    if data.len() > MAX_WELCOME { Err("over 20 MiB") } else { Ok(()) }
}

/// Checks a key package as a group would before it adds the installation (RFC 9420 §10.1).
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn key_package(upload: Option<KeyPackageUpload>) -> Result<KeyPackage, Refusal> {
    let upload = upload.ok_or_else(|| Refusal::invalid("no key package"))?;
    let data = upload.key_package_tls_serialized;
    // NODE.R8
    let package =
        xmtp_mls::key_package::verify(&data).map_err(|error| Refusal::invalid(format!("invalid identity: {error}")))?;
    Ok(KeyPackage { installation: package.installation(), data })
}

/// Checks that an entry of the commit log has all its parts.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn commit_log_entry(request: PublishCommitLogRequest) -> Result<CommitLogEntry, Refusal> {
    match request.signature {
        Some(signature) if !request.group_id.is_empty() && !request.serialized_commit_log_entry.is_empty() => {
            Ok(CommitLogEntry {
                group: request.group_id,
                entry: request.serialized_commit_log_entry,
                signature: signature.bytes,
                public_key: signature.public_key,
            })
        }
        _ => Err(Refusal::invalid("a commit log entry needs a group id, an entry and a signature")),
    }
}

/// Checks that a call does not ask chains about more signatures than a node asks on behalf of others.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn asked_of_chains<T>(signatures: &[T]) -> Result<(), Refusal> {
    // NODE.R18
    if signatures.len() > MAX_ASKED_OF_CHAINS {
        return Err(Refusal::invalid("over 1000 signatures: ask in several calls"));
    }
    Ok(())
}

/// Reads an identity update, and what chains have to be asked before it can be checked.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn unverified_update(bytes: &[u8]) -> Result<(UnverifiedUpdate, Vec<ContractQuestion>), Refusal> {
    let update = UnverifiedUpdate::decode(bytes).map_err(refused_identity)?;
    let questions = update.contract_questions().map_err(refused_identity)?;
    // NODE.R20
    if questions.len() > MAX_CONTRACT_SIGNATURES {
        return Err(Refusal::invalid("invalid identity update: over 32 signatures of smart contract wallets"));
    }
    Ok((update, questions))
}

/// Checks every signature in an update, those of smart contract wallets by what their chains said.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn identity_update(update: UnverifiedUpdate, answers: &ContractAnswers) -> Result<VerifiedUpdate, Refusal> {
    // NODE.R9
    update.verify_with(answers).map_err(refused_identity)
}

/// Checks an update against the state it changes, and answers the state after it and what to keep.
///
/// # Errors
/// [`Refusal::Invalid`].
pub(crate) fn association(
    before: Option<&InboxState>,
    update: &VerifiedUpdate,
    bytes: Vec<u8>,
) -> Result<(InboxState, IdentityUpdate), Refusal> {
    let after = match before {
        Some(state) => state.apply(update),
        None => InboxState::fold([update]),
    };
    let after = after.map_err(refused_identity)?;
    let difference = InboxState::difference(before, &after);
    let changes = |members: &[MemberIdentifier], joined| {
        let identifiers = members.iter().filter_map(MemberIdentifier::as_identifier);
        identifiers
            .map(|identifier| AddressChange { identifier: identifier.to_string(), kind: identifier.kind(), joined })
            .collect::<Vec<_>>()
    };
    let mut addresses = changes(&difference.added, true);
    addresses.extend(changes(&difference.removed, false));
    let entry = IdentityUpdate { inbox: *update.inbox_id(), update: bytes, state: after.to_bytes(), addresses };
    Ok((after, entry))
}

fn refused_identity(error: IdentityError) -> Refusal {
    Refusal::invalid(format!("invalid identity update: {error}"))
}
