//! Updates, signatures and states to protobuf and back.
//!
//! What is written is what released clients write: fields in ascending order, kinds explicit, signature bytes as they
//! were given. What is read is taken as it is: identifiers are not normalized, because nobody else does and all readers
//! of a log must come to the same state.
//!
//! Source of fact: `proto/identity/associations/`, and observed on released clients.
use crate::{
    Action, Erc191Signature, Erc1271Signature, IdentityError, IdentityUpdate, InboxState, InstallationSignature,
    LegacyDelegatedSignature, Member, MemberIdentifier, PasskeySignature, RawSignature, UnverifiedUpdate,
    WalletSignature, WalletSignatureForm,
};
use prost::Message;
use xmtp_proto::xmtp::{
    identity::associations::{self as proto, identity_action, member_identifier, signature},
    message_contents::{self as legacy, signature as legacy_signature},
};
use xmtp_types::{ChainId, Identifier, InboxId, InstallationId, Timestamp};

type Read<T> = Result<T, IdentityError>;

impl UnverifiedUpdate {
    /// Reads a protobuf `IdentityUpdate`.
    ///
    /// # Errors
    /// [`IdentityError::Malformed`] if the bytes are none, or if any part is missing or of a kind not known.
    pub fn decode(bytes: &[u8]) -> Read<Self> {
        proto::IdentityUpdate::decode(bytes)
            .map_err(|_| IdentityError::Malformed("it is no protobuf message"))?
            .try_into()
    }

    /// Writes a protobuf `IdentityUpdate`, byte for byte as released clients do.
    pub fn encode(&self) -> Vec<u8> {
        proto::IdentityUpdate::from(self).encode_to_vec()
    }
}

impl TryFrom<proto::IdentityUpdate> for UnverifiedUpdate {
    type Error = IdentityError;

    fn try_from(update: proto::IdentityUpdate) -> Read<Self> {
        Ok(Self(IdentityUpdate {
            inbox_id: read_inbox_id(&update.inbox_id)?,
            client_timestamp: Timestamp::from_nanos(update.client_timestamp_ns),
            actions: update.actions.into_iter().map(read_action).collect::<Read<_>>()?,
        }))
    }
}

impl From<&UnverifiedUpdate> for proto::IdentityUpdate {
    fn from(update: &UnverifiedUpdate) -> Self {
        Self {
            actions: update.actions().iter().map(write_action).collect(),
            client_timestamp_ns: update.client_timestamp().as_nanos(),
            inbox_id: update.inbox_id().to_string(),
        }
    }
}

impl InboxState {
    /// Reads a protobuf `AssociationState`. Nothing in it proves anything: read only what was written by
    /// [`InboxState::to_bytes`] or comes from someone trusted.
    ///
    /// # Errors
    /// [`IdentityError::Malformed`] if the bytes are none, or if any part is missing or of a kind not known.
    pub fn from_bytes(bytes: &[u8]) -> Read<Self> {
        let state = proto::AssociationState::decode(bytes)
            .map_err(|_| IdentityError::Malformed("it is no protobuf message"))?;
        Ok(Self {
            inbox_id: read_inbox_id(&state.inbox_id)?,
            recovery: read_identifier(state.recovery_identifier, state.recovery_identifier_kind, state.relying_party)?,
            members: state.members.into_iter().map(read_entry).collect::<Read<_>>()?,
            seen_signatures: state.seen_signatures.into_iter().collect(),
        })
    }

    /// Writes a protobuf `AssociationState`, to be cached. Equal states give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        proto::AssociationState::from(self).encode_to_vec()
    }
}

