//! Commits that break rules.
use super::{
    draft::{Draft, failed},
    edit::{self, Edit},
    key_package,
};
use crate::{EngineError, Session, credential, intent::tagged};
use openmls::{
    group::MlsGroup,
    messages::proposals::{PreSharedKeyProposal, Proposal},
    schedule::{ExternalPsk, PreSharedKeyId, Psk},
    treesync::LeafNodeParameters,
};
use openmls_traits::OpenMlsProvider as _;
use xmtp_crypto::CIPHERSUITE;
use xmtp_types::{ClientEnvelope, GroupId, InboxId, InstallationId};

/// A commit of any content. The default changes the keys of its author alone, which every member lets through.
#[derive(Clone, Debug, Default)]
pub struct ForgedCommit {
    /// Key packages whose owners get a leaf, TLS-encoded.
    pub adds: Vec<Vec<u8>>,
    /// Installations whose leaves are taken out. Those that have none are passed over.
    pub removes: Vec<InstallationId>,
    /// What the group says about itself afterwards.
    pub edits: Vec<Edit>,
    /// The inbox that the author's own leaf names from then on.
    pub path_name: Option<InboxId>,
    /// How the proposals travel.
    pub form: ProposalForm,
}

/// How the proposals of a forged commit travel.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ProposalForm {
    /// Inside the commit, as honest clients send them.
    #[default]
    Inline,
    /// The edits in a message of their own, to which the commit refers.
    ByReference,
    /// Inside the commit, beside one for a pre-shared key that nobody else has.
    WithPreSharedKey,
}

impl Session<'_> {
    /// Envelopes of a forged commit, in the order to be sent. The group stays as it is for this member.
    ///
    /// # Errors
    /// [`EngineError::Mls`] if the MLS library does not make such a commit.
    pub fn forge_commit(&mut self, group: &GroupId, forged: &ForgedCommit) -> Result<Vec<ClientEnvelope>, EngineError> {
        let messages = self.forging(|session| {
            let mut mls = session.take_group(group)?;
            commit(session, &mut mls, forged)
        })?;
        let key = self.sender_key(group)?;
        Ok(messages.into_iter().map(|bytes| tagged(&key, group, bytes, false)).collect())
    }

    /// Runs `forge` and undoes whatever it did to MLS state.
    pub(crate) fn forging<R>(
        &mut self,
        forge: impl FnOnce(&mut Self) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        let mut forged = None;
        let undone = self.attempt_mls::<()>(|session| {
            forged = Some(forge(session));
            Err(EngineError::Refused("nothing of it is kept".to_owned()))
        });
        forged.unwrap_or_else(|| Err(undone.err().unwrap_or(EngineError::UnknownGroup)))
    }
}

fn commit(session: &Session<'_>, mls: &mut MlsGroup, forged: &ForgedCommit) -> Result<Vec<Vec<u8>>, EngineError> {
    let mut messages = Vec::new();
    let mut draft = Draft {
        adds: forged.adds.iter().map(|bytes| key_package::read(bytes)).collect::<Result<_, _>>()?,
        removes: forged.removes.clone(),
        ..Draft::default()
    };
    // Honest members change the context with every change of members, so a commit without one would stand out.
    let context = edit::context_after(mls, &forged.edits)?;
    match forged.form {
        ProposalForm::ByReference => {
            let proposal = mls.propose_group_context_extensions(&session.provider, context, session.own.key());
            messages.push(proposal.map_err(|error| failed(&error))?.0.to_bytes().map_err(|error| failed(&error))?);
        }
        ProposalForm::Inline => draft.context = Some(context),
        ProposalForm::WithPreSharedKey => {
            draft.context = Some(context);
            draft.proposals.push(pre_shared_key(session)?);
        }
    }
    if let Some(inbox) = &forged.path_name {
        let name = credential::credential_with_key(inbox, session.own.key());
        draft.leaf = LeafNodeParameters::builder().with_credential_with_key(name).build();
    }
    let bundle = draft.commit(session, mls)?;
    messages.push(bundle.commit().to_bytes().map_err(|error| failed(&error))?);
    Ok(messages)
}

fn pre_shared_key(session: &Session<'_>) -> Result<Proposal, EngineError> {
    let psk = Psk::External(ExternalPsk::new(b"a key from elsewhere".to_vec()));
    let id = PreSharedKeyId::new(CIPHERSUITE, session.provider.rand(), psk).map_err(|error| failed(&error))?;
    id.store(&session.provider, &[7; 32]).map_err(|error| failed(&error))?;
    Ok(Proposal::PreSharedKey(Box::new(PreSharedKeyProposal::new(id))))
}
