//! What groups say about themselves, read once for each epoch: it is asked for several times with each change, and the
//! membership of 250 takes long to read.
use crate::{EngineError, Session, commit::GroupView};
use openmls::group::{MlsGroup, StagedCommit};
use std::{cell::RefCell, collections::VecDeque, fmt, sync::Arc};

/// Views that are kept. Those of one group that is being changed are asked for, or of a few.
const KEPT: usize = 8;

/// The newest views, each by the authenticator of its epoch, which no other group context has (RFC 9420 §8).
#[derive(Default)]
pub(crate) struct Views(RefCell<VecDeque<(Vec<u8>, Arc<GroupView>)>>);

impl Views {
    fn of(&self, authenticator: &[u8]) -> Option<Arc<GroupView>> {
        let kept = self.0.borrow();
        kept.iter().find(|(of, _)| of == authenticator).map(|(_, view)| Arc::clone(view))
    }

    fn keep(&self, authenticator: &[u8], view: &Arc<GroupView>) {
        let mut kept = self.0.borrow_mut();
        kept.retain(|(of, _)| of != authenticator);
        kept.truncate(KEPT - 1);
        kept.push_front((authenticator.to_vec(), Arc::clone(view)));
    }
}

impl fmt::Debug for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Views").finish_non_exhaustive()
    }
}

impl Session<'_> {
    /// What a group says about itself in its context.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] if an extension is missing or does not parse.
    pub(crate) fn view_of(&self, mls: &MlsGroup) -> Result<Arc<GroupView>, EngineError> {
        // One that this installation was removed from has the authenticator of the epoch before.
        let authenticator = mls.is_active().then(|| mls.epoch_authenticator().as_slice());
        if let Some(view) = authenticator.and_then(|authenticator| self.views.of(authenticator)) {
            return Ok(view);
        }
        let view = Arc::new(GroupView::read(mls.extensions())?);
        authenticator.inspect(|authenticator| self.views.keep(authenticator, &view));
        Ok(view)
    }

    /// What a group whose view is `old` will say about itself after a commit that is not applied yet.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] if an extension is missing or does not parse.
    pub(crate) fn view_after(
        &self,
        old: &GroupView,
        mls: &MlsGroup,
        staged: &StagedCommit,
    ) -> Result<Arc<GroupView>, EngineError> {
        let context = staged.group_context().extensions();
        let new = Arc::new(GroupView::read_after(old, mls.extensions(), context)?);
        if let Some(authenticator) = staged.epoch_authenticator() {
            self.views.keep(authenticator.as_slice(), &new);
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{extensions, metadata::GroupOptions};
    use xmtp_storage::ConversationKind;
    use xmtp_types::InboxId;

    fn view(creator: u8) -> Arc<GroupView> {
        let creator = InboxId::from_bytes([creator; 32]);
        let context =
            extensions::new_group(ConversationKind::Group, creator, None, &GroupOptions::default(), None).unwrap();
        Arc::new(GroupView::read(&context).unwrap())
    }

    #[test]
    fn the_newest_views_are_found_by_their_authenticators_and_others_are_forgotten() {
        let views = Views::default();
        for number in 0..=KEPT as u8 {
            views.keep(&[number], &view(number));
        }
        views.keep(&[1], &view(77));
        assert!(views.of(&[0]).is_none());
        assert_eq!(views.of(&[1]).unwrap().immutable.creator, InboxId::from_bytes([77; 32]));
        assert_eq!(views.of(&[KEPT as u8]).unwrap().immutable.creator, InboxId::from_bytes([KEPT as u8; 32]));
        assert_eq!(views.0.borrow().len(), KEPT);
    }
}
