//! What a hostile member can make: valid MLS, past every check of this side.
use crate::{
    EngineError, Session,
    commit::GroupView,
    group::extensions::{IMMUTABLE_METADATA, MEMBERSHIP, MUTABLE_METADATA, PERMISSIONS},
    intent::leaves,
    key_package,
    world::Actor,
};
use openmls::{
    extensions::{Extension, Extensions, UnknownExtension},
    group::{CommitMessageBundle, GroupContext, MlsGroup},
    key_packages::KeyPackage,
    messages::proposals::Proposal,
    treesync::LeafNodeParameters,
};
use openmls_traits::OpenMlsProvider as _;
use std::cell::RefCell;
use xmtp_types::{ClientEnvelope, GroupId, InboxId, InstallationId};

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
    pub(crate) fn commit(self, session: &Session<'_>, mls: &mut MlsGroup) -> CommitMessageBundle {
        let leaves = leaves(mls);
        let removes: Vec<_> = self.removes.iter().map(|id| leaves[id]).collect();
        let builder = mls.commit_builder().propose_adds(self.adds).propose_removals(removes);
        let builder = builder.add_proposals(self.proposals).leaf_node_parameters(self.leaf).force_self_update(true);
        let builder = match self.context {
            Some(context) => builder.propose_group_context_extensions(context).unwrap(),
            None => builder,
        };
        builder
            .load_psks(session.provider.storage())
            .unwrap()
            .build(session.provider.rand(), session.provider.crypto(), session.own.key(), |_| true)
            .unwrap()
            .stage_commit(&session.provider)
            .unwrap()
    }
}

/// Makes something in the name of a member whose own state stays as it is.
pub(crate) fn forge<R>(actor: &mut Actor, group: &GroupId, make: impl Fn(&mut Session<'_>, &mut MlsGroup) -> R) -> R {
    let made = RefCell::new(None);
    let undone = actor.step::<()>(|session| {
        let mut mls = session.take_group(group)?;
        made.replace(Some(make(session, &mut mls)));
        Err(EngineError::Refused("nothing of it is kept".into()))
    });
    assert!(undone.is_err());
    made.take().unwrap()
}

/// The envelope of a forged commit.
pub(crate) fn envelope(group: &GroupId, bundle: &CommitMessageBundle) -> ClientEnvelope {
    ClientEnvelope::group_message(group, bundle.commit().to_bytes().unwrap(), vec![0; 32], false)
}

/// A key package of `actor`'s installation in the name of any inbox.
pub(crate) fn key_package_as(actor: &mut Actor, inbox: InboxId) -> KeyPackage {
    let bytes =
        actor.step(|session| Ok(key_package::build(&session.provider, session.own.key(), &inbox, session.now)?.bytes));
    key_package::verify(&bytes.unwrap()).unwrap().key_package().clone()
}

/// The group's context with some of what it says changed, allowed or not.
pub(crate) fn edited(mls: &MlsGroup, edit: impl FnOnce(&mut GroupView)) -> Extensions<GroupContext> {
    let mut view = GroupView::read(mls.extensions()).unwrap();
    edit(&mut view);
    let parts = [
        (IMMUTABLE_METADATA, view.immutable.encode().unwrap()),
        (MUTABLE_METADATA, view.metadata.encode()),
        (MEMBERSHIP, view.membership.encode()),
        (PERMISSIONS, view.permissions.encode().unwrap()),
    ];
    parts.into_iter().fold(mls.extensions().clone(), |context, (id, data)| replaced(&context, id, Some(data)))
}

/// A context with the data of one extension replaced, or without it.
pub(crate) fn replaced(context: &Extensions<GroupContext>, id: u16, data: Option<Vec<u8>>) -> Extensions<GroupContext> {
    let list = context.iter().filter_map(|old| match old {
        Extension::Unknown(found, _) if *found == id => {
            data.clone().map(|data| Extension::Unknown(id, UnknownExtension(data)))
        }
        other => Some(other.clone()),
    });
    Extensions::from_vec(list.collect()).unwrap()
}
