//! A commit of any proposals whatever, and group contexts that say anything.
use crate::{
    EngineError, Session,
    commit::GroupView,
    group::extensions::{IMMUTABLE_METADATA, MEMBERSHIP, MUTABLE_METADATA, PERMISSIONS},
    intent::leaves,
};
use openmls::{
    extensions::{Extension, Extensions, UnknownExtension},
    group::{CommitMessageBundle, GroupContext, MlsGroup},
    key_packages::KeyPackage,
    messages::proposals::Proposal,
    treesync::LeafNodeParameters,
};
use openmls_traits::OpenMlsProvider as _;
use xmtp_types::InstallationId;

/// What goes into a commit.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) adds: Vec<KeyPackage>,
    pub(crate) removes: Vec<InstallationId>,
    pub(crate) context: Option<Extensions<GroupContext>>,
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) leaf: LeafNodeParameters,
}

impl Draft {
    /// The commit, with an update path. Proposals that were made before go with it, by reference.
    ///
    /// # Errors
    /// [`EngineError::Mls`] if the MLS library does not make such a commit.
    pub(crate) fn commit(self, session: &Session<'_>, mls: &mut MlsGroup) -> Result<CommitMessageBundle, EngineError> {
        let leaves = leaves(mls);
        let removes: Vec<_> = self.removes.iter().filter_map(|id| leaves.get(id).copied()).collect();
        let builder = mls.commit_builder().propose_adds(self.adds).propose_removals(removes);
        let builder = builder.add_proposals(self.proposals).leaf_node_parameters(self.leaf).force_self_update(true);
        let builder = match self.context {
            Some(context) => builder.propose_group_context_extensions(context).map_err(|error| failed(&error))?,
            None => builder,
        };
        builder
            .load_psks(session.provider.storage())
            .and_then(|builder| {
                builder.build(session.provider.rand(), session.provider.crypto(), session.own.key(), |_| true)
            })
            .map_err(|error| failed(&error))?
            .stage_commit(&session.provider)
            .map_err(|error| failed(&error))
    }
}

/// The group's context with some of what it says changed, allowed or not.
///
/// # Errors
/// [`EngineError::Invalid`] if the context cannot be read.
pub(crate) fn edited(
    mls: &MlsGroup,
    edit: impl FnOnce(&mut GroupView),
) -> Result<Extensions<GroupContext>, EngineError> {
    let mut view = GroupView::read(mls.extensions())?;
    edit(&mut view);
    let immutable = view.immutable.encode().map_err(|error| failed(&error))?;
    let permissions = view.permissions.encode().map_err(|error| failed(&error))?;
    let parts = [
        (IMMUTABLE_METADATA, immutable),
        (MUTABLE_METADATA, view.metadata.encode()),
        (MEMBERSHIP, view.membership.encode()),
        (PERMISSIONS, permissions),
    ];
    parts.into_iter().try_fold(mls.extensions().clone(), |context, (id, data)| replaced(&context, id, Some(&data)))
}

/// A context with the data of one extension replaced, or without it.
///
/// # Errors
/// [`EngineError::Mls`] if the MLS library does not take such a context.
pub(crate) fn replaced(
    context: &Extensions<GroupContext>,
    id: u16,
    data: Option<&[u8]>,
) -> Result<Extensions<GroupContext>, EngineError> {
    let list = context.iter().filter_map(|old| match old {
        Extension::Unknown(found, _) if *found == id => {
            data.map(|data| Extension::Unknown(id, UnknownExtension(data.to_vec())))
        }
        other => Some(other.clone()),
    });
    Extensions::from_vec(list.collect()).map_err(|error| failed(&error))
}

pub(super) fn failed(error: &dyn std::error::Error) -> EngineError {
    EngineError::mls("forging")(error)
}