impl From<&InboxState> for proto::AssociationState {
    fn from(state: &InboxState) -> Self {
        let (recovery_identifier, recovery_identifier_kind, relying_party) = write_identifier(&state.recovery);
        let entry = |(identifier, member): (&MemberIdentifier, &Member)| proto::MemberMap {
            key: Some(write_member_identifier(identifier)),
            value: Some(write_member(member)),
        };
        Self {
            inbox_id: state.inbox_id.to_string(),
            members: state.members.iter().map(entry).collect(),
            recovery_identifier,
            seen_signatures: state.seen_signatures.iter().cloned().collect(),
            recovery_identifier_kind,
            relying_party,
        }
    }
}

/// The part of a message that must be there. Protobuf shows a kind that a newer release invented as a missing one.
fn present<T>(part: Option<T>, missing: &'static str) -> Read<T> {
    // ID.R5
    part.ok_or(IdentityError::Malformed(missing))
}

pub(crate) fn read_inbox_id(text: &str) -> Read<InboxId> {
    // ID.R10
    text.parse().map_err(|_| IdentityError::Malformed("its inbox id is not 64 lowercase hexadecimal characters"))
}

fn read_action(action: proto::IdentityAction) -> Read<Action<RawSignature>> {
    use identity_action::Kind;
    Ok(match present(action.kind, "an action is missing or of a kind not known")? {
        Kind::CreateInbox(create) => Action::CreateInbox {
            initial: read_identifier(create.initial_identifier, create.initial_identifier_kind, create.relying_party)?,
            nonce: create.nonce,
            signature: read_signature(create.initial_identifier_signature)?,
        },
        // ID.R9
        Kind::Add(proto::AddAssociation {
            new_member_identifier,
            existing_member_signature,
            new_member_signature,
            relying_party: _,
        }) => Action::Add {
            new_member: read_member_identifier(new_member_identifier)?,
            existing_member_signature: read_signature(existing_member_signature)?,
            new_member_signature: read_signature(new_member_signature)?,
        },
        Kind::Revoke(revoke) => Action::Revoke {
            member: read_member_identifier(revoke.member_to_revoke)?,
            recovery_signature: read_signature(revoke.recovery_identifier_signature)?,
        },
        Kind::ChangeRecoveryAddress(change) => Action::ChangeRecovery {
            new_recovery: read_identifier(
                change.new_recovery_identifier,
                change.new_recovery_identifier_kind,
                change.relying_party,
            )?,
            recovery_signature: read_signature(change.existing_recovery_identifier_signature)?,
        },
    })
}

fn write_action(action: &Action<RawSignature>) -> proto::IdentityAction {
    use identity_action::Kind;
    let kind = match action {
        Action::CreateInbox { initial, nonce, signature } => {
            let (initial_identifier, initial_identifier_kind, relying_party) = write_identifier(initial);
            Kind::CreateInbox(proto::CreateInbox {
                initial_identifier,
                nonce: *nonce,
                initial_identifier_signature: Some(write_signature(signature)),
                initial_identifier_kind,
                relying_party,
            })
        }
        Action::Add { new_member, existing_member_signature, new_member_signature } => {
            Kind::Add(proto::AddAssociation {
                new_member_identifier: Some(write_member_identifier(new_member)),
                existing_member_signature: Some(write_signature(existing_member_signature)),
                new_member_signature: Some(write_signature(new_member_signature)),
                relying_party: new_member.as_identifier().and_then(relying_party),
            })
        }
        Action::Revoke { member, recovery_signature } => Kind::Revoke(proto::RevokeAssociation {
            member_to_revoke: Some(write_member_identifier(member)),
            recovery_identifier_signature: Some(write_signature(recovery_signature)),
        }),
        Action::ChangeRecovery { new_recovery, recovery_signature } => {
            let (new_recovery_identifier, new_recovery_identifier_kind, relying_party) = write_identifier(new_recovery);
            Kind::ChangeRecoveryAddress(proto::ChangeRecoveryAddress {
                new_recovery_identifier,
                existing_recovery_identifier_signature: Some(write_signature(recovery_signature)),
                new_recovery_identifier_kind,
                relying_party,
            })
        }
    };
    proto::IdentityAction { kind: Some(kind) }
}

