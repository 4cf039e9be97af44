//! From the crate's words to the model's, and whether the two agree.
use super::{Deed, Entry, How, Inbox, Name, Proof, Update};
use xmtp_identity::{
    Action, IdentityError, InboxState, Member, MemberIdentifier, SignatureKind, VerifiedSignature, VerifiedUpdate,
};
use xmtp_proto::xmtp::identity::associations::AssociationState;
use xmtp_types::{ChainId, Identifier, Timestamp};

/// What the crate says about an update, in the words of the model.
pub(super) fn verdict(outcome: &Result<InboxState, IdentityError>) -> Result<Inbox, &'static str> {
    match outcome {
        Ok(state) => Ok(inbox(state)),
        // ID.R2 is the one rule that refuses without naming itself.
        Err(IdentityError::InvalidAddress) => Err("ID.R2"),
        Err(error) => Err(error.refusal().map_or("no rule", |(rule, _)| rule)),
    }
}

/// The same inbox with its lists in one order, so that two of them can be compared.
pub(super) fn sorted(mut inbox: Inbox) -> Inbox {
    inbox.members.sort_by_key(|entry| format!("{:?}", entry.name));
    inbox.used.sort();
    inbox.used.dedup();
    inbox
}

pub(super) fn inbox(state: &InboxState) -> Inbox {
    sorted(Inbox {
        id: state.inbox_id().to_string(),
        members: state.members().map(entry).collect(),
        recovery: name(&state.recovery_identifier().clone().into()),
        used: AssociationState::from(state).seen_signatures,
    })
}

fn entry(member: &Member) -> Entry {
    Entry {
        name: name(member.identifier()),
        added_by: member.added_by().map(name),
        added_at: member.added_at().map(Timestamp::as_nanos),
        chain: member.chain_id().map(ChainId::as_u64),
    }
}

pub(super) fn update(update: &VerifiedUpdate) -> Update {
    Update {
        inbox: update.inbox_id().to_string(),
        at: update.client_timestamp().as_nanos(),
        deeds: update.actions().iter().map(deed).collect(),
    }
}

fn deed(action: &Action<VerifiedSignature>) -> Deed {
    match action {
        Action::CreateInbox { initial, nonce, signature } => {
            Deed::Create { first: name(&initial.clone().into()), nonce: *nonce, proof: proof(signature) }
        }
        Action::Add { new_member, existing_member_signature, new_member_signature } => Deed::Add {
            new: name(new_member),
            existing_proof: proof(existing_member_signature),
            new_proof: proof(new_member_signature),
        },
        Action::Revoke { member, recovery_signature } => {
            Deed::Revoke { whom: name(member), proof: proof(recovery_signature) }
        }
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            Deed::ChangeRecovery { to: name(&new_recovery.clone().into()), proof: proof(recovery_signature) }
        }
    }
}

fn proof(signature: &VerifiedSignature) -> Proof {
    Proof {
        by: name(signature.signer()),
        how: match signature.kind() {
            SignatureKind::Erc1271 => How::Contract,
            SignatureKind::LegacyDelegated => How::Legacy,
            SignatureKind::Passkey => How::Passkey,
            SignatureKind::Installation => How::Installation,
            _ => How::Account,
        },
        chain: signature.chain_id().map(ChainId::as_u64),
        bytes: signature.replay_bytes().to_vec(),
    }
}

fn name(member: &MemberIdentifier) -> Name {
    match member {
        MemberIdentifier::Installation(id) => Name::Installation(id.as_bytes().to_vec()),
        MemberIdentifier::MalformedInstallation(key) => Name::Installation(key.clone()),
        MemberIdentifier::Identifier(Identifier::Passkey { key, .. }) => Name::Passkey(key.clone()),
        MemberIdentifier::Identifier(account) => Name::Account(account.to_string()),
    }
}
