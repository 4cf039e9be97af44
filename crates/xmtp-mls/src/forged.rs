//! The hostile member of the unit tests: what `hostile` makes, without the ways in which it can fail.
use crate::{Session, commit::GroupView, hostile, key_package, world::Actor};
use openmls::{
    extensions::Extensions,
    group::{CommitMessageBundle, GroupContext, MlsGroup},
    key_packages::KeyPackage,
};
use xmtp_types::{ClientEnvelope, GroupId, InboxId};

/// What goes into a commit.
pub(crate) type Draft = hostile::Draft;

/// Makes something in the name of a member whose own state stays as it is.
pub(crate) fn forge<R>(actor: &mut Actor, group: &GroupId, make: impl Fn(&mut Session<'_>, &mut MlsGroup) -> R) -> R {
    let forge = |session: &mut Session<'_>| {
        let mut mls = session.take_group(group)?;
        Ok(make(session, &mut mls))
    };
    actor.step(|session| session.forging(forge)).unwrap()
}

/// The envelope of a forged commit.
pub(crate) fn envelope(group: &GroupId, bundle: &CommitMessageBundle) -> ClientEnvelope {
    ClientEnvelope::group_message(group, bundle.commit().to_bytes().unwrap(), vec![0; 32], false)
}

/// A key package of `actor`'s installation in the name of any inbox.
pub(crate) fn key_package_as(actor: &mut Actor, inbox: InboxId) -> KeyPackage {
    let bytes = actor.step(|session| session.forge_key_package(inbox)).unwrap();
    key_package::verify(&bytes).unwrap().key_package().clone()
}

/// The group's context with some of what it says changed, allowed or not.
pub(crate) fn edited(mls: &MlsGroup, edit: impl FnOnce(&mut GroupView)) -> Extensions<GroupContext> {
    hostile::edited(mls, edit).unwrap()
}

/// A context with the data of one extension replaced, or without it.
pub(crate) fn replaced(context: &Extensions<GroupContext>, id: u16, data: Option<Vec<u8>>) -> Extensions<GroupContext> {
    hostile::replaced(context, id, data.as_deref()).unwrap()
}