fn read_identifier(text: String, kind: i32, relying_party: Option<String>) -> Read<Identifier> {
    // ID.R6
    if kind != i32::from(proto::IdentifierKind::Passkey) {
        // ID.R7
        return Ok(Identifier::Ethereum(text));
    }
    // ID.R8
    let key = hex::decode(text.strip_prefix("0x").unwrap_or(&text))
        .map_err(|_| IdentityError::Malformed("a passkey is not hexadecimal"))?;
    Ok(Identifier::Passkey { key, relying_party })
}

fn write_identifier(identifier: &Identifier) -> (String, i32, Option<String>) {
    let kind = match identifier {
        Identifier::Passkey { .. } => proto::IdentifierKind::Passkey,
        _ => proto::IdentifierKind::Ethereum,
    };
    (identifier.to_string(), kind.into(), relying_party(identifier))
}

fn relying_party(identifier: &Identifier) -> Option<String> {
    match identifier {
        Identifier::Passkey { relying_party, .. } => relying_party.clone(),
        _ => None,
    }
}

pub(crate) fn read_member_identifier(identifier: Option<proto::MemberIdentifier>) -> Read<MemberIdentifier> {
    use member_identifier::Kind;
    let kind = identifier.and_then(|identifier| identifier.kind);
    Ok(match present(kind, "a member is missing or of a kind not known")? {
        Kind::EthereumAddress(address) => Identifier::Ethereum(address).into(),
        Kind::InstallationPublicKey(key) => match InstallationId::try_from(key.as_slice()) {
            Ok(installation) => installation.into(),
            Err(_) => MemberIdentifier::MalformedInstallation(key),
        },
        Kind::Passkey(proto::Passkey { key, relying_party }) => Identifier::Passkey { key, relying_party }.into(),
    })
}

pub(crate) fn write_member_identifier(identifier: &MemberIdentifier) -> proto::MemberIdentifier {
    use member_identifier::Kind;
    let kind = match identifier {
        MemberIdentifier::Identifier(Identifier::Passkey { key, relying_party }) => {
            Kind::Passkey(proto::Passkey { key: key.clone(), relying_party: relying_party.clone() })
        }
        MemberIdentifier::Identifier(address) => Kind::EthereumAddress(address.to_string()),
        MemberIdentifier::Installation(id) => Kind::InstallationPublicKey(id.as_bytes().to_vec()),
        MemberIdentifier::MalformedInstallation(key) => Kind::InstallationPublicKey(key.clone()),
    };
    proto::MemberIdentifier { kind: Some(kind) }
}

fn read_entry(entry: proto::MemberMap) -> Read<(MemberIdentifier, Member)> {
    let member = present(entry.value, "a member record is missing")?;
    let member = Member {
        identifier: read_member_identifier(member.identifier)?,
        added_by: member.added_by_entity.map(|by| read_member_identifier(Some(by))).transpose()?,
        added_at: member.client_timestamp_ns.map(Timestamp::from_nanos),
        chain_id: member.added_on_chain_id.map(ChainId::new),
    };
    let key = read_member_identifier(entry.key)?;
    if key == member.identifier {
        Ok((key, member))
    } else {
        Err(IdentityError::Malformed("a member record is another's"))
    }
}

fn write_member(member: &Member) -> proto::Member {
    proto::Member {
        identifier: Some(write_member_identifier(&member.identifier)),
        added_by_entity: member.added_by.as_ref().map(write_member_identifier),
        client_timestamp_ns: member.added_at.map(Timestamp::as_nanos),
        added_on_chain_id: member.chain_id.map(ChainId::as_u64),
    }
}

