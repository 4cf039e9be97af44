//! Welcomes that break rules.
use super::{
    draft::{Draft, edited, failed, replaced},
    edit::Edit,
    key_package,
};
use crate::{
    EngineError, Session, VerifiedKeyPackage,
    commit::GroupView,
    credential::credential_with_key,
    group::{config, extensions, metadata::GroupOptions},
    welcome::{Recipient, seal},
};
use openmls::{group::MlsGroup, key_packages::KeyPackage};
use std::sync::Arc;
use xmtp_storage::ConversationKind;
use xmtp_types::{ClientEnvelope, GroupId, InstallationId, SequenceId};

/// Epochs that a forged group has behind it, so that a group of the same id is behind.
const EPOCHS: usize = 8;

/// A welcome to a group of any content, that exists nowhere else. The default is a group whose membership knows nobody by
/// an identity update, which nobody joins: [`Edit::Member`] says who is in it.
#[derive(Clone, Debug, Default)]
pub struct ForgedWelcome {
    /// The id of the group, if it is to have that of another one.
    pub group: Option<GroupId>,
    /// Key packages of others who have a leaf in it, TLS-encoded.
    pub others: Vec<Vec<u8>>,
    /// What the group says about itself.
    pub edits: Vec<Edit>,
}

impl Session<'_> {
    /// The MLS welcome of an installation to a forged group. Nothing of the group is kept.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if the key package must be fetched first, [`EngineError::Mls`] if the MLS library does not
    /// make such a group.
    pub fn forge_welcome(&mut self, to: &InstallationId, forged: &ForgedWelcome) -> Result<Vec<u8>, EngineError> {
        let package = self.package_of(to)?;
        let others: Vec<KeyPackage> =
            forged.others.iter().map(|bytes| key_package::read(bytes)).collect::<Result<_, _>>()?;
        let raw = forged.edits.iter().filter_map(|edit| match edit {
            Edit::Extension(id, data) => Some((*id, data.as_deref())),
            _ => None,
        });
        let raw: Vec<_> = raw.collect();
        self.forging(|session| {
            let edit = |view: &mut GroupView| forged.edits.iter().for_each(|edit| edit.apply(view));
            mls_welcome(session, forged.group.as_ref(), &package, &others, &raw, &edit)
        })
    }

    /// Envelopes that bring an MLS welcome to an installation, sealed anew each time.
    ///
    /// # Errors
    /// [`EngineError::Missing`] if the key package must be fetched first.
    pub fn seal_welcome(
        &mut self,
        to: &InstallationId,
        welcome: &[u8],
        after: SequenceId,
    ) -> Result<Vec<ClientEnvelope>, EngineError> {
        let package = self.package_of(to)?;
        Ok(seal(welcome, after, &[Recipient::from(&*package)], None)?)
    }

    fn package_of(&self, installation: &InstallationId) -> Result<Arc<VerifiedKeyPackage>, EngineError> {
        self.directory.key_package(installation).map_err(EngineError::lookup("key package"))
    }
}

/// The MLS welcome to a group of this member that looks as edited, with `raw` in place of the data of some extensions.
///
/// # Errors
/// [`EngineError::Mls`] if the MLS library does not make such a group.
pub(crate) fn mls_welcome(
    session: &Session<'_>,
    group: Option<&GroupId>,
    package: &VerifiedKeyPackage,
    others: &[KeyPackage],
    raw: &[(u16, Option<&[u8]>)],
    edit: &dyn Fn(&mut GroupView),
) -> Result<Vec<u8>, EngineError> {
    let own = session.own.inbox();
    let context = extensions::new_group(ConversationKind::Group, own, None, &GroupOptions::default(), None)?;
    let (config, credential) = (config::create(context), credential_with_key(&own, session.own.key()));
    let mut mls = match group {
        None => MlsGroup::new(&session.provider, session.own.key(), &config, credential),
        Some(id) => {
            let id = openmls::group::GroupId::from_slice(id.as_bytes());
            MlsGroup::new_with_group_id(&session.provider, session.own.key(), &config, id, credential)
        }
    }
    .map_err(|error| failed(&error))?;
    for _ in 0..EPOCHS {
        Draft::default().commit(session, &mut mls)?;
        mls.merge_pending_commit(&session.provider).map_err(|error| failed(&error))?;
    }
    let context = edited(&mls, edit)?;
    let context = raw.iter().try_fold(context, |context, (id, data)| replaced(&context, *id, *data))?;
    let adds = std::iter::once(package.key_package()).chain(others).cloned().collect();
    let bundle = Draft { adds, context: Some(context), ..Draft::default() }.commit(session, &mut mls)?;
    let welcome = bundle.to_welcome_msg().ok_or(EngineError::UnknownGroup)?;
    welcome.to_bytes().map_err(|error| failed(&error))
}