pub(crate) fn read_signature(signature: Option<proto::Signature>) -> Read<RawSignature> {
    use signature::Signature;
    let signature = signature.and_then(|signature| signature.signature);
    Ok(match present(signature, "a signature is missing or of a kind not known")? {
        Signature::Erc191(proto::RecoverableEcdsaSignature { bytes }) => {
            RawSignature::Erc191(Erc191Signature { bytes })
        }
        Signature::Erc6492(proto::SmartContractWalletSignature { account_id, block_number, signature }) => {
            RawSignature::Erc1271(Erc1271Signature { account_id, block_number, bytes: signature })
        }
        Signature::InstallationKey(proto::RecoverableEd25519Signature { bytes, public_key }) => {
            RawSignature::Installation(InstallationSignature { bytes, public_key })
        }
        Signature::DelegatedErc191(delegated) => RawSignature::LegacyDelegated(read_legacy(delegated)?),
        Signature::Passkey(passkey) => RawSignature::Passkey(PasskeySignature {
            public_key: passkey.public_key,
            bytes: passkey.signature,
            authenticator_data: passkey.authenticator_data,
            client_data_json: passkey.client_data_json,
        }),
    })
}

pub(crate) fn write_signature(signature: &RawSignature) -> proto::Signature {
    use signature::Signature;
    let signature = match signature.clone() {
        RawSignature::Erc191(Erc191Signature { bytes }) => {
            Signature::Erc191(proto::RecoverableEcdsaSignature { bytes })
        }
        RawSignature::Erc1271(Erc1271Signature { account_id, block_number, bytes }) => {
            Signature::Erc6492(proto::SmartContractWalletSignature { account_id, block_number, signature: bytes })
        }
        RawSignature::Installation(InstallationSignature { bytes, public_key }) => {
            Signature::InstallationKey(proto::RecoverableEd25519Signature { bytes, public_key })
        }
        RawSignature::LegacyDelegated(delegated) => Signature::DelegatedErc191(write_legacy(delegated)),
        RawSignature::Passkey(passkey) => Signature::Passkey(proto::RecoverablePasskeySignature {
            public_key: passkey.public_key,
            signature: passkey.bytes,
            authenticator_data: passkey.authenticator_data,
            client_data_json: passkey.client_data_json,
        }),
    };
    proto::Signature { signature: Some(signature) }
}

fn read_legacy(delegated: proto::LegacyDelegatedSignature) -> Read<LegacyDelegatedSignature> {
    use legacy_signature::Union;
    let key = present(delegated.delegated_key, "a delegated key is missing")?;
    let by_wallet = present(key.signature.and_then(|by_wallet| by_wallet.union), "a delegation is not signed")?;
    let (form, bytes, recovery) = match by_wallet {
        Union::EcdsaCompact(compact) => (WalletSignatureForm::Compact, compact.bytes, compact.recovery),
        Union::WalletEcdsaCompact(compact) => (WalletSignatureForm::WalletCompact, compact.bytes, compact.recovery),
    };
    Ok(LegacyDelegatedSignature {
        key_bytes: key.key_bytes,
        wallet_signature: WalletSignature { form, bytes, recovery },
        bytes: present(delegated.signature, "the signature of a delegated key is missing")?.bytes,
    })
}

fn write_legacy(delegated: LegacyDelegatedSignature) -> proto::LegacyDelegatedSignature {
    use legacy_signature::{EcdsaCompact, Union, WalletEcdsaCompact};
    let WalletSignature { form, bytes, recovery } = delegated.wallet_signature;
    let union = match form {
        WalletSignatureForm::Compact => Union::EcdsaCompact(EcdsaCompact { bytes, recovery }),
        WalletSignatureForm::WalletCompact => Union::WalletEcdsaCompact(WalletEcdsaCompact { bytes, recovery }),
    };
    proto::LegacyDelegatedSignature {
        delegated_key: Some(legacy::SignedPublicKey {
            key_bytes: delegated.key_bytes,
            signature: Some(legacy::Signature { union: Some(union) }),
        }),
        signature: Some(proto::RecoverableEcdsaSignature { bytes: delegated.bytes }),
    }
}
